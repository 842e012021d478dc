/** Texts that a store must return unchanged: directory objects contain whatever their owners wrote. */
export const unicodeTexts: readonly (readonly [name: string, text: string])[] = [
  ['an empty text', ''],
  ['letters of several scripts', 'Lohn & Gehalt – 給与 – الرواتب'],
  ['characters outside the Basic Multilingual Plane', '😀 \u{20b9f} \u{1fffe}'],
  ['combining and zero-width characters', 'e\u0301 👩\u200d💻 \u200b \ufeff'],
  ['control characters', '\u0000\u0007\r\n\t\u007f\u0085'],
  ['line and paragraph separators', 'a\u2028b\u2029'],
  ['lone surrogates', '\ud800 and \udc00'],
  ['noncharacters', '\ufffe\uffff'],
  ['escape sequences as text', '\\u0041 \\ \\\\u0000 %00 &#0; &amp;'],
  ['quotes, markup and spaces at the ends', ` "it's" <b> & `],
  ['the name of a prototype member', '__proto__'],
];

/** Texts of about 32 KiB. Table Storage, for example, limits a string property to 32,768 UTF-16 units. */
export const lettersAround32KiB: typeof unicodeTexts = [31_999, 32_000, 32_001, 32_767, 32_768, 32_769].map(
  (length) => [`${length} letters`, 'x'.repeat(length)],
);

/** Texts of 32 KiB and more. An odd offset puts a surrogate pair across any limit. */
export const longTexts: typeof unicodeTexts = [
  ...lettersAround32KiB,
  ['100,000 letters', 'x'.repeat(100_000)],
  ['32,768 bytes of two-byte characters', 'ü'.repeat(16_384)],
  ['80,000 UTF-16 units of surrogate pairs', '😀'.repeat(40_000)],
  ['80,001 UTF-16 units of surrogate pairs after one letter', `x${'😀'.repeat(40_000)}`],
  ['8,000 control characters', '\u0007'.repeat(8_000)],
];
