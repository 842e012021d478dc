import { z } from 'zod';
import { type GraphLocation, urlOf } from './client.js';
import { type CallFacts, callFacts, GraphCallError, malformed } from './errors.js';
import type { Send } from './send.js';

/** A listing to read. */
export interface Listing {
  readonly graph: GraphLocation;
  readonly send: Send;
  /** The first page, relative to the version, with its query. */
  readonly path: string;
  readonly signal?: AbortSignal | undefined;
  /** Called for every page that is received. */
  readonly onPage?: () => void;
}

const maxRestarts = 3;
/** Graph may send empty pages, and repeat pages after a change. A listing that sends more of them has no end. */
const maxIdlePages = 100;

const pageSchema = z.looseObject({
  value: z.array(z.unknown()),
  '@odata.nextLink': z.string().min(1).nullish(),
});

/** One page, its objects unchecked. */
export interface RawPage {
  readonly items: readonly unknown[];
  /** The call that returned the page, for errors about its objects. */
  readonly call: CallFacts;
  /** How often the listing has started again before this page. */
  readonly restarts: number;
  /** Whether another page follows. */
  readonly hasNext: boolean;
}

interface LoadedPage extends Pick<RawPage, 'items' | 'call'> {
  /** The absolute link to the next page; undefined on the last page. */
  readonly next: string | undefined;
}

/**
 * Reads a listing page by page. It requests the next page while the consumer processes the current one. Pages can be
 * empty. When a page token expires, the listing starts again, so that objects can occur twice. When the consumer stops,
 * the pending request is aborted.
 * Source: Graph, paging (links are used unchanged; an empty page may have a next link).
 * @throws GraphCallError, also `graph-malformed` for a page without `value`, for a link to an earlier page, and for a
 * listing that does not end
 */
export async function* pagesOf(listing: Listing): AsyncGenerator<RawPage, void, undefined> {
  const stop = new AbortController();
  const abort = () => stop.abort(listing.signal?.reason);
  if (listing.signal?.aborted) abort();
  listing.signal?.addEventListener('abort', abort, { once: true });
  const first = urlOf(listing.graph, listing.path);
  const visited = new Set<string>();
  const request = (url: string) => prefetch(listing, url, visited, stop.signal);
  const idle = new IdlePages();
  let ahead: PrefetchedPage | undefined = request(first);
  try {
    for (let restarts = 0; ahead; ) {
      ahead.startParsing();
      const page: LoadedPage | undefined = await unlessExpired(ahead.page, restarts < maxRestarts);
      if (!page) {
        restarts++;
        visited.clear();
        idle.clear();
      } else idle.add(page);
      const next: string | undefined = page ? page.next : first;
      ahead = next === undefined ? undefined : request(next);
      if (page) yield { items: page.items, call: page.call, restarts, hasNext: next !== undefined };
    }
  } finally {
    listing.signal?.removeEventListener('abort', abort);
    stop.abort();
    ahead?.startParsing();
    await ahead?.page.catch(() => undefined);
  }
}

/** Counts consecutive pages without a new object: empty pages, and pages that end with the last object of another page. */
class IdlePages {
  readonly #lastObjects = new Set<string>();
  #idle = 0;

  /** @throws GraphCallError after too many idle pages */
  add({ items, call }: LoadedPage): void {
    const last = JSON.stringify(items.at(-1));
    this.#idle = items.length === 0 || this.#lastObjects.has(last) ? this.#idle + 1 : 0;
    this.#lastObjects.add(last);
    if (this.#idle > maxIdlePages) throw malformed(call, `${this.#idle} pages in a row without a new object`);
  }

  clear(): void {
    this.#lastObjects.clear();
    this.#idle = 0;
  }
}

/** A page that is requested before the consumer needs it. It is parsed after `startParsing`. */
interface PrefetchedPage {
  readonly page: Promise<LoadedPage>;
  startParsing(): void;
}

/** Requests a page in the background. The consumer gets a failure when it awaits the page. */
function prefetch(listing: Listing, url: string, visited: Set<string>, signal: AbortSignal): PrefetchedPage {
  visited.add(url);
  let startParsing = () => {};
  const parseAfter = new Promise<void>((resolve) => {
    startParsing = resolve;
  });
  const page = loadPage(listing, url, visited, parseAfter, signal);
  // Without a handler, a failure before the consumer awaits the page would be an unhandled rejection.
  page.catch(() => undefined);
  return { page, startParsing };
}

async function loadPage(
  listing: Listing,
  url: string,
  visited: ReadonlySet<string>,
  parseAfter: Promise<void>,
  signal: AbortSignal,
): Promise<LoadedPage> {
  const response = await listing.send({ method: 'GET', path: url, signal, parseAfter });
  const call = callFacts('GET', listing.path, response);
  const parsed = pageSchema.safeParse(response.body);
  if (!parsed.success) throw malformed(call, 'a page without an array `value`');
  listing.onPage?.();
  const link = parsed.data['@odata.nextLink'];
  const next = link ? urlOf(listing.graph, link) : undefined;
  if (next && visited.has(next)) throw malformed(call, 'a next link to a page that was already read');
  return { items: parsed.data.value, call, next };
}

/** The page; undefined when its token expired and the listing may start again. */
async function unlessExpired(page: Promise<LoadedPage>, mayRestart: boolean): Promise<LoadedPage | undefined> {
  try {
    return await page;
  } catch (error) {
    if (mayRestart && isExpired(error)) return undefined;
    throw error;
  }
}

/**
 * Source: Graph returns 400 `Directory_ExpiredPageToken`, observed in large tenants; other backends return
 * `PageTokenNotFound`; 410 requires a new start, as in delta queries.
 */
function isExpired(error: unknown): boolean {
  if (!(error instanceof GraphCallError)) return false;
  const { status, graphCode = '' } = error.call;
  return status === 410 || (status === 400 && /ExpiredPageToken|PageTokenNotFound/i.test(graphCode));
}
