import type { DirectoryPage, ListingPosition } from '../../jobs/ports/index.js';
import type { Collection } from '../../model/entra/collection.js';
import type { Send } from '../http/send.js';
import { partitionsOf } from './partitions.js';

/** New counts after which the position is reported. */
const countsPerReport = 5;

/** A page without objects that only says where the listing is. */
export function pageAt(position: ListingPosition): DirectoryPage<never> {
  return { items: [], unreadable: [], repeated: [], size: 0, position };
}

/**
 * The filters of `partitionsOf`, for a listing that is stored while it runs: it reports its position while it counts, because
 * finding the partitions of a large collection takes up to 45 requests.
 * @param from a position before the first page, with what an earlier listing has counted
 */
export async function* countedPartitions(
  context: { readonly send: Send; readonly now: (() => string) | undefined },
  { collection, expected }: { readonly collection: Collection; readonly expected?: number | undefined },
  from: ListingPosition,
  signal: AbortSignal | undefined,
): AsyncGenerator<DirectoryPage<never>, readonly string[] | undefined, undefined> {
  const now = from.counted?.now ?? context.now?.();
  const counts = new Map(Object.entries(from.counted?.counts ?? {}));
  let unreported = 0;
  let report = () => {};
  const send: Send = async (call) => {
    const known = counts.get(call.path);
    if (known !== undefined) return { status: 200, body: known, requestId: undefined };
    const response = await context.send(call);
    if (typeof response.body === 'number') {
      counts.set(call.path, response.body);
      if (++unreported >= countsPerReport) report();
    }
    return response;
  };
  const filters = partitionsOf(send, collection, expected, now, signal);
  const found = filters.then(() => true);
  for (;;) {
    const reported = new Promise<false>((resolve) => {
      report = () => resolve(false);
    });
    if (await Promise.race([found, reported])) return filters;
    unreported = 0;
    if (now !== undefined) yield pageAt({ ...from, counted: { now, counts: Object.fromEntries(counts) } });
  }
}
