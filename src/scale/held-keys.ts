import { IdTable } from './id-table.js';

const none: readonly never[] = Object.freeze([]);

/**
 * The key credentials of objects, by object id. They are kept as JSON: a text takes less memory than objects, and the
 * garbage collector skips it.
 */
export class HeldKeys<Key> {
  readonly #ids = new IdTable();
  readonly #texts: string[] = [];

  /** The number of objects. */
  get size(): number {
    return this.#ids.size;
  }

  set(id: string, keys: readonly Key[]): void {
    this.#texts[this.#ids.add(id)] = JSON.stringify(keys);
  }

  /** @returns an empty list for an object that holds none */
  of(id: string): readonly Key[] {
    const number = this.#ids.find(id);
    return number < 0 ? none : JSON.parse(this.#texts[number] as string);
  }
}
