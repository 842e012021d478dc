import { wordsOf } from '../text/shell-words.js';

/** The parts of a pasted request, in any supported format. It holds secrets: only `token-request.ts` uses it. */
export interface PastedRequest {
  method?: string;
  readonly urls: string[];
  /** `Name: value` */
  readonly headers: string[];
  /** Parameters with unencoded values. */
  readonly plain: [name: string, value: string][];
  /** URL-encoded forms. */
  readonly forms: string[];
  /** `name:secret` of the option `curl -u`. */
  user?: string;
  /** The body is JSON, which the token endpoint does not read. */
  sentAsJson: boolean;
}

/** A token request has a few thousand characters; longer text is cut. */
const maxLength = 200_000;
/** Tools export a request with a few levels of nesting. */
const maxDepth = 6;

/** Parses a form body, a URL, a JSON object, an HTTP message, or a curl command. It never throws. */
export function parsePastedRequest(text: string): PastedRequest {
  const pasted: PastedRequest = { urls: [], headers: [], plain: [], forms: [], sentAsJson: false };
  const trimmed = text
    .slice(0, maxLength)
    .replace(/^\ufeff/, '')
    .trim();
  const object = trimmed.startsWith('{') ? objectIn(trimmed) : undefined;
  if (object) readObject(object, pasted);
  else if (/(^|\n)\s*(\$\s*)?curl(\.exe)?\s/.test(trimmed)) readCurl(trimmed, pasted);
  else readLines(trimmed, pasted);
  return pasted;
}

function objectIn(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Reads parameters by name, or an exported request with `url`, `method`, `headers` and `body`. */
function readObject(object: Record<string, unknown>, pasted: PastedRequest, depth = 0): void {
  if (depth > maxDepth) return;
  for (const [name, value] of Object.entries(object)) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) readNested(name, value, pasted, depth);
    else for (const single of Array.isArray(value) ? value : [value]) readMember(name, single, pasted);
  }
}

function readMember(name: string, value: unknown, pasted: PastedRequest): void {
  if (typeof value !== 'string' && typeof value !== 'number') return;
  const text = String(value);
  if (/^(url|uri|endpoint|token_?endpoint|authority)$/i.test(name)) pasted.urls.push(text);
  else if (/^method$/i.test(name)) pasted.method = text.toUpperCase();
  else if (/^(body|data|content|text|form)$/i.test(name)) readBody(text, pasted);
  else pasted.plain.push([name, text]);
}

function readNested(name: string, value: object, pasted: PastedRequest, depth: number): void {
  const entries = Object.entries(value);
  if (!/^headers$/i.test(name)) readObject(Object.fromEntries(entries), pasted, depth + 1);
  else for (const [header, text] of entries) if (typeof text === 'string') pasted.headers.push(`${header}: ${text}`);
}

const dataOptions =
  /^(-d|--data|--data-raw|--data-binary|--data-ascii|--data-urlencode|-F|--form|--form-string|--json)$/;

function readCurl(text: string, pasted: PastedRequest): void {
  const words = wordsOf(text);
  for (let at = 0; at < words.length; at++) {
    const [option = '', attached] = optionIn(words[at] ?? '');
    const argument = () => attached ?? words[++at] ?? '';
    if (dataOptions.test(option)) readData(option, argument(), pasted);
    else if (/^(-H|--header)$/.test(option)) pasted.headers.push(argument());
    else if (/^(-X|--request)$/.test(option)) pasted.method = argument().toUpperCase();
    else if (/^(-u|--user)$/.test(option)) pasted.user = argument();
    else if (option === '--url' || /^https?:/i.test(option)) pasted.urls.push(option === '--url' ? argument() : option);
  }
}

/** `--data=x` and `-dx` contain their argument. */
function optionIn(word: string): [option: string, attached?: string] {
  const [, long, value] = /^(--[a-z-]+)=(.*)$/s.exec(word) ?? [];
  if (long !== undefined && value !== undefined) return [long, value];
  const [, short, rest] = /^(-[dFHXu])(.+)$/s.exec(word) ?? [];
  return short !== undefined && rest !== undefined ? [short, rest] : [word];
}

function readData(option: string, argument: string, pasted: PastedRequest): void {
  if (/^(--data-urlencode|-F|--form|--form-string)$/.test(option)) {
    const at = argument.indexOf('=');
    if (at > 0) pasted.plain.push([argument.slice(0, at), argument.slice(at + 1)]);
  } else readBody(argument, pasted);
}

function readBody(text: string, pasted: PastedRequest): void {
  const object = text.trim().startsWith('{') ? objectIn(text.trim()) : undefined;
  if (!object) pasted.forms.push(text);
  else {
    pasted.sentAsJson = true;
    readObject(object, pasted);
  }
}

const requestLine = /^(GET|POST|PUT|HEAD|OPTIONS)\s+(\S+)(\s+HTTP\/[\d.]+)?\s*$/i;
const headerLine = /^[a-z][a-z0-9-]*:\s.*$/i;

/** Reads an HTTP message, a URL, a form, or a form with line breaks. */
function readLines(text: string, pasted: PastedRequest): void {
  const body: string[] = [];
  for (const line of text.split(/\r?\n/).map((each) => each.trim())) {
    const [, method, target] = requestLine.exec(line) ?? [];
    const isFirst = body.length === 0;
    if (method && target && isFirst) {
      pasted.method = method.toUpperCase();
      pasted.urls.push(target);
    } else if (isFirst && /^https?:\/\/\S+$/i.test(line)) pasted.urls.push(line);
    else if (isFirst && headerLine.test(line)) pasted.headers.push(line);
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
