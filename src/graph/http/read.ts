import type { z } from 'zod';
import type { GraphLocation } from './client.js';
import { callFacts, malformed } from './errors.js';
import { pagesOf } from './pages.js';
import type { Send } from './send.js';

/** What reads of a few objects ask Graph with. */
export interface Source {
  readonly graph: GraphLocation;
  readonly send: Send;
  readonly signal: AbortSignal | undefined;
  /** Whether the access token carries an application permission; undefined where the token does not tell. */
  granted(permission: string): Promise<boolean | undefined>;
}

/**
 * Reads one object.
 * @param path relative to the version, with values encoded
 * @throws GraphCallError `graph-malformed` where the object is not as the schema says
 */
export async function readOne<T>({ send, signal }: Source, path: string, schema: z.ZodType<T>): Promise<T> {
  const answer = await send({ method: 'GET', path, signal });
  const parsed = schema.safeParse(answer.body);
  if (parsed.success) return parsed.data;
  throw malformed(callFacts('GET', path, answer), `an object whose ${placeOf(parsed.error)} is not as documented`);
}

/** Reads every object of a short list, page by page, in the same manner. */
export async function readAll<T>({ graph, send, signal }: Source, path: string, schema: z.ZodType<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const { items, call } of pagesOf({ graph, send, path, signal })) {
    for (const item of items) {
      const parsed = schema.safeParse(item);
      if (!parsed.success) throw malformed(call, `an object whose ${placeOf(parsed.error)} is not as documented`);
      all.push(parsed.data);
    }
  }
  return all;
}

/** The member at fault; zod's own sentence is left out, since it may quote values. */
function placeOf(error: z.ZodError): string {
  return error.issues[0]?.path.join('.') || 'body';
}
