import type { ObjectCollection } from '../directory/object-collection.js';
import type { JsonValue } from '../protocol/json.js';
import { candidatePositions, matchesFilter, type PropertyReader } from './filter.js';
import type { FilterNode } from './parse-odata-filter.js';

/** Finds the positions that a listing shows. */
export class ListedPositions {
  readonly #among: readonly number[] | undefined;
  #read = 0;
  readonly #reader: PropertyReader;

  constructor(
    private readonly collection: ObjectCollection,
    private readonly filter: FilterNode | undefined,
  ) {
    this.#among = filter && candidatePositions(filter, collection);
    this.#reader = (property) => this.#property(property);
  }

  /** The first shown position from here on. */
  from(start: number): number | undefined {
    if (this.#among) return this.#among.find((position) => position >= start && this.#shows(position));
    for (let position = start; position < this.collection.size; position++) if (this.#shows(position)) return position;
    return undefined;
  }

  count(): number {
    if (!this.filter) return this.collection.count;
    let found = 0;
    for (let at = this.from(0); at !== undefined; at = this.from(at + 1)) found++;
    return found;
  }

  #shows(position: number): boolean {
    this.#read = position;
    return this.collection.shown(position) !== undefined && (!this.filter || matchesFilter(this.filter, this.#reader));
  }

  #property(property: string): JsonValue {
    const shown = this.collection.shown(this.#read);
    if (typeof shown === 'number') return this.collection.filler?.value(shown, property) ?? null;
    return shown?.[property] ?? null;
  }
}
