import type { ObjectCollection } from '../directory/object-collection.js';
import type { JsonValue } from '../protocol/json.js';
import { candidatePositions, matchesFilter, type PropertyReader } from './filter.js';
import type { FilterNode } from './parse-odata-filter.js';

/** The positions of the objects in a listing. */
export class ListedPositions {
  readonly #candidates: readonly number[] | undefined;
  #current = 0;
  readonly #reader: PropertyReader;

  constructor(
    private readonly collection: ObjectCollection,
    private readonly filter: FilterNode | undefined,
  ) {
    this.#candidates = filter && candidatePositions(filter, collection);
    this.#reader = (property) => this.#property(property);
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
    return this.collection.shown(position) !== undefined && (!this.filter || matchesFilter(this.filter, this.#reader));
  }

  #property(property: string): JsonValue {
    const shown = this.collection.shown(this.#current);
    if (typeof shown === 'number') return this.collection.filler?.value(shown, property) ?? null;
    return shown?.[property] ?? null;
  }
}
