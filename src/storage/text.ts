/** A string property has at most 32,768 UTF-16 units. Source: Understanding the Table service data model. */
const maxPartLength = 32_000;

/**
 * Characters that JSON, UTF-8 or XML can change: controls, lone surrogates, noncharacters; those that Azurite 3.37 answers
 * with 500 in a transaction: the line and paragraph separators; and the escape character.
 */
const escaped = /[\\\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/gu;

/**
 * Escapes a text (`\uhhhh`) and divides it into parts that fit a property.
 * @returns one or more parts; `joinText` restores the text
 */
export function splitText(text: string): string[] {
  const safe = text.replace(escaped, escapeUnits);
  const parts = [];
  for (let start = 0; start < safe.length || start === 0; ) {
    const end = cutBefore(safe, start + maxPartLength);
    parts.push(safe.slice(start, end));
    start = end;
    if (end >= safe.length) break;
  }
  return parts;
}

/** The original text of the parts of `splitText`. */
export function joinText(parts: readonly string[]): string {
  return parts.join('').replace(/\\u([0-9a-f]{4})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Avoids a cut inside a surrogate pair. */
function cutBefore(text: string, end: number): number {
  if (end >= text.length) return text.length;
  const low = text.charCodeAt(end);
  return low >= 0xdc00 && low <= 0xdfff ? end - 1 : end;
}

function escapeUnits(character: string): string {
  return Array.from({ length: character.length }, (_, i) => character.charCodeAt(i))
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('');
}
