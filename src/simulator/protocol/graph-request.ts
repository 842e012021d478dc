import { badRequest } from './graph-error.js';
import type { Identity } from './identity.js';
import { isObject, type JsonObject, type JsonValue } from './json.js';

/** A request to Graph: a single one, or an item of a `$batch`. */
export interface GraphRequest {
  readonly method: string;
  /** Decoded, without `/v1.0`. */
  readonly path: string;
  /** The query as the client sent it, without the question mark. */
  readonly rawQuery: string;
  readonly query: URLSearchParams;
  /** @param name in lower case */
  header(name: string): string | undefined;
  readonly body: JsonValue | undefined;
  readonly identity: Identity;
  readonly inBatch: boolean;
}

/** Splits a relative URL, for example `/applications?$top=5`. */
export function splitUrl(url: string): Pick<GraphRequest, 'path' | 'rawQuery' | 'query'> {
  const mark = url.indexOf('?');
  const rawQuery = mark < 0 ? '' : url.slice(mark + 1);
  return { path: decode(mark < 0 ? url : url.slice(0, mark)), rawQuery, query: new URLSearchParams(rawQuery) };
}

/**
 * The body of a write.
 * @throws GraphError 400 for any body that is not a JSON object
 */
export function bodyOf({ body }: Pick<GraphRequest, 'body'>): JsonObject {
  if (isObject(body)) return body;
  throw badRequest(
    'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
  );
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
