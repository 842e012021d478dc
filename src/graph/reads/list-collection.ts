import type { DirectoryPage, DirectoryStats, ListingPosition } from '../../jobs/ports/index.js';
import type { Collection } from '../../model/entra/collection.js';
import { IdTable } from '../../scale/id-table.js';
import { type BatchContext, readMany } from '../http/batch.js';
import { type GraphLocation, pathOf } from '../http/client.js';
import { isRefusedFilter } from '../http/errors.js';
import { pagesOf, type RawPage } from '../http/pages.js';
import type { Send } from '../http/send.js';
import { countedPartitions, pageAt } from './counted-partitions.js';
import { ListedObjects } from './listed-objects.js';
import type { ObjectReader } from './parse.js';
import { largestPage, outsidePartitions, partitionsOf } from './partitions.js';
import { selectList } from './select-list.js';

/** The pages of a listing that may wait until the scan examines them. */
const readAhead = { pages: 64, bytes: 8 * 1024 * 1024 };
/** With more missing objects, a second listing costs less than reading them one by one. */
const mostSingleReads = 1_000;

/** What a listing needs. */
export interface ListingContext {
  readonly graph: GraphLocation;
  readonly send: Send;
  readonly batches: BatchContext;
  readonly stats: DirectoryStats;
  /** Objects per page. @default 999 */
  readonly pageSize: number | undefined;
  /** The local time, ISO 8601 UTC. Without it, no collection is divided by time. */
  readonly now: (() => string) | undefined;
}

/** One listing. */
export interface CollectionQuery<T> {
  readonly collection: Collection;
  readonly select: readonly string[];
  readonly read: ObjectReader<T>;
  /** The ids of objects that are left out; gets the ids of the objects that are returned. */
  readonly seen?: IdTable | undefined;
  /** The number of objects in the collection; undefined to read it in one chain of pages. */
  readonly expected?: number | undefined;
  /** Where an earlier listing, whose ids are in `seen`, stopped. */
  readonly from?: ListingPosition | undefined;
}

/**
 * The objects of a collection, each once. A large collection is read in partitions at the same time. The objects that no
 * partition contains are found by their ids, and read directly. If Graph refuses a filter, the whole collection is read
 * in one chain of pages.
 * @throws GraphCallError
 */
export async function* listCollection<T extends { id: string; appId: string }>(
  context: ListingContext,
  query: CollectionQuery<T>,
  signal?: AbortSignal,
): AsyncGenerator<DirectoryPage<T>, void, undefined> {
  const { send, now } = context;
  const { collection, expected } = query;
  const begins = query.from?.next.length === 0 ? query.from : undefined;
  const from = begins ? undefined : query.from;
  const seen = query.seen ?? new IdTable();
  const listed = { ...query, from, seen, isStored: begins !== undefined };
  const filters = from
    ? from.filters
    : begins
      ? yield* countedPartitions(context, query, begins, signal)
      : await partitionsOf(send, collection, expected, now?.(), signal);
  if (!filters) return yield* listAll(context, listed, from, signal);
  if (!(yield* listPartitions(context, listed, filters, signal))) yield* listAll(context, listed, undefined, signal);
}

type SeenQuery<T> = CollectionQuery<T> & {
  readonly seen: IdTable;
  /** Whether the positions of a listing that begins are stored. */
  readonly isStored: boolean;
};

