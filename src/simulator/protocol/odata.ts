import { type Answer, jsonAnswer } from './answer.js';
import type { JsonObject, JsonValue } from './json.js';

export const graphRoot = 'https://graph.microsoft.com/v1.0';
/** What every `@odata.context` starts with. */
export const metadata = `${graphRoot}/$metadata#`;

/**
 * A list on a single page.
 * @param name what follows `$metadata#` in the context
 */
export function listAnswer(name: string, value: JsonValue): Answer {
  return jsonAnswer(200, { '@odata.context': metadata + name, value });
}

/** One object; `name` as for `listAnswer`. */
export function entityAnswer(name: string, object: JsonObject): Answer {
  return jsonAnswer(200, { '@odata.context': `${metadata}${name}/$entity`, ...object });
}

/**
 * The link to the next page. It is absolute on Graph's own host, whatever host the client used, and repeats the other
 * query options as the client sent them. Source: "Paging Microsoft Graph data".
 */
export function nextLink(path: string, rawQuery: string, token: string): string {
  const options = rawQuery.split('&').filter((option) => option && !/^(\$|%24)skiptoken=/i.test(option));
  return `${graphRoot}${path}?${[...options, `$skiptoken=${token}`].join('&')}`;
}
