import { type Collection, collectionNames } from '../../model/entra/collection.js';
import type { UnreadableObject } from '../../model/entra/unreadable-object.js';
import { missingObjects } from '../../model/scan/completeness.js';
import { formatNumber, quantity } from '../../model/text/format.js';
import { IdTable } from '../../scale/id-table.js';
import type { Directory, DirectoryPage, ListedId, ListingPosition } from '../ports/index.js';
import type { ListingCheckpoint } from './checkpoint/listing-checkpoint.js';
import type { ScanRecord } from './scan-record.js';

/**
 * A listing of one collection.
 * @param seen the ids to leave out
 * @param expected the number of objects; undefined to read one page after another
 * @param from where an earlier run of the scan stopped
 */
export type ListPages<T> = (
  seen: IdTable,
  expected: number | undefined,
  from?: ListingPosition,
) => AsyncIterable<DirectoryPage<T>>;

/**
 * The listing of one collection in a scan: it compares what Graph returns with what Graph counts. If objects are missing,
 * it counts and lists once more. It keeps what later decisions need: whether the listing is complete, and which apps
 * have an object that could not be judged.
 */
export class CollectionListing {
  /** `unread` until the last page, also if Graph stopped answering before it. */
  state: 'unread' | 'complete' | 'short' = 'unread';
  /** The appIds, in lower case, of the objects that were set aside. */
  readonly #unreadableAppIds = new Set<string>();
  #hasUnnamedObjects = false;
  /** The objects that a pass returned twice. One of the copies can be out of date. */
  readonly repeated = new Map<string, ListedId>();
  readonly #seen: IdTable;
  /** Objects that were read and have no object id. */
  #withoutId = 0;
  /** Agent identities: their object id is used instead. */
  #withoutAppId = 0;
  #longestPage = 0;
  #lastPage = 0;
  #begun: AsyncIterable<unknown> | undefined;

  /**
   * @param count what Graph counted before the listing; undefined if it returned no count
   * @param checkpoint records the pages, and has those of an earlier run of the scan
   */
  constructor(
    readonly collection: Collection,
    private readonly directory: Pick<Directory, 'count'>,
    private readonly record: ScanRecord,
    private readonly count: number | undefined,
    private readonly checkpoint?: ListingCheckpoint,
  ) {
    this.#seen = checkpoint?.seen ?? new IdTable();
    if (count === undefined)
      record.note(
        `The scan could not verify completeness: Graph did not return the number of ${collectionNames[collection]}.`,
      );
  }

  /** Requests the first pages before `objects` needs them. */
  begin<T extends ListedId>(list: ListPages<T>): void {
    const listed = (from?: ListingPosition) => list(this.#seen, this.count, from);
    this.#begun = this.checkpoint?.pages(listed) ?? listed();
  }

  /**
   * The objects, page by page, each once.
   * @throws ConsentinelError if a page cannot be read
   */
  async *objects<T extends ListedId>(list: ListPages<T>, signal: AbortSignal): AsyncGenerator<readonly T[]> {
    const begun = this.#begun as AsyncIterable<DirectoryPage<T>> | undefined;
    const listed = (from?: ListingPosition) => list(this.#seen, this.count, from);
    yield* this.#pass(begun ?? this.checkpoint?.pages(listed) ?? listed());
    if (this.#missing(this.count) > 0) {
      const count = (await this.directory.count(this.collection, signal)) ?? this.count;
      if (this.#missing(count) > 0) yield* this.#pass(list(this.#seen, undefined));
      if (this.#missing(count) > 0) return this.#endShort(count as number);
    }
    this.state = 'complete';
    if (this.#withoutAppId > 0)
      this.record.note(
        `${quantity(this.#withoutAppId, 'service principal has', 'service principals have')} no appId (agent identities). The scan uses object ids instead.`,
      );
  }

  /** The number of objects that were read. */
  get size(): number {
    return this.#read;
  }

  /** Whether an object of this collection with this appId was set aside. */
  hasUnreadable(appId: string): boolean {
    return this.#unreadableAppIds.size > 0 && this.#unreadableAppIds.has(appId.toLowerCase());
  }

  /** Whether an app that the listing did not return certainly has no object in this collection. */
  get showsAbsence(): boolean {
    return this.state === 'complete' && !this.#hasUnnamedObjects;
  }

  async *#pass<T extends ListedId>(pages: AsyncIterable<DirectoryPage<T>>): AsyncGenerator<readonly T[]> {
    this.#longestPage = 0;
    this.#lastPage = 0;
    for await (const { items, unreadable, repeated, size } of pages) {
      this.#lastPage = size;
      this.#longestPage = Math.max(this.#longestPage, size);
      for (const object of unreadable) this.#setAside(object);
      for (const { id, appId } of items) if (appId === id) this.#withoutAppId++;
      for (const object of repeated) this.repeated.set(object.id, object);
      yield items;
    }
  }

  #setAside(object: UnreadableObject): void {
    const { id, appId } = object.facts;
    if (id === undefined) this.#withoutId++;
    if (appId === undefined) this.#hasUnnamedObjects = true;
    else this.#unreadableAppIds.add(appId.toLowerCase());
    this.record.setAside([object]);
  }

  get #read(): number {
    return this.#seen.size + this.#withoutId;
  }

  #missing(count: number | undefined): number {
    const lastPageFull = this.#lastPage === this.#longestPage;
    return count === undefined ? 0 : missingObjects({ count, read: this.#read, lastPageFull });
  }

  #endShort(count: number): void {
    this.state = 'short';
    const [all, read, missing] = [count, this.#read, count - this.#read].map(formatNumber);
    const name = collectionNames[this.collection];
    const message = `The listing of ${name} is incomplete: Graph counts ${all} ${name} and returned ${read}, ${missing} fewer, also in a second listing. The scan resolved no finding on ${name}. Scan again later. If the difference persists, check for a proxy between this machine and Graph.`;
    this.record.notExamined([], [{ code: 'graph-incomplete', message }]);
  }
}
