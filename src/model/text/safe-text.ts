/**
 * Control characters, terminal escapes, and characters that reorder or hide text. Names in the directory are untrusted:
 * they must not control a terminal, a card, or an email.
 */
const dangerous =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern must find control characters
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]|\p{Surrogate}/gu;

/** The text with dangerous characters spelled out, for example `\u001b`. */
export function safeText(text: string): string {
  return text.replace(dangerous, (character) => character.split('').map(spelledOut).join(''));
}

/** One UTF-16 unit as JSON spells it. */
function spelledOut(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** Applies `safeText` to each line of a text. */
export function safeLines(text: string): string {
  return text.split('\n').map(safeText).join('\n');
}
