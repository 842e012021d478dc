import type { Generated, ObjectCollection } from '../directory/object-collection.js';
import type { JsonObject, JsonValue } from '../protocol/json.js';
import { candidatePositions, matchesFilter, type PropertyReader } from './filter.js';
import type { FilterNode } from './parse-odata-filter.js';

/** The positions of the objects in a listing. */
export class ListedPositions {
  readonly #candidates: readonly number[] | undefined;
  #current = 0;
  readonly #reader: PropertyReader;
  readonly #fromIndex: boolean;

  constructor(
    private readonly collection: ObjectCollection,
    private readonly filter: FilterNode | undefined,
  ) {
    this.#candidates = filter && candidatePositions(filter, collection);
    this.#fromIndex = filter !== undefined && readsKeyIndex(filter);
    this.#reader = (property) => this.#property(property);
  }

  /** What the listing shows at a position. */
  shown(position: number): JsonObject | Generated | undefined {
    return this.#fromIndex ? this.collection.indexed(position) : this.collection.shown(position);
  }

  /** The first listed position from `start` on; undefined at the end. */
  from(start: number): number | undefined {
    if (this.#candidates) return this.#candidates.find((position) => position >= start && this.#isListed(position));
    for (let position = start; position < this.collection.size; position++)
      if (this.#isListed(position)) return position;
    return undefined;
  }

  /** The number of listed objects. */
  count(): number {
    if (!this.filter) return this.collection.count;
    let found = 0;
    for (let at = this.from(0); at !== undefined; at = this.from(at + 1)) found++;
    return found;
  }

  #isListed(position: number): boolean {
    this.#current = position;
    return this.shown(position) !== undefined && (!this.filter || matchesFilter(this.filter, this.#reader));
  }

  #property(property: string): JsonValue {
    const shown = this.shown(this.#current);
    if (typeof shown === 'number') return this.collection.filler?.value(shown, property) ?? null;
    return shown?.[property] ?? null;
  }
}

/** Graph documents that advanced queries are answered from an index that lags. */
function readsKeyIndex(node: FilterNode): boolean {
  if (node.kind === 'compare') return node.property === 'keyCredentials';
  return node.kind === 'not' ? readsKeyIndex(node.of) : readsKeyIndex(node.left) || readsKeyIndex(node.right);
}
