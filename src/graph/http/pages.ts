import { z } from 'zod';
import { type GraphLocation, urlOf } from './client.js';
import { type CallFacts, callFacts, GraphCallError, malformed } from './errors.js';
import type { Send } from './send.js';

/** Where a listing goes and whom it tells. */
export interface Listing {
  readonly graph: GraphLocation;
  readonly send: Send;
  /** Of the first page, relative to the version, with its query. */
  readonly path: string;
  readonly signal?: AbortSignal | undefined;
  /** Called for every page that arrived. */
  readonly onPage?: () => void;
}

const maximumRestarts = 3;

const pageSchema = z.looseObject({
  value: z.array(z.unknown()),
  '@odata.nextLink': z.string().min(1).nullish(),
});

/** One page as it came. */
export interface RawPage {
  readonly items: readonly unknown[];
  /** The facts of the call that brought it, for errors about its objects. */
  readonly call: CallFacts;
}

interface LoadedPage extends RawPage {
  /** Absolute; undefined at the end. */
  readonly next: string | undefined;
}

/**
 * Reads a listing page by page; the next page is under way while the consumer works on this one. Empty pages are
 * passed over. A page token that expired starts the listing again, so that objects may come twice. When the consumer
 * stops, the page under way is aborted.
 * Source: Graph, paging (links are used whole; an empty page may have a next link).
 * @throws GraphCallError, also `graph-malformed` for a page without `value` and for links that lead in a circle
 */
export async function* pagesOf(listing: Listing): AsyncGenerator<RawPage, void, undefined> {
  const stop = new AbortController();
  const abort = () => stop.abort(listing.signal?.reason);
  if (listing.signal?.aborted) abort();
  listing.signal?.addEventListener('abort', abort, { once: true });
  const first = urlOf(listing.graph, listing.path);
  const visited = new Set<string>();
  const fetch = (url: string) => load(listing, url, visited, stop.signal);
  let ahead: PageAhead | undefined = fetch(first);
  try {
    for (let restarts = 0; ahead; ) {
      ahead.want();
      const page: LoadedPage | undefined = await unlessExpired(ahead.page, restarts < maximumRestarts);
      if (!page) {
        restarts++;
        visited.clear();
      }
      const next: string | undefined = page ? page.next : first;
      ahead = next === undefined ? undefined : fetch(next);
      if (page && page.items.length > 0) yield page;
    }
  } finally {
    listing.signal?.removeEventListener('abort', abort);
    stop.abort();
    ahead?.want();
    await ahead?.page.catch(() => undefined);
  }
}

/** A page under way, which is parsed once it is wanted. */
interface PageAhead {
  readonly page: Promise<LoadedPage>;
  want(): void;
}

/** Loads in the background; a failure waits for the consumer to ask, and is nobody's unhandled rejection till then. */
function load(listing: Listing, url: string, visited: Set<string>, signal: AbortSignal): PageAhead {
  visited.add(url);
  let want = () => {};
  const wanted = new Promise<void>((resolve) => {
    want = resolve;
  });
  const page = loadPage(listing, url, visited, wanted, signal);
  page.catch(() => undefined);
  return { page, want };
}

async function loadPage(
  listing: Listing,
  url: string,
  visited: ReadonlySet<string>,
  wanted: Promise<void>,
  signal: AbortSignal,
): Promise<LoadedPage> {
  const answer = await listing.send({ method: 'GET', path: url, signal, wanted });
  const call = callFacts('GET', listing.path, answer);
  const parsed = pageSchema.safeParse(answer.body);
  if (!parsed.success) throw malformed(call, 'a page without an array `value`');
  listing.onPage?.();
  const link = parsed.data['@odata.nextLink'];
  const next = link ? urlOf(listing.graph, link) : undefined;
  if (next && visited.has(next)) throw malformed(call, 'a next link to a page that was read already');
  return { items: parsed.data.value, call, next };
}

/** The page; undefined where its token has expired and there is a restart left. */
async function unlessExpired(page: Promise<LoadedPage>, mayRestart: boolean): Promise<LoadedPage | undefined> {
  try {
    return await page;
  } catch (error) {
    if (mayRestart && isExpired(error)) return undefined;
    throw error;
  }
}

/**
 * Source: Graph answers 400 `Directory_ExpiredPageToken`, seen in large tenants; other backends say PageTokenNotFound;
 * 410 asks for a fresh start, as in delta queries.
 */
function isExpired(error: unknown): boolean {
  if (!(error instanceof GraphCallError)) return false;
  const { status, graphCode = '' } = error.call;
  return status === 410 || (status === 400 && /ExpiredPageToken|PageTokenNotFound/i.test(graphCode));
}
