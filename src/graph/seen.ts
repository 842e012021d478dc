const wordsPerId = 4;
const firstCapacity = 1024;

/**
 * An exact set of object ids. GUIDs, in either case, take 16 bytes each in an open-addressing table that is at most three
 * quarters full: a million ids take 32 MiB, where a Set of strings takes about 100. Other ids go to a Set.
 */
export class SeenIds {
  private table = new Uint32Array(firstCapacity * wordsPerId);
  private packed = 0;
  /** The one GUID that looks like an empty slot. */
  private zero = false;
  private readonly others = new Set<string>();
  private readonly words = new Uint32Array(wordsPerId);

  /** How many different ids were added. */
  get size(): number {
    return this.packed + (this.zero ? 1 : 0) + this.others.size;
  }

  /**
   * @param id an object id, as Graph wrote it
   * @returns true where the id is new
   */
  add(id: string): boolean {
    if (!packGuid(id, this.words)) return this.addOther(id);
    if (this.words.every((word) => word === 0)) return this.addZero();
    if (this.packed * 4 >= this.capacity * 3) this.grow();
    const added = insert(this.table, this.words, 0);
    if (added) this.packed++;
    return added;
  }

  private get capacity(): number {
    return this.table.length / wordsPerId;
  }

  private addOther(id: string): boolean {
    const before = this.others.size;
    return this.others.add(id).size > before;
  }

  private addZero(): boolean {
    const added = !this.zero;
    this.zero = true;
    return added;
  }

  private grow(): void {
    const larger = new Uint32Array(this.table.length * 2);
    for (let at = 0; at < this.table.length; at += wordsPerId) {
      if (!isEmpty(this.table, at)) insert(larger, this.table, at);
    }
    this.table = larger;
  }
}

/** Puts the id at `from[at]` into the table, whose capacity is a power of two; false where it is there already. */
function insert(table: Uint32Array, from: Uint32Array, at: number): boolean {
  const mask = table.length / wordsPerId - 1;
  for (let slot = hash(from, at) & mask; ; slot = (slot + 1) & mask) {
    const place = slot * wordsPerId;
    if (isEmpty(table, place)) {
      for (let word = 0; word < wordsPerId; word++) table[place + word] = from[at + word] as number;
      return true;
    }
    if (isSame(table, place, from, at)) return false;
  }
}

function isEmpty(table: Uint32Array, at: number): boolean {
  return table[at] === 0 && table[at + 1] === 0 && table[at + 2] === 0 && table[at + 3] === 0;
}

function isSame(one: Uint32Array, a: number, other: Uint32Array, b: number): boolean {
  for (let word = 0; word < wordsPerId; word++) if (one[a + word] !== other[b + word]) return false;
  return true;
}

/** Mixes all words: ids that were counted up, as test tenants do, must not form one long run. */
function hash(words: Uint32Array, at: number): number {
  let mixed = 0;
  for (let word = 0; word < wordsPerId; word++) {
    mixed = Math.imul(mixed ^ (words[at + word] as number), 0x9e3779b1);
    mixed ^= mixed >>> 15;
  }
  return mixed >>> 0;
}

const dash = 45;
/** The value of a hexadecimal digit by its character code, 255 for any other character. */
const digits = Uint8Array.from({ length: 128 }, (_, code) => {
  const value = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(value) ? 255 : value;
});

/**
 * Packs a GUID of the form 8-4-4-4-12 into four words.
 * @returns false where the text has another form; `words` is then undefined in content
 */
export function packGuid(text: string, words: Uint32Array): boolean {
  if (text.length !== 36) return false;
  let digit = 0;
  for (let at = 0; at < 36; at++) {
    const code = text.charCodeAt(at);
    if (at === 8 || at === 13 || at === 18 || at === 23) {
      if (code !== dash) return false;
      continue;
    }
    const value = code < 128 ? (digits[code] as number) : 255;
    if (value === 255) return false;
    words[digit >> 3] = ((words[digit >> 3] as number) << 4) | value;
    digit++;
  }
  return true;
}
