import { guidIn, hashOf, isSame, packGuid, wordsPerGuid } from './packed-guid.js';

const firstCapacity = 1024;
const packed = new Uint32Array(wordsPerGuid);

/**
 * Ids by position. A GUID takes 16 bytes, where a string takes 56 and is moved about by every collection of garbage;
 * whatever is spelled in another way is kept as it came.
 */
export class IdList {
  #words = new Uint32Array(firstCapacity * wordsPerGuid);
  #length = 0;
  readonly #spelled = new Map<number, string>();

  get length(): number {
    return this.#length;
  }

  push(id: string): void {
    this.#length++;
    if (this.#length * wordsPerGuid > this.#words.length) this.#words = doubled(this.#words);
    this.put(this.#length - 1, id);
  }

  /** Puts another id in the place of one that is there. */
  put(position: number, id: string): void {
    const form = packGuid(id, packed);
    if (form !== 'none')
      for (let word = 0; word < wordsPerGuid; word++)
        this.#words[position * wordsPerGuid + word] = packed[word] as number;
    if (form !== 'lower') this.#spelled.set(position, id);
    else if (this.#spelled.size > 0) this.#spelled.delete(position);
  }

  /** The id as it came. */
  at(position: number): string {
    return this.#spelled.get(position) ?? guidIn(this.#words, position * wordsPerGuid);
  }

  /** Whether a GUID stands at the position; the word for other ids is undefined. */
  hasGuidAt(position: number, guid: Uint32Array): boolean {
    return isSame(this.#words, position * wordsPerGuid, guid);
  }

  hashAt(position: number): number {
    return hashOf(this.#words, position * wordsPerGuid);
  }
}

/**
 * An exact set of ids that numbers them in the order in which they came. GUIDs are the same in either case; they stand in
 * an open-addressing table that is at most three quarters full: a million take some 25 MB, where a Set of strings takes
 * about 100.
 */
export class IdTable {
  readonly #ids = new IdList();
  /** Numbers of GUIDs, counted from one; zero is an empty slot. */
  #slots = new Int32Array(firstCapacity);
  #guids = 0;
  readonly #others = new Map<string, number>();

  get size(): number {
    return this.#ids.length;
  }

  /** The id of a number, as it first came. */
  at(number: number): string {
    return this.#ids.at(number);
  }

  /** @returns the number of the id; -1 where it never came */
  find(id: string): number {
    if (packGuid(id, packed) === 'none') return this.#others.get(id) ?? -1;
    return (this.#slots[this.#slotOf(packed)] as number) - 1;
  }

  /** @returns the number of the id, which is the size before where the id is new */
  add(id: string): number {
    if (packGuid(id, packed) === 'none') return this.#addOther(id);
    const slot = this.#slotOf(packed);
    const known = this.#slots[slot] as number;
    if (known > 0) return known - 1;
    this.#slots[slot] = this.#ids.length + 1;
    this.#ids.push(id);
    this.#guids++;
    if (this.#guids * 4 >= this.#slots.length * 3) this.#grow();
    return this.#ids.length - 1;
  }

  /** Adds the id; false where it was there. */
  admit(id: string): boolean {
    return this.size === this.add(id);
  }

  #addOther(id: string): number {
    const known = this.#others.get(id);
    if (known !== undefined) return known;
    this.#others.set(id, this.#ids.length);
    this.#ids.push(id);
    return this.#ids.length - 1;
  }

  /** Where the GUID stands, or would. */
  #slotOf(guid: Uint32Array): number {
    const mask = this.#slots.length - 1;
    let slot = hashOf(guid, 0) & mask;
    for (;;) {
      const number = this.#slots[slot] as number;
      if (number === 0 || this.#ids.hasGuidAt(number - 1, guid)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Int32Array(before.length * 2);
    const mask = this.#slots.length - 1;
    for (const number of before) {
      if (number === 0) continue;
      let slot = this.#ids.hashAt(number - 1) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = number;
    }
  }
}

/** The same numbers with as much room again. */
export function doubled(numbers: Uint32Array): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(numbers.length * 2);
  larger.set(numbers);
  return larger;
}
