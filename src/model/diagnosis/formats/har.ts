import { tokenEndpointIn } from '../../entra/token-endpoint.js';
import { readBody, readFields } from './json-request.js';
import { isObject, type PastedRequest } from './pasted.js';

/** The entries of a HAR file; undefined for another object. Source: HTTP Archive (HAR) format 1.2, `log.entries`. */
export function harEntriesIn(value: unknown): readonly Record<string, unknown>[] | undefined {
  const log = isObject(value) ? value.log : undefined;
  return isObject(log) && Array.isArray(log.entries) ? log.entries.filter(isObject) : undefined;
}

/** Reads the last request to the token service that failed; without one, the last request to the token service. */
export function readHar(entries: readonly Record<string, unknown>[], pasted: PastedRequest): void {
  const requests = entries.filter(({ request }) => isObject(request) && tokenEndpointIn(String(request.url)));
  const entry = requests.filter(hasFailed).at(-1) ?? requests.at(-1);
  if (!entry || !isObject(entry.request)) return;
  const { method, url, headers, postData } = entry.request;
  pasted.method = String(method).toUpperCase();
  pasted.urls.push(String(url));
  for (const header of Array.isArray(headers) ? headers.filter(isObject) : []) {
    pasted.headers.push(`${header.name}: ${header.value}`);
  }
  if (isObject(postData)) readPostData(postData, pasted);
  pasted.answer = answerOf(entry);
}

/** `text` is what was sent; `params` can be decoded or not, so it is used only without `text`. */
function readPostData({ text, params }: Record<string, unknown>, pasted: PastedRequest): void {
  if (typeof text === 'string' && text.trim() !== '') readBody(text, pasted);
  else if (Array.isArray(params)) readFields(params, pasted);
}

function hasFailed({ response }: Record<string, unknown>): boolean {
  return isObject(response) && Number(response.status) >= 400;
}

/** The body of the answer and, for a redirect with an error, its address. */
function answerOf({ response }: Record<string, unknown>): string {
  if (!isObject(response)) return '';
  const content = isObject(response.content) ? response.content : {};
  const text = typeof content.text === 'string' ? content.text : '';
  const body = content.encoding === 'base64' ? Buffer.from(text, 'base64').toString('utf8') : text;
  return `${body}\n${typeof response.redirectURL === 'string' ? response.redirectURL : ''}`;
}
