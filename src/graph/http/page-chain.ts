import { z } from 'zod';
import { type GraphLocation, urlOf } from './client.js';
import { type CallFacts, callFacts, GraphCallError, malformed } from './errors.js';
import type { HeldPages } from './held-pages.js';
import { nextLinkIn } from './next-link.js';
import type { Send } from './send.js';

const maxRestarts = 3;

const pageSchema = z.looseObject({
  // Not `z.array`, which copies it: a page has up to 999 objects, and their readers check them.
  value: z.custom<readonly unknown[]>(Array.isArray),
  '@odata.nextLink': z.string().min(1).nullish(),
  '@odata.count': z.int().min(0).nullish().catch(undefined),
});

/** A page after parsing, its objects unchecked. */
export interface LoadedPage {
  readonly items: readonly unknown[];
  /** The call that returned the page, for errors about its objects. */
  readonly call: CallFacts;
  /** The absolute link to the next page; undefined on the last page. */
  readonly next: string | undefined;
  /** The objects of the whole listing as Graph counts them. Only a first page has it, if the query requests it. */
  readonly count?: number;
}

/** A page that was received. */
export interface ReceivedPage {
  /** How often the chain has started again before this page. */
  readonly restarts: number;
  /** Parses the page. @throws GraphCallError */
  take(): Promise<LoadedPage>;
}

/** The pages that follow from one first page. */
export interface PageChain {
  readonly graph: GraphLocation;
  readonly send: Send;
  /** The first page, relative to the version, with its query. */
  readonly path: string;
  /** A later page to begin with, relative to the version, from the link of an earlier listing. */
  readonly start?: string | undefined;
  /** Sent with every page: a next link does not carry the headers of the first request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly held: HeldPages;
  readonly signal: AbortSignal;
  /** Resolves when no further page is taken. */
  readonly stopped: Promise<void>;
  readonly onPage: (() => void) | undefined;
  readonly urgent?: boolean;
  /** The first page may come in one batch with other calls. */
  readonly mayBatch?: boolean;
}

/**
 * Requests page after page, and delivers each as soon as it is received. When a page token expires, it starts again, also
 * when Graph refuses the token of an earlier listing for another reason.
 * @throws GraphCallError for a failure of Graph, and `graph-malformed` for a link to an earlier page
 */
export async function fetchChain(chain: PageChain, deliver: (page: ReceivedPage) => void): Promise<void> {
  const first = urlOf(chain.graph, chain.path);
  const visited = new Set<string>();
  const start = chain.start ? urlOf(chain.graph, chain.start) : first;
  let restarts = 0;
  for (let url: string | undefined = start; url !== undefined; ) {
    await chain.held.room();
    visited.add(url);
    const page = requestPage(chain, url, restarts);
    try {
      const link = await page.link;
      deliver(page);
      const next: string | undefined = link ?? (await page.loaded).next;
      if (next !== undefined && visited.has(next))
        throw malformed((await page.loaded).call, 'a next link to a page that was already read');
      url = next;
    } catch (error) {
      const isOfEarlierListing = url === start && start !== first;
      if (restarts === maxRestarts || !(isExpired(error) || (isOfEarlierListing && isRefused(error)))) throw error;
      restarts++;
      visited.clear();
      url = first;
    }
  }
}

interface RequestedPage extends ReceivedPage {
  /** Settles when the page is received; undefined if only the parsed page shows the link, or its absence. */
  readonly link: Promise<string | undefined>;
  readonly loaded: Promise<LoadedPage>;
}

/** Requests a page in the background. It is parsed when it is taken. */
function requestPage(chain: PageChain, url: string, restarts: number): RequestedPage {
  let startParsing = () => {};
  const parsing = new Promise<void>((resolve) => {
    startParsing = resolve;
  });
  let receive = (_body: Uint8Array) => {};
  const firstBody = new Promise<Uint8Array>((resolve) => {
    receive = resolve;
  });
  let bodies = 0;
  let size = 0;
  const received = (body: Uint8Array) => {
    if (bodies++ > 0) return;
    size = body.length;
    chain.held.add(size);
    receive(body);
  };
  const loaded = loadPage(chain, url, { parseAfter: Promise.race([parsing, chain.stopped]), received });
  const settled = () => {
    if (bodies === 0) chain.held.lost();
  };
  // With a handler, a failure before the consumer takes the page is no unhandled rejection.
  loaded.then(settled, settled);
  // Parsing the page reports a link that is not valid.
  const early = firstBody.then((body) => linkOf(chain, nextLinkIn(body))).catch(() => undefined);
  return {
    restarts,
    loaded,
    link: Promise.race([early, loaded.then(() => undefined)]),
    async take() {
      startParsing();
      if (bodies > 0) chain.held.release(size);
      const page = await loaded;
      const link = bodies === 1 ? await early : undefined;
      if (link !== undefined && link !== page.next) throw malformed(page.call, 'a page with two next links');
      return page;
    },
  };
}

function linkOf({ graph }: PageChain, link: string | null | undefined): string | undefined {
  return link ? urlOf(graph, link) : undefined;
}

async function loadPage(
  chain: PageChain,
  url: string,
  progress: { parseAfter: Promise<void>; received: (body: Uint8Array) => void },
): Promise<LoadedPage> {
  const { graph, send, path, signal, onPage, urgent, headers } = chain;
  const request = { method: 'GET', signal, urgent, ...(headers && { headers }), ...progress } as const;
  // A batch takes paths only.
  const isBatched = chain.mayBatch && url === urlOf(graph, path);
  const response = await send(isBatched ? { ...request, path, mayBatch: true } : { ...request, path: url });
  const call = callFacts('GET', path, response);
  const parsed = pageSchema.safeParse(response.body);
  if (!parsed.success) throw malformed(call, 'a page without an array `value`');
  onPage?.();
  const { value: items, '@odata.nextLink': link, '@odata.count': count } = parsed.data;
  return { items, call, next: linkOf(chain, link), ...(typeof count === 'number' && { count }) };
}

/** Any refusal of a page whose token an earlier listing got: the first page shows whether the token is the reason. */
function isRefused(error: unknown): boolean {
  return error instanceof GraphCallError && [400, 404, 410].includes(error.call.status ?? 0);
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
