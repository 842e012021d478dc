import type { DirectoryPage, ListedId, ListingPosition } from '../../jobs/ports/index.js';
import { UnreadableObject } from '../../model/entra/unreadable-object.js';
import { IdTable } from '../../scale/id-table.js';
import { malformed } from '../http/errors.js';
import type { RawPage } from '../http/pages.js';
import { MalformedObject, type ObjectReader } from './parse.js';

/** Up to this number of malformed objects, a page is usable whatever its length. */
const alwaysToleratedOnPage = 4;
const maxShareOfPage = 0.01;
const maxMalformed = 100;

/**
 * Reads the objects of a listing, page by page, and sets malformed ones aside. With many of them, not single objects but
 * the listing is malformed.
 */
export class ListedObjects<T extends { id: string; appId: string }> {
  #malformed = 0;
  #withoutId = 0;
  /** The ids of the pages before any restart. */
  readonly #firstPass: IdTable;
  /** The ids since a partition started again. */
  readonly #passes = new Map<number, { readonly restarts: number; readonly ids: IdTable }>();

  /**
   * @param seen the ids that the caller has seen; gets those of this listing too
   * @param from set if this listing continues the one that `seen` comes from
   */
  constructor(
    private readonly read: ObjectReader<T>,
    private readonly seen: IdTable,
    from?: ListingPosition,
  ) {
    // The first listing needs no table of its own.
    this.#firstPass = seen.size === 0 || from ? seen : new IdTable();
    this.#withoutId = from?.withoutId ?? 0;
  }

  /** Objects without an object id so far. */
  get withoutId(): number {
    return this.#withoutId;
  }

  /** The number of distinct objects. */
  get total(): number {
    return this.seen.size + this.#withoutId;
  }

  /** @throws GraphCallError `graph-malformed` */
  add({ items: raws, call, partition, restarts }: RawPage): DirectoryPage<T> {
    const inPass = this.#passOf(partition, restarts);
    const items: T[] = [];
    const unreadable: UnreadableObject[] = [];
    const repeated: ListedId[] = [];
    let fault = '';
    for (const raw of raws) {
      try {
        const item = this.read(raw);
        const place = this.#placeOf(item.id, inPass);
        if (place === 'new') items.push(item);
        else if (place === 'repeated') repeated.push({ id: item.id, appId: item.appId });
      } catch (error) {
        if (!(error instanceof MalformedObject)) throw error;
        const { facts } = error;
        if (facts.id === undefined) this.#withoutId++;
        const place = facts.id === undefined ? 'new' : this.#placeOf(facts.id, inPass);
        fault ||= error.message;
        if (place === 'new') unreadable.push(new UnreadableObject(facts));
        else if (place === 'repeated' && facts.id) repeated.push({ id: facts.id, appId: facts.appId });
      }
    }
    this.#malformed += unreadable.length;
    const tooMany = Math.max(alwaysToleratedOnPage, raws.length * maxShareOfPage);
    if (unreadable.length > tooMany || this.#malformed > maxMalformed)
      throw malformed(call, `${unreadable.length} objects with undocumented values, the first one ${fault}`);
    return { items, unreadable, repeated, size: raws.length };
  }

  #placeOf(id: string, inPass: IdTable): 'new' | 'repeated' | 'earlier' {
    if (!inPass.admit(id)) return 'repeated';
    return inPass === this.seen || this.seen.admit(id) ? 'new' : 'earlier';
  }

  #passOf(partition: number, restarts: number): IdTable {
    if (restarts === 0) return this.#firstPass;
    const known = this.#passes.get(partition);
    if (known?.restarts === restarts) return known.ids;
    const pass = { restarts, ids: new IdTable() };
    this.#passes.set(partition, pass);
    return pass.ids;
  }
}
