import type { Collection } from '../../model/entra/collection.js';
import { GraphCallError } from '../http/errors.js';
import type { Send } from '../http/send.js';

/** Milliseconds. A scan can do without the count, so its budget is short. */
const countBudget = 20_000;

/**
 * The number of objects that Graph counts.
 * Source: Graph, advanced queries (`/$count` needs `ConsistencyLevel: eventual`).
 * @returns undefined if Graph does not return it
 * @throws ConsentinelError `credential-rejected`, `credential-missing`, `aborted`
 */
export async function countObjects(
  send: Send,
  collection: Collection,
  signal?: AbortSignal,
  filter?: string,
): Promise<number | undefined> {
  try {
    const headers = { ConsistencyLevel: 'eventual', accept: 'text/plain' };
    const query = filter === undefined ? '' : `?$filter=${encodeURIComponent(filter)}`;
    const path = `/${collection}/$count${query}`;
    const { body } = await send({ method: 'GET', path, headers, signal, budget: countBudget });
    return typeof body === 'number' && Number.isSafeInteger(body) && body >= 0 ? body : undefined;
  } catch (error) {
    if (error instanceof GraphCallError && error.code !== 'credential-rejected') return undefined;
    throw error;
  }
}
