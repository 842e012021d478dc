/**
 * Control characters, terminal escapes, and characters that reorder or hide text. Names in the directory are written by
 * strangers and must not be able to speak to the reader's terminal, card or mail.
 */
const dangerous =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

/** The text with everything that a reader's program might obey spelled out, for example `\u001b`. */
export function safeText(text: string): string {
  return text.replace(dangerous, (character) => character.split('').map(spelledOut).join(''));
}

/** One UTF-16 unit as JSON would spell it. */
function spelledOut(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Several lines, each made harmless. */
export function safeLines(text: string): string {
  return text.split('\n').map(safeText).join('\n');
}
