import { safeText } from '../model/text/safe-text.js';

/**
 * A value as JSON on one line that reads back unchanged, whatever it holds, and yet says nothing to a terminal or to a
 * browser that takes it for a page: control and reordering characters, and `<`, stand as `\u` escapes.
 */
export function escapeJson(value: unknown): string {
  return safeText(JSON.stringify(value)).replaceAll('<', '\\u003c');
}

/**
 * Text for a SARIF message. Braces would be placeholders, and `[text](address)` a link; names must be neither.
 * Source: SARIF 2.1.0, 3.11.5 (messages with placeholders) and 3.11.6 (messages with embedded links).
 */
export function escapeSarif(text: string): string {
  return text.replace(/[{}]/g, '$&$&').replaceAll('](', '\\](');
}
