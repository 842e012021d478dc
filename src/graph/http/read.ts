import type { z } from 'zod';
import type { ForeseenParts } from '../../jobs/ports/index.js';
import type { BatchContext } from './batch.js';
import type { GraphLocation } from './client.js';
import { callFacts, malformed } from './errors.js';
import { pagesOf } from './pages.js';
import type { Send } from './send.js';

/** What reading a few objects needs. */
export interface ReadContext {
  readonly graph: GraphLocation;
  readonly send: Send;
  readonly signal: AbortSignal | undefined;
  /** Whether the access token contains an application permission; undefined for an opaque token. */
  granted(permission: string): Promise<boolean | undefined>;
}

/** What reading a part of a tenant needs. */
export interface PartContext extends ReadContext {
  readonly batches: BatchContext;
  readonly foreseen?: ForeseenParts | undefined;
}

/**
 * Reads one object.
 * @param path relative to the version, with encoded values
 * @throws GraphCallError, also `graph-malformed` for an object that does not match the schema
 */
export async function readOne<T>({ send, signal }: ReadContext, path: string, schema: z.ZodType<T>): Promise<T> {
  const response = await send({ method: 'GET', path, signal, mayBatch: true });
  const parsed = schema.safeParse(response.body);
  if (parsed.success) return parsed.data;
  throw malformed(
    callFacts('GET', path, response),
    `an object with an undocumented value of ${invalidMember(parsed.error)}`,
  );
}

/**
 * Reads every object of a short list, page by page.
 * @throws GraphCallError, also `graph-malformed` for an object that does not match the schema
 */
export async function readAll<T>(
  { graph, send, signal }: ReadContext,
  path: string,
  schema: z.ZodType<T>,
): Promise<T[]> {
  const all: T[] = [];
  for await (const { items, call } of pagesOf({ graph, send, path, signal, mayBatch: true })) {
    for (const item of items) {
      const parsed = schema.safeParse(item);
      if (!parsed.success)
        throw malformed(call, `an object with an undocumented value of ${invalidMember(parsed.error)}`);
      all.push(parsed.data);
    }
  }
  return all;
}

/** The path of the invalid member. It omits zod's message, which can contain values. */
function invalidMember(error: z.ZodError): string {
  return error.issues[0]?.path.join('.') || 'body';
}
