/** A string property holds at most 32,768 UTF-16 units; source: Understanding the Table service data model. */
const longestPart = 32_000;

/** What may not survive the way through JSON, UTF-8 and XML: controls, lone surrogates, noncharacters; and the escape. */
const fragile = /[\\\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/gu;

/**
 * A text as it is stored: fragile characters as `\uhhhh`, and cut into parts that fit a property. Nothing is lost.
 * @returns one part or more; `joinText` is the way back
 */
export function splitText(text: string): string[] {
  const safe = text.replace(fragile, escapeUnits);
  const parts = [];
  for (let start = 0; start < safe.length || start === 0; ) {
    const end = cutBefore(safe, start + longestPart);
    parts.push(safe.slice(start, end));
    start = end;
    if (end >= safe.length) break;
  }
  return parts;
}

/** The text that `splitText` was given. */
export function joinText(parts: readonly string[]): string {
  return parts.join('').replace(/\\u([0-9a-f]{4})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** A cut between the halves of a surrogate pair would leave two lone ones. */
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
