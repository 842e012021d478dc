const digits = Buffer.from('0123456789abcdef');
const dash = 45;
/** Characters of a GUID. */
export const guidLength = 36;
const scratch = Buffer.alloc(guidLength);

/**
 * The finalizer of MurmurHash3: a permutation of the 32-bit integers.
 * Source: MurmurHash3 by Austin Appleby, public domain.
 */
export function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/** The inverse of `mix`: the factors are the inverses of its factors modulo 2^32. */
function unmix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x7ed1b41d);
  x = Math.imul(x ^ (x >>> 13) ^ (x >>> 26), 0xa5cb9243);
  return (x ^ (x >>> 16)) >>> 0;
}

/** A sequence of distinct GUIDs. Each is computed from its index, and its index from it. */
export class GuidSequence {
  readonly #keys: readonly [number, number, number, number];

  constructor(seed: number, tag: number) {
    const key = mix(mix(seed) ^ Math.imul(tag + 1, 0x9e3779b9));
    this.#keys = [key, mix(key ^ 1), mix(key ^ 2), mix(key ^ 3)];
  }

  /** Writes the 36 characters of a GUID. Its first 32 bits are a permutation of the index and determine the rest. */
  write(bytes: Uint8Array, at: number, index: number): void {
    const [k0, k1, k2, k3] = this.#keys;
    const head = mix(index ^ k0);
    // Version 4 and variant 8, as in real ids.
    const second = (mix(head ^ k1) & 0xffff0fff) | 0x4000;
    const third = (mix(head ^ k2) & 0x3fffffff) | 0x80000000;
    const fourth = mix(head ^ k3);
    bytes[at + 8] = bytes[at + 13] = bytes[at + 18] = bytes[at + 23] = dash;
    fourDigits(bytes, at, head >>> 16);
    fourDigits(bytes, at + 4, head);
    fourDigits(bytes, at + 9, second >>> 16);
    fourDigits(bytes, at + 14, second);
    fourDigits(bytes, at + 19, third >>> 16);
    fourDigits(bytes, at + 24, third);
    fourDigits(bytes, at + 28, fourth >>> 16);
    fourDigits(bytes, at + 32, fourth);
  }

  /** The GUID of an index. */
  text(index: number): string {
    this.write(scratch, 0, index);
    return scratch.toString('latin1');
  }

  /** The index of a GUID of this sequence; undefined for any other text. */
  indexOf(guid: string): number | undefined {
    const index = (unmix(Number.parseInt(guid.slice(0, 8), 16)) ^ this.#keys[0]) >>> 0;
    return this.text(index) === guid.toLowerCase() ? index : undefined;
  }
}

function fourDigits(bytes: Uint8Array, at: number, word: number): void {
  bytes[at] = digits[(word >>> 12) & 15] as number;
  bytes[at + 1] = digits[(word >>> 8) & 15] as number;
  bytes[at + 2] = digits[(word >>> 4) & 15] as number;
  bytes[at + 3] = digits[word & 15] as number;
}
