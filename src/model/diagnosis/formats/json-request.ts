import { isObject, jsonIn, type PastedRequest } from './pasted.js';

/** Tools export a request with a few levels of nesting. */
const maxDepth = 6;

/** Reads parameters by name, or an exported request with `url`, `method`, `headers` and `body`. */
export function readObject(object: Record<string, unknown>, pasted: PastedRequest, depth = 0): void {
  if (depth > maxDepth) return;
  for (const [name, value] of Object.entries(object)) {
    if (Array.isArray(value) && value.some(isObject)) readFields(value, pasted);
    else if (isObject(value)) readNested(name, value, pasted, depth);
    else for (const single of Array.isArray(value) ? value : [value]) readMember(name, single, pasted);
  }
}

/**
 * Reads a list of fields: `{key, value}` as Postman exports them, or `{name, value}` as a HAR file has them. Postman marks
 * fields that it does not send as `disabled`.
 */
export function readFields(fields: readonly unknown[], pasted: PastedRequest): void {
  for (const field of fields) {
    if (!isObject(field) || field.disabled === true) continue;
    const name = field.key ?? field.name;
    if (typeof name === 'string' && typeof field.value === 'string') pasted.plain.push([name, field.value]);
  }
}

/** Reads a body: a form, or JSON. */
export function readBody(text: string, pasted: PastedRequest): void {
  const object = text.trim().startsWith('{') ? jsonIn(text.trim()) : undefined;
  if (!isObject(object)) pasted.forms.push(text);
  else {
    pasted.sentAsJson = true;
    readObject(object, pasted);
  }
}

function readMember(name: string, value: unknown, pasted: PastedRequest): void {
  if (typeof value !== 'string' && typeof value !== 'number') return;
  const text = String(value);
  // Members of an exported request.
  if (/^(mode|protocol)$/i.test(name)) return;
  if (/^(url|uri|endpoint|token_?endpoint|authority)$/i.test(name)) pasted.urls.push(text);
  else if (/^method$/i.test(name)) pasted.method = text.toUpperCase();
  else if (/^(body|data|content|text|form)$/i.test(name)) readBody(text, pasted);
  else pasted.plain.push([name, text]);
}

function readNested(name: string, value: Record<string, unknown>, pasted: PastedRequest, depth: number): void {
  if (/^url$/i.test(name) && typeof value.raw === 'string') pasted.urls.push(value.raw);
  else if (!/^headers?$/i.test(name)) readObject(value, pasted, depth + 1);
  else {
    for (const [header, text] of Object.entries(value)) {
      if (typeof text === 'string') pasted.headers.push(`${header}: ${text}`);
    }
  }
}
