/** The bytes of one page under construction. */
export class PageBytes {
  bytes: Buffer;
  length = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** Makes room for so many bytes more. */
  reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.length + count));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }

  /** Appends bytes for which room was reserved. */
  append(piece: Uint8Array): void {
    this.bytes.set(piece, this.length);
    this.length += piece.length;
  }

  /** Appends a text, with room made for it. */
  text(text: string): void {
    this.reserve(Buffer.byteLength(text));
    this.length += this.bytes.write(text, this.length);
  }

  written(): Buffer {
    return this.bytes.subarray(0, this.length);
  }
}

/** Buffers that were sent are used again: a listing of any length then costs the memory of a few pages. */
export class PagePool {
  readonly #free: Buffer[] = [];

  take(): PageBytes {
    return new PageBytes(this.#free.pop() ?? Buffer.allocUnsafeSlow(1 << 19));
  }

  give(page: PageBytes): void {
    if (this.#free.length < 4) this.#free.push(page.bytes);
  }
}