async function* listAll<T extends { id: string; appId: string }>(
  context: ListingContext,
  query: SeenQuery<T>,
  from: ListingPosition | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<DirectoryPage<T>, void, undefined> {
  const listed = new ListedObjects(query.read, query.seen, from);
  const place = new Place(context.graph, undefined, from);
  for await (const page of pagesOf({ ...listingOf(context, query, signal), starts: from?.next })) {
    const objects = listed.add(page);
    yield { ...objects, position: place.after(page, objects.size, listed.withoutId) };
  }
}

/** @returns whether the partitions, and the objects that are in none of them, are the whole collection */
async function* listPartitions<T extends { id: string; appId: string }>(
  context: ListingContext,
  query: SeenQuery<T>,
  filters: readonly string[],
  signal: AbortSignal | undefined,
): AsyncGenerator<DirectoryPage<T>, boolean, undefined> {
  const listed = new ListedObjects(query.read, query.seen, query.from);
  const place = new Place(context.graph, filters, query.from);
  if (query.isStored) yield pageAt(place.start);
  try {
    for await (const page of pagesOf({ ...listingOf(context, query, signal), filters, starts: query.from?.next })) {
      const objects = listed.add(page);
      yield { ...objects, position: place.after(page, objects.size, listed.withoutId) };
    }
  } catch (error) {
    if (!isRefusedFilter(error)) throw error;
    return false;
  }
  if (listed.total < (query.expected ?? 0)) {
    for await (const page of pagesOutsidePartitions(context, query, signal)) yield listed.add(page);
  }
  if (listed.total < (query.expected ?? 0)) {
    const unlisted = await unlistedObjects(context, query, signal);
    if (!unlisted) return false;
    for (const page of unlisted) yield listed.add(page);
  }
  yield { items: [], unreadable: [], repeated: [], size: place.sizeAtEnd };
  return true;
}

/** The pages of the objects that no partition contains; none if Graph refuses the filter. */
async function* pagesOutsidePartitions(
  context: ListingContext,
  query: Pick<CollectionQuery<unknown>, 'collection' | 'select'>,
  signal: AbortSignal | undefined,
): AsyncGenerator<RawPage, void, undefined> {
  const listing = listingOf(context, query, signal);
  const path = `${listing.path}&$count=true`;
  const headers = { ConsistencyLevel: 'eventual' };
  try {
    yield* pagesOf({ ...listing, path, headers, filters: [outsidePartitions(query.collection)] });
  } catch (error) {
    if (!isRefusedFilter(error)) throw error;
  }
}

/** Where a listing is after a page. */
class Place {
  #next: readonly (string | null)[];
  #longest: number;
  #longestLast: number;

  constructor(
    private readonly graph: GraphLocation,
    private readonly filters: readonly string[] | undefined,
    from: ListingPosition | undefined,
  ) {
    this.#next = from?.next ?? Array.from(filters ?? [''], () => '');
    this.#longest = from?.longest ?? 0;
    this.#longestLast = from?.longestLast ?? 0;
  }

  /** Before the first page. */
  get start(): ListingPosition {
    return this.#position(0);
  }

  after(page: RawPage, size: number, withoutId: number): ListingPosition {
    const link = page.next === undefined ? null : pathOf(this.graph, page.next);
    this.#next = this.#next.map((next, partition) => (partition === page.partition ? link : next));
    this.#longest = Math.max(this.#longest, size);
    if (page.isLast) this.#longestLast = Math.max(this.#longestLast, size);
    return this.#position(withoutId);
  }

  #position(withoutId: number): ListingPosition {
    const [next, longest, longestLast] = [this.#next, this.#longest, this.#longestLast];
    return { ...(this.filters && { filters: this.filters }), next, withoutId, longest, longestLast };
  }

  /**
   * The size of a full page for a partition whose last page is full, because the pages after it are probably lost; else 0.
   */
  get sizeAtEnd(): number {
    return this.#longestLast === this.#longest ? this.#longest : 0;
  }
}

function listingOf(
  { graph, send, stats, pageSize }: ListingContext,
  {
    collection,
    select,
    from,
    isStored,
  }: Pick<CollectionQuery<unknown>, 'collection' | 'select' | 'from'> & {
    readonly isStored?: boolean;
  },
  signal: AbortSignal | undefined,
) {
  // A listing that is stored is taken page by page, as fast as pages arrive.
  const isTaken = isStored || from !== undefined;
  const path = `/${collection}?$select=${selectList(select)}&$top=${pageSize ?? largestPage}`;
  const onPage = () => {
    stats.pages++;
  };
  return { graph, send, path, signal, onPage, ahead: { ...readAhead, isTaken } };
}

/**
 * The objects that no listing with a filter contains, such as those that the index of the filters does not contain yet.
 * @returns undefined if they are too many to read one by one
 */
async function unlistedObjects<T>(
  context: ListingContext,
  { collection, select, seen }: SeenQuery<T>,
  signal: AbortSignal | undefined,
): Promise<readonly RawPage[] | undefined> {
  const ids: string[] = [];
  for await (const { items } of pagesOf(listingOf(context, { collection, select: [] }, signal))) {
    for (const item of items) {
      const id = (item as { id?: unknown } | null)?.id;
      if (typeof id === 'string' && id !== '' && seen.find(id) < 0) ids.push(id);
    }
    if (ids.length > mostSingleReads) return undefined;
  }
  const paths = ids.map((id) => `/${collection}/${encodeURIComponent(id)}?$select=${selectList(select)}`);
  const responses = await readMany(context.batches, paths, signal);
  // An object that was deleted in the meantime has no response.
  return [...responses.values()].flatMap((response) =>
    response
      ? [{ items: [response.body], call: response.call, next: undefined, partition: 0, restarts: 0, isLast: true }]
      : [],
  );
}
