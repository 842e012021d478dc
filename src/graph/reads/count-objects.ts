import type { Collection } from '../../model/entra/collection.js';
import { GraphCallError } from '../http/errors.js';
import type { Send } from '../http/send.js';

/** Milliseconds. A scan can do without the count, so its budget is short. */
const countBudget = 20_000;

/**
 * The number of objects that Graph counts.
 * Source: Graph, advanced queries (`/$count` needs `ConsistencyLevel: eventual`).
 * @param mayBatch whether the answer may come together with those of slower reads
 * @returns undefined if Graph does not return it
 * @throws ConsentinelError `credential-rejected`, `credential-missing`, `aborted`
 */
export async function countObjects(
  send: Send,
  collection: Collection,
  signal?: AbortSignal,
  filter?: string,
  mayBatch = false,
): Promise<number | undefined> {
  try {
    const headers = { ConsistencyLevel: 'eventual', accept: 'text/plain' };
    const query = filter === undefined ? '' : `?$filter=${encodeURIComponent(filter)}`;
    const path = `/${collection}/$count${query}`;
    const call = { method: 'GET', path, headers, signal, budget: countBudget } as const;
    if (mayBatch) {
      const batched = await send({ ...call, mayBatch }).catch(undefinedIfRejected);
      const count = batched && countIn(batched.body);
      if (count !== undefined) return count;
    }
    return countIn((await send(call)).body);
  } catch (error) {
    if (error instanceof GraphCallError && error.code !== 'credential-rejected') return undefined;
    throw error;
  }
}

/** It is not documented that a batch may contain `/$count`. */
function undefinedIfRejected(error: unknown): undefined {
  if (!(error instanceof GraphCallError) || error.code !== 'graph-rejected') throw error;
}

/**
 * A count is plain text, which is JSON. Inside a batch it is a number, a text, or base64.
 * Source: Graph, JSON batching: a body that is not JSON is base64 URL-encoded.
 */
function countIn(body: unknown): number | undefined {
  const isDigits = (text: string) => /^\d+$/.test(text.trim());
  const text =
    typeof body === 'string' && !isDigits(body) ? Buffer.from(body, 'base64').toString('utf8') : String(body);
  const count = Number(text.replace(/^\uFEFF/, ''));
  return isDigits(text.replace(/^\uFEFF/, '')) && Number.isSafeInteger(count) ? count : undefined;
}
