import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { errorBodyOf, firstLine, maskedGraphError } from '../../src/graph/http/error-body.js';

const hidden = '(not shown)';
const guid = '5f1c0d6e-0000-4000-8000-000000000001';

/** A text of `length` characters that repeats `unit`. */
const repeated = (unit: string, length: number) => unit.repeat(Math.ceil(length / unit.length)).slice(0, length);

describe('a masked Graph error', () => {
  // Each character of keys, tokens and client secrets, together with digits: letters alone are a word.
  describe.each(['9', 'x9', 'X9', '9+', '9/', '9=', '9.', '9~', '9-', '9_'])('of the characters %p', (unit) => {
    it.each([
      [19, repeated(unit, 19)],
      [20, hidden],
      [21, hidden],
      [300, hidden],
    ])('with %i characters is %p', (length, shown) => {
      const message = `Bad value '${repeated(unit, length)}' for it`;
      expect(maskedGraphError(message)).toBe(`Bad value '${shown}' for it`);
      expect(maskedGraphError(repeated(unit, length))).toBe(shown);
    });
  });

  it.each([
    ['a GUID', guid, guid],
    ['a GUID at the end of a sentence', `${guid}.`, `${guid}.`],
    ['a GUID with a period in the middle', guid.replace('-8', '.-8'), hidden],
    ['a GUID without its last digit', guid.slice(0, -1), hidden],
    ['a GUID with another digit', `${guid}0`, hidden],
    ['a GUID after other characters', `x${guid}`, hidden],
    ['a long word', repeated('Property', 40), repeated('Property', 40)],
    ['a name of several words', 'microsoft.graph.service_principal-name', 'microsoft.graph.service_principal-name'],
    ['a long word with one digit', `${repeated('Property', 40)}1`, hidden],
    ['two secrets', `${repeated('x9', 20)} and ${repeated('y8', 20)}`, `${hidden} and ${hidden}`],
    ['other characters', `${repeated('x9', 19)}!${repeated('y8', 19)}`, `${repeated('x9', 19)}!${repeated('y8', 19)}`],
  ])('with %s', (_, message, shown) => {
    expect(maskedGraphError(message)).toBe(shown);
  });

  it.each([
    ['a mail address', 'User ana@example.com is unknown.', 'User (an address) is unknown.'],
    ['a quoted address', "'ana.b+c@example.com'", "'(an address)'"],
    ['no mail address', 'user @ example', 'user @ example'],
    ['an address of 64 characters before the @', `${repeated('ab', 64)}@example.com`, '(an address)'],
    // The standard allows no longer name: the rest stays as a word.
    ['an address of 65 characters before the @', `${repeated('ab', 65)}@example.com`, 'a(an address)'],
  ])('with %s', (_, message, shown) => {
    expect(maskedGraphError(message)).toBe(shown);
  });

  it.each([
    [299, repeated('word ', 299)],
    [300, `${repeated('word ', 299)}x`],
    [301, `${repeated('word ', 299)}x…`],
  ])('of %i characters is cut after 300', (length, shown) => {
    expect(maskedGraphError(`${repeated('word ', 299)}xy`.slice(0, length))).toBe(shown.trim());
  });

  it('never contains 20 or more characters of a key', () => {
    const key = fc.string({ unit: fc.constantFrom(...'aZ09+/=._~-'), minLength: 20, maxLength: 400 });
    fc.assert(
      fc.property(key, (text) => {
        fc.pre(/\d/.test(text));
        expect(maskedGraphError(`Bad value '${text}'.`)).toBe(`Bad value '${hidden}'.`);
      }),
    );
  });
});

it('the first line has no control characters', () => {
  expect(firstLine(' a\u0000b\tc \r\nsecond')).toBe('a b c');
  expect(firstLine('a\nsecond')).toBe('a');
  expect(firstLine('')).toBe('');
});

describe('the error of a body', () => {
  const error = { code: 'Request_BadRequest', message: 'Bad.' };

  it.each(['innerError', 'innererror'])('is read with %s', (name) => {
    expect(errorBodyOf({ error: { ...error, [name]: { 'request-id': 'r-1' } } })).toEqual({
      ...error,
      requestId: 'r-1',
    });
  });

  it.each([undefined, null, '', '<html>', [], {}, { error: null }, { error: 'text' }])('of %j is empty', (body) => {
    expect(errorBodyOf(body)).toEqual({});
  });

  it('omits members of another type and empty members', () => {
    const nothing = { code: undefined, message: undefined, requestId: undefined };
    expect(errorBodyOf({ error: { code: 7, message: [], innerError: 'x' } })).toEqual(nothing);
    expect(errorBodyOf({ error: { code: 7, innererror: { 'request-id': 7 } } })).toEqual(nothing);
    expect(errorBodyOf({ error: { code: '', message: '', innerError: { 'request-id': '' } } })).toEqual(nothing);
  });
});
