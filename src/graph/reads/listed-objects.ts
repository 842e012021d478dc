import type { DirectoryPage, ListedId } from '../../jobs/ports/index.js';
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
  #pass = 0;
  /** The ids since the listing started again. */
  #inPass: IdTable;

  /** @param seen the ids that the caller has seen; gets those of this listing too */
  constructor(
    private readonly read: ObjectReader<T>,
    private readonly seen: IdTable,
  ) {
    this.#inPass = this.#newPass();
  }

  /** @throws GraphCallError `graph-malformed` */
  add({ items: raws, call, restarts }: RawPage): DirectoryPage<T> {
    if (restarts !== this.#pass) this.#inPass = this.#newPass();
    this.#pass = restarts;
    const items: T[] = [];
    const unreadable: UnreadableObject[] = [];
    const repeated: ListedId[] = [];
    let fault = '';
    for (const raw of raws) {
      try {
        const item = this.read(raw);
        const place = this.#placeOf(item.id);
        if (place === 'new') items.push(item);
        else if (place === 'repeated') repeated.push({ id: item.id, appId: item.appId });
      } catch (error) {
        if (!(error instanceof MalformedObject)) throw error;
        const { facts } = error;
        const place = facts.id === undefined ? 'new' : this.#placeOf(facts.id);
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

  #placeOf(id: string): 'new' | 'repeated' | 'earlier' {
    if (!this.#inPass.admit(id)) return 'repeated';
    return this.#inPass === this.seen || this.seen.admit(id) ? 'new' : 'earlier';
  }

  /** The first pass needs no table of its own. */
  #newPass(): IdTable {
    return this.seen.size === 0 ? this.seen : new IdTable();
  }
}
