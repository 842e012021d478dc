import { safeText } from '../model/text/safe-text.js';

/**
 * A value as JSON on one line. Control and reordering characters and `<` are `\u` escapes: no terminal executes them and
 * no browser reads them as HTML. `JSON.parse` returns the same value.
 */
export function escapeJson(value: unknown): string {
  return safeText(JSON.stringify(value)).replaceAll('<', '\\u003c');
}

/**
 * Text for a SARIF message. Escapes braces, which are placeholders, and `[text](address)`, which is a link.
 * Source: SARIF 2.1.0, 3.11.5 (messages with placeholders) and 3.11.6 (messages with embedded links).
 */
export function escapeSarif(text: string): string {
  return text.replace(/[{}]/g, '$&$&').replaceAll('](', '\\](');
}
