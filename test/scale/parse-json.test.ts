import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseJson } from '../../src/scale/parse-json.js';

const bytes = (text: string) => new TextEncoder().encode(text);
const parsed = (text: string) => parseJson(bytes(text));
/** Far longer than the length from which pages are parsed in pieces. */
const long = 200_000;
const permissions = [
  { id: 'e1fe6dd8-ba31-4d61-89e7-88639da4683d', type: 'Scope' },
  { id: '62a82d76-70ea-41e2-9197-370581804d09', type: 'Role' },
];
const application = (n: number) => ({
  id: `id-${n}`,
  appId: `app-${n}`,
  displayName: `Ünïcode "quoted" \\ },{"id":"x","appId": ],"value":[ ${n} 𝄞`,
  requiredResourceAccess: [{ resourceAppId: 'api', resourceAccess: permissions }],
});
const applications = (length: number) => Array.from({ length }, (_, n) => application(n));

describe('a response of Graph', () => {
  it('is parsed like JSON.parse, with objects of any length and content', () => {
    const object = fc.record({ id: fc.string(), appId: fc.string(), rest: fc.jsonValue() });
    const page = fc.record({
      '@odata.context': fc.string(),
      '@odata.nextLink': fc.option(fc.string(), { nil: undefined }),
      value: fc.array(object, { minLength: 1, maxLength: 8 }),
      after: fc.option(fc.jsonValue(), { nil: undefined }),
    });
    fc.assert(
      fc.property(page, fc.integer({ min: 10, max: 60_000 }), ({ value, ...rest }, padding) => {
        const some = Array.from({ length: 8 }, () => value.map((one) => ({ ...one, padding: ']'.repeat(padding) })));
        const text = JSON.stringify({ ...rest, value: some.flat() });
        expect(parsed(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 60 },
    );
  });

  it.each([1, 999])(
    'keeps %d objects in order, also with lists inside that look like the end of an object',
    (count) => {
      const page = { '@odata.nextLink': 'https://x?$skiptoken=]', value: applications(count), '@odata.count': 7 };
      expect(parsed(JSON.stringify(page))).toEqual(page);
    },
  );

  const filler = JSON.stringify('x'.repeat(long));
  it.each([
    ['an earlier object has a property of the same name', `{"a":{"value":[${filler}]},"value":[1]}`],
    ['the value is not a list', `{"a":[${filler}],"value":7}`],
    ['there are two values', `{"value":[${filler}],"value":[1]}`],
    ['there are two values, one after a blank', `{"value": [], "a":{"value":[${filler}]}}`],
    ['the list has blanks', ` { "value" : [ ${filler} , 2 ] } `],
    ['the response is a list', `[${filler},{"value":[]}]`],
    ['the response is a string', filler],
    ['the objects of the page have different properties', `{"value":[{"id":"1","a":${filler}},{"b":"2","id":"2"}]}`],
    ['a property is __proto__', `{"__proto__":{"x":1},"value":[${filler},{"__proto__":{"y":2}}]}`],
  ])('is parsed whole where %s', (_, text) => {
    expect(JSON.stringify(parsed(text))).toBe(JSON.stringify(JSON.parse(text)));
  });

  it.each([
    ['truncated', (text: string) => text.slice(0, -40_000)],
    ['truncated between two objects', (text: string) => text.slice(0, text.lastIndexOf('},{') + 2)],
    ['without its last bracket', (text: string) => text.replace(/\]\}$/, '}')],
    ['with an extra comma', (text: string) => text.replace(/\]\}$/, ',]}')],
    ['without a comma between two objects', (text: string) => text.replace('},{"id":"id-700"', '}{"id":"id-700"')],
    ['followed by more text', (text: string) => `${text}{}`],
    ['with a byte order mark inside', (text: string) => text.replace('"value":[', '"value":[\uFEFF')],
    ['a page of a proxy', () => `<html>${'x'.repeat(long)}</html>`],
    ['empty', () => ''],
  ])('gives undefined where it is %s', (_, corrupt) => {
    expect(parsed(corrupt(JSON.stringify({ value: applications(999) })))).toBeUndefined();
  });

  it('can begin with a byte order mark, and can have bytes that are not UTF-8', () => {
    const text = JSON.stringify({ value: applications(999) });
    expect(parsed(`\uFEFF${text}`)).toEqual(JSON.parse(text));
    const corrupted = bytes(text);
    corrupted[corrupted.indexOf(0xc3)] = 0xff;
    expect(parseJson(corrupted)).toEqual(JSON.parse(new TextDecoder().decode(corrupted)));
  });
});
