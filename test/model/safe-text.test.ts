import { describe, expect, it } from '@jest/globals';
import { safeLines, safeText } from '../../src/model/text/safe-text.js';

describe('a text that is made harmless', () => {
  it.each([
    ['an escape to the terminal', 'a\u001b[31mb', 'a\\u001b[31mb'],
    ['a new line', 'a\nb', 'a\\u000ab'],
    ['a C1 control character', 'a\u009bb', 'a\\u009bb'],
    ['a turn of the reading direction', 'a\u202eb', 'a\\u202eb'],
    ['a blank of no width', 'a\u200bb', 'a\\u200bb'],
    ['half a character', 'a\ud800b', 'a\\ud800b'],
    ['a tag that nobody sees', 'a\u{e0041}b', 'a\\udb40\\udc41b'],
    ['nothing of the kind', 'Ünïcode 𝄞 🙂 "x"', 'Ünïcode 𝄞 🙂 "x"'],
  ])('spells out %s', (_, text, expected) => {
    expect(safeText(text)).toBe(expected);
  });

  it('keeps its lines where lines are meant', () => {
    expect(safeLines('a\u0007\nb')).toBe('a\\u0007\nb');
  });
});
