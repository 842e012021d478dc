import { parameterNamed } from '../token-request-names.js';
import { readBody } from './json-request.js';
import type { PastedRequest } from './pasted.js';

const requestLine = /^(GET|POST|PUT|HEAD|OPTIONS)\s+(\S+)(\s+HTTP\/[\d.]+)?\s*$/i;
const headerLine = /^([a-z][a-z0-9_-]{0,60}):\s+(.*)$/i;

/** Reads an HTTP message, a URL, a form, a form with line breaks, or `name: value` lines. */
export function readHttpMessage(text: string, pasted: PastedRequest): void {
  const body: string[] = [];
  for (const line of text.split(/\r?\n/).map((each) => each.trim())) {
    const [, method, target] = requestLine.exec(line) ?? [];
    const [, header = '', value = ''] = headerLine.exec(line) ?? [];
    const isFirst = body.length === 0;
    if (method && target && isFirst) {
      pasted.method = method.toUpperCase();
      pasted.urls.push(target);
    } else if (isFirst && /^https?:\/\/\S+$/i.test(line)) pasted.urls.push(line);
    // Developer tools show a form as lines. No HTTP header has the name of a parameter.
    else if (isFirst && parameterNamed(header)) pasted.plain.push([header, withoutQuotes(value)]);
    else if (isFirst && header !== '') pasted.headers.push(line);
    else if (line !== '') body.push(line);
  }
  if (body.length > 0) readBody(joined(body), pasted);
}

/** A line that begins a parameter is separated by `&`; other lines continue a long value. */
function joined(lines: readonly string[]): string {
  if (lines[0]?.startsWith('{')) return lines.join('\n');
  const parts = lines.map((line, at) => {
    const isSeparated = at === 0 || line.startsWith('&') || lines[at - 1]?.endsWith('&');
    return isSeparated || !/^[a-z_]{2,30}=/i.test(line) ? line : `&${line}`;
  });
  return parts.join('');
}

/** The console of Postman shows values in quotes. */
function withoutQuotes(value: string): string {
  return /^"(.*)",?$/s.exec(value)?.[1] ?? value;
}
