import { wordsOf } from '../text/shell-words.js';

/** A pasted request taken apart, whatever it was pasted from. Holds secrets: it lives only inside `token-request.ts`. */
export interface PastedRequest {
  method?: string;
  readonly urls: string[];
  /** `Name: value` */
  readonly headers: string[];
  /** Parameters whose value is not encoded. */
  readonly plain: [name: string, value: string][];
  /** Encoded forms. */
  readonly forms: string[];
  /** `name:secret` of an option, as in curl -u. */
  user?: string;
  /** The body is JSON, which the token endpoint does not read. */
  sentAsJson: boolean;
}

/** A token request is a few thousand characters long; what is beyond is none. */
const longest = 200_000;
/** Exports of tools nest a request a few levels deep. */
const deepest = 6;

/** Takes apart a form body, a URL, a JSON object, an HTTP message or a curl command; never throws. */
export function parsePastedRequest(text: string): PastedRequest {
  const pasted: PastedRequest = { urls: [], headers: [], plain: [], forms: [], sentAsJson: false };
  const trimmed = text
    .slice(0, longest)
    .replace(/^\ufeff/, '')
    .trim();
  const object = trimmed.startsWith('{') ? objectIn(trimmed) : undefined;
  if (object) takeObject(object, pasted);
  else if (/(^|\n)\s*(\$\s*)?curl(\.exe)?\s/.test(trimmed)) takeCurl(trimmed, pasted);
  else takeLines(trimmed, pasted);
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

/** Parameters by name; or a request as tools export it, with `url`, `method`, `headers` and `body`. */
function takeObject(object: Record<string, unknown>, pasted: PastedRequest, depth = 0): void {
  if (depth > deepest) return;
  for (const [name, value] of Object.entries(object)) {
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) takeNested(name, value, pasted, depth);
    else for (const single of Array.isArray(value) ? value : [value]) takeMember(name, single, pasted);
  }
}

function takeMember(name: string, value: unknown, pasted: PastedRequest): void {
  if (typeof value !== 'string' && typeof value !== 'number') return;
  const text = String(value);
  if (/^(url|uri|endpoint|token_?endpoint|authority)$/i.test(name)) pasted.urls.push(text);
  else if (/^method$/i.test(name)) pasted.method = text.toUpperCase();
  else if (/^(body|data|content|text|form)$/i.test(name)) takeBody(text, pasted);
  else pasted.plain.push([name, text]);
}

function takeNested(name: string, value: object, pasted: PastedRequest, depth: number): void {
  const entries = Object.entries(value);
  if (!/^headers$/i.test(name)) takeObject(Object.fromEntries(entries), pasted, depth + 1);
  else for (const [header, text] of entries) if (typeof text === 'string') pasted.headers.push(`${header}: ${text}`);
}

const dataOptions =
  /^(-d|--data|--data-raw|--data-binary|--data-ascii|--data-urlencode|-F|--form|--form-string|--json)$/;

function takeCurl(text: string, pasted: PastedRequest): void {
  const words = wordsOf(text);
  for (let at = 0; at < words.length; at++) {
    const [option = '', glued] = optionIn(words[at] ?? '');
    const argument = () => glued ?? words[++at] ?? '';
    if (dataOptions.test(option)) takeData(option, argument(), pasted);
    else if (/^(-H|--header)$/.test(option)) pasted.headers.push(argument());
    else if (/^(-X|--request)$/.test(option)) pasted.method = argument().toUpperCase();
    else if (/^(-u|--user)$/.test(option)) pasted.user = argument();
    else if (option === '--url' || /^https?:/i.test(option)) pasted.urls.push(option === '--url' ? argument() : option);
  }
}

/** `--data=x` and `-dx` hold their argument. */
function optionIn(word: string): [option: string, glued?: string] {
  const [, long, value] = /^(--[a-z-]+)=(.*)$/s.exec(word) ?? [];
  if (long !== undefined && value !== undefined) return [long, value];
  const [, short, rest] = /^(-[dFHXu])(.+)$/s.exec(word) ?? [];
  return short !== undefined && rest !== undefined ? [short, rest] : [word];
}

function takeData(option: string, argument: string, pasted: PastedRequest): void {
  if (/^(--data-urlencode|-F|--form|--form-string)$/.test(option)) {
    const at = argument.indexOf('=');
    if (at > 0) pasted.plain.push([argument.slice(0, at), argument.slice(at + 1)]);
  } else takeBody(argument, pasted);
}

function takeBody(text: string, pasted: PastedRequest): void {
  const object = text.trim().startsWith('{') ? objectIn(text.trim()) : undefined;
  if (!object) pasted.forms.push(text);
  else {
    pasted.sentAsJson = true;
    takeObject(object, pasted);
  }
}

const requestLine = /^(GET|POST|PUT|HEAD|OPTIONS)\s+(\S+)(\s+HTTP\/[\d.]+)?\s*$/i;
const headerLine = /^[a-z][a-z0-9-]*:\s.*$/i;

/** An HTTP message, a URL, a form, or a form broken into lines. */
function takeLines(text: string, pasted: PastedRequest): void {
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
  if (body.length > 0) takeBody(joined(body), pasted);
}

/** Lines that begin a parameter are parted by `&`, the others continue a long value. */
function joined(lines: readonly string[]): string {
  if (lines[0]?.startsWith('{')) return lines.join('\n');
  const parts = lines.map((line, at) => {
    const isParted = at === 0 || line.startsWith('&') || lines[at - 1]?.endsWith('&');
    return isParted || !/^[a-z_]{2,30}=/i.test(line) ? line : `&${line}`;
  });
  return parts.join('');
}
