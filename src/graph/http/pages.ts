import { setImmediate } from 'node:timers/promises';
import type { GraphLocation } from './client.js';
import { malformed } from './errors.js';
import { HeldPages, type ReadAhead } from './held-pages.js';
import { fetchChain, type LoadedPage, type ReceivedPage } from './page-chain.js';
import { PageQueue } from './page-queue.js';
import type { Send } from './send.js';

/** A listing to read. */
export interface Listing {
  readonly graph: GraphLocation;
  readonly send: Send;
  /** The first page, relative to the version, with its query. */
  readonly path: string;
  /** Sent with every page, for example for an advanced query. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The filters of partitions that are read at the same time. @default the whole listing in one */
  readonly filters?: readonly string[];
  /** The page with which each partition begins, as `ListingPosition.next` has it. @default the first one */
  readonly starts?: readonly (string | null)[] | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called for every page that is parsed. */
  readonly onPage?: () => void;
  /** Its pages go before other requests: it is one long chain that the scan waits for. */
  readonly urgent?: boolean;
  /** Its first page may come in one batch with other calls. */
  readonly mayBatch?: boolean;
  /** How much may wait for the consumer. @default one page */
  readonly ahead?: ReadAhead;
}

/** Graph may send empty pages, and repeat pages after a change. A listing that sends more of them has no end. */
const maxIdlePages = 100;
const onePage: ReadAhead = { pages: 1, bytes: Number.POSITIVE_INFINITY };

/** One page, its objects unchecked. */
export interface RawPage extends LoadedPage {
  /** The number of the partition. */
  readonly partition: number;
  /** How often the partition has started again before this page. */
  readonly restarts: number;
  /** No page of the partition follows. */
  readonly isLast: boolean;
}

/**
 * Reads a listing page by page. It requests the next pages while the consumer processes the current one. Pages can be
 * empty. When a page token expires, the partition starts again, so that objects can occur twice. When the consumer
 * stops, the pending requests are aborted.
 * Source: Graph, paging (links are used unchanged; an empty page may have a next link).
 * @throws GraphCallError, also `graph-malformed` for a page without `value`, for a link to an earlier page, and for a
 * listing that does not end
 */
export async function* pagesOf(listing: Listing): AsyncGenerator<RawPage, void, undefined> {
  const stop = new AbortController();
  const abort = () => stop.abort(listing.signal?.reason);
  if (listing.signal?.aborted) abort();
  listing.signal?.addEventListener('abort', abort, { once: true });
  let end = () => {};
  const stopped = new Promise<void>((resolve) => {
    end = resolve;
  });
  const held = new HeldPages(listing.ahead ?? onePage);
  const received = new PageQueue<ReceivedPage & { partition: number }>();
  const chains = chainsOf(listing).map(({ path, start, partition }) =>
    fetchChain({ ...listing, path, start, held, signal: stop.signal, stopped, onPage: listing.onPage }, (page) =>
      received.add({ ...page, partition }),
    ),
  );
  const ended = Promise.all(chains).then(
    () => received.end(),
    (error: unknown) => received.fail(error),
  );
  const idle = pathsOf(listing).map(() => new IdlePages());
  try {
    for (let page = await received.next(); page; page = await received.next()) {
      const { partition, restarts } = page;
      const loaded = await page.take();
      idle[partition]?.add(loaded, restarts);
      yield { ...loaded, partition, restarts, isLast: loaded.next === undefined };
      // Without it, pages that wait are taken in one turn, and no answer is received meanwhile.
      if (received.hasValue) await setImmediate();
    }
  } finally {
    listing.signal?.removeEventListener('abort', abort);
    stop.abort();
    held.clear();
    end();
    await ended;
    await Promise.allSettled(chains);
  }
}

function pathsOf({ path, filters }: Listing): readonly string[] {
  return filters?.map((filter) => `${path}&$filter=${encodeURIComponent(filter)}`) ?? [path];
}

/** The partitions that have not ended. */
function chainsOf(listing: Listing) {
  return pathsOf(listing).flatMap((path, partition) => {
    const start = listing.starts?.[partition];
    return start === null ? [] : [{ path, start, partition }];
  });
}

/** Counts consecutive pages without a new object: empty pages, and pages that end with the last object of another page. */
class IdlePages {
  readonly #lastObjects = new Set<string>();
  #idle = 0;
  #restarts = 0;

  /** @throws GraphCallError after too many idle pages */
  add({ items, call }: Pick<LoadedPage, 'items' | 'call'>, restarts: number): void {
    if (restarts !== this.#restarts) this.#clear();
    this.#restarts = restarts;
    const last = JSON.stringify(items.at(-1));
    this.#idle = items.length === 0 || this.#lastObjects.has(last) ? this.#idle + 1 : 0;
    this.#lastObjects.add(last);
    if (this.#idle > maxIdlePages) throw malformed(call, `${this.#idle} pages in a row without a new object`);
  }

  #clear(): void {
    this.#lastObjects.clear();
    this.#idle = 0;
  }
}
