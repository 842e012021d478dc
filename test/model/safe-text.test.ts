import { describe, expect, it } from '@jest/globals';
import { safeLines, safeText } from '../../src/model/text/safe-text.js';

describe('safe text', () => {
  it.each([
    ['a terminal escape', 'a\u001b[31mb', 'a\\u001b[31mb'],
    ['a new line', 'a\nb', 'a\\u000ab'],
    ['a C1 control character', 'a\u009bb', 'a\\u009bb'],
    ['a change of the reading direction', 'a\u202eb', 'a\\u202eb'],
    ['a zero-width blank', 'a\u200bb', 'a\\u200bb'],
    ['a lone surrogate', 'a\ud800b', 'a\\ud800b'],
    ['an invisible tag character', 'a\u{e0041}b', 'a\\udb40\\udc41b'],
    ['no harmless character', 'Ünïcode 𝄞 🙂 "x"', 'Ünïcode 𝄞 🙂 "x"'],
  ])('spells out %s', (_, text, expected) => {
    expect(safeText(text)).toBe(expected);
  });

  it('keeps line breaks in text with several lines', () => {
    expect(safeLines('a\u0007\nb')).toBe('a\\u0007\nb');
  });
});
