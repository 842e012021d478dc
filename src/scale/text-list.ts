import { doubled } from './id-table.js';

const chunkSize = 2 ** 20;
/** Texts begin at multiples of it, so that a place of 32 bits reaches 16 GB. */
const unit = 4;
const unitsPerChunk = chunkSize / unit;
const headerSize = 4;

/**
 * Texts by position, as bytes outside the heap of V8: a garbage collection neither moves nor marks them, and a name takes
 * half of the memory. The bytes of replaced and removed texts stay until the whole list is dropped.
 */
export class TextList {
  readonly #chunks: Buffer[] = [];
  /** Bytes of the last chunk that are in use. */
  #used = 0;
  /** Where the text of a position begins, in units, counted from one. Zero is no text. */
  #places = new Uint32Array(1024);

  /** Sets the text of a position. */
  put(position: number, text: string): void {
    while (position >= this.#places.length) this.#places = doubled(this.#places);
    this.#places[position] = this.#write(text) + 1;
  }

  remove(position: number): void {
    if (position < this.#places.length) this.#places[position] = 0;
  }

  /** @returns undefined where no text is set */
  at(position: number): string | undefined {
    const place = this.#places[position] ?? 0;
    if (place === 0) return undefined;
    const chunk = this.#chunks[Math.floor((place - 1) / unitsPerChunk)] as Buffer;
    const start = ((place - 1) % unitsPerChunk) * unit;
    const header = chunk.readUInt32LE(start);
    const from = start + headerSize;
    const to = from + (header >>> 1);
    return chunk.toString((header & 1) === 1 ? 'utf16le' : 'latin1', from, to);
  }

  /** @returns where the text begins, in units */
  #write(text: string): number {
    // UTF-8 would replace a surrogate without its pair, which JSON can contain.
    const isAscii = Buffer.byteLength(text) === text.length;
    const size = isAscii ? text.length : text.length * 2;
    const start = this.#reserve(headerSize + size);
    const chunk = this.#chunks.at(-1) as Buffer;
    chunk.writeUInt32LE(size * 2 + (isAscii ? 0 : 1), start);
    chunk.write(text, start + headerSize, isAscii ? 'latin1' : 'utf16le');
    return (this.#chunks.length - 1) * unitsPerChunk + start / unit;
  }

  /** @returns where the room begins in the last chunk */
  #reserve(bytes: number): number {
    const last = this.#chunks.at(-1);
    if (!last || this.#used + bytes > last.length) {
      this.#chunks.push(Buffer.allocUnsafeSlow(Math.max(chunkSize, bytes)));
      this.#used = 0;
    }
    const start = this.#used;
    this.#used = Math.ceil((start + bytes) / unit) * unit;
    return start;
  }
}
