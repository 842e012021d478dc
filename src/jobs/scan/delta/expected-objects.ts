import { IdTable } from '../../../scale/id-table.js';
import { objectHash } from './object-hash.js';
import { idKey } from './stored-collection.js';

/** What the inventory and the delta say about a collection, to compare it with a full listing. It keeps a hash per object. */
export class ExpectedObjects {
  readonly #ids = new IdTable();
  #hashes = new Float64Array(1024);
  /** The expected objects that no listing has returned yet. */
  #unlisted = 0;
  /** The hash of an object that was listed, or that is not expected anymore. */
  static readonly #done = -1;
  readonly #differing = new Set<string>();

  /** @param unknown keys of the ids of objects that the inventory does not know: they are not compared */
  constructor(private readonly unknown: ReadonlySet<string>) {}

  add(object: { readonly id: string }): void {
    const number = this.#ids.add(object.id);
    if (number >= this.#hashes.length) {
      const larger = new Float64Array(this.#hashes.length * 2);
      larger.set(this.#hashes);
      this.#hashes = larger;
    }
    this.#hashes[number] = objectHash(object);
    this.#unlisted++;
  }

  /** Compares an object of the listing. */
  compare(object: { readonly id: string }): void {
    const number = this.#ids.find(object.id);
    const expected = number < 0 ? undefined : this.#hashes[number];
    if (expected === ExpectedObjects.#done) return;
    if (number >= 0) {
      this.#hashes[number] = ExpectedObjects.#done;
      this.#unlisted--;
    }
    if (expected !== objectHash(object)) this.#differing.add(object.id);
  }

  /** The ids of the objects that differ: changed, not expected, or not listed. Call it after a complete listing. */
  differing(): string[] {
    if (this.#unlisted > 0)
      for (let number = 0; number < this.#ids.size; number++)
        if (this.#hashes[number] !== ExpectedObjects.#done) this.#differing.add(this.#ids.at(number));
    return [...this.#differing].filter((id) => !this.unknown.has(idKey(id)));
  }

  /** Leaves an object out of the comparison. */
  ignore(id: string): void {
    const number = this.#ids.find(id);
    if (number < 0 || this.#hashes[number] === ExpectedObjects.#done) return;
    this.#hashes[number] = ExpectedObjects.#done;
    this.#unlisted--;
  }
}
