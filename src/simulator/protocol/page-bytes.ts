/** A growing buffer for the JSON text of one page. */
export class PageBytes {
  bytes: Buffer;
  length = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.length + count));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }

  /** Appends bytes. Call `reserve` first. */
  append(piece: Uint8Array): void {
    this.bytes.set(piece, this.length);
    this.length += piece.length;
  }

  /** Appends a text, with the room for it. */
  text(text: string): void {
    this.reserve(Buffer.byteLength(text));
    this.length += this.bytes.write(text, this.length);
  }

  /** The bytes so far, without a copy. */
  written(): Buffer {
    return this.bytes.subarray(0, this.length);
  }
}

/** Reuses sent buffers, so that a listing of any length needs the memory of a few pages. */
export class PagePool {
  readonly #free: Buffer[] = [];

  take(): PageBytes {
    return new PageBytes(this.#free.pop() ?? Buffer.allocUnsafeSlow(1 << 19));
  }

  give(page: PageBytes): void {
    if (this.#free.length < 4) this.#free.push(page.bytes);
  }
}
