import { parameterNamed } from '../token-request-names.js';
import type { PastedRequest } from './pasted.js';

/** A line of `name:value`, or of a table with a tab. Two slashes disable a line. */
const bulkLine = /^(\/\/)?([a-z_]{2,30})(?::|\t)(?!\/\/)(.*)$/i;

/**
 * Whether at least two lines name parameters without a blank after the colon, as the bulk edit of Postman writes them, or
 * with a tab, as tables of proxies copy them.
 */
export function isBulkEdit(text: string): boolean {
  const lines = linesOf(text);
  const named = lines.filter((line) => parameterNamed(bulkLine.exec(line)?.[2] ?? ''));
  return named.length >= 2 && !lines.some((line) => /&$|^&/.test(line));
}

/** Reads the lines; their values are unencoded. Source: Postman documentation, bulk edit of form data. */
export function readBulkEdit(text: string, pasted: PastedRequest): void {
  for (const line of linesOf(text)) {
    const [, disabled, name, value] = bulkLine.exec(line) ?? [];
    const [, method, url] = /^(?:(GET|POST)\s+)?(https?:\/\/\S+)$/i.exec(line) ?? [];
    if (url) pasted.urls.push(url);
    if (method) pasted.method = method.toUpperCase();
    if (!url && name !== undefined && value !== undefined && !disabled) pasted.plain.push([name, value.trim()]);
  }
}

function linesOf(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter(Boolean);
}
