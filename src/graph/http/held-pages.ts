/** How much of a listing may wait for its consumer. */
export interface ReadAhead {
  readonly pages: number;
  readonly bytes: number;
}

/**
 * Bounds the pages that were received and not yet taken. A request that is under way when the bound is reached still
 * adds its page.
 */
export class HeldPages {
  #pages = 0;
  #bytes = 0;
  #waiting: (() => void)[] = [];

  constructor(private readonly bound: ReadAhead) {}

  /** Waits until another page may be requested. */
  async room(): Promise<void> {
    while (this.#pages >= this.bound.pages || this.#bytes >= this.bound.bytes)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  add(bytes: number): void {
    this.#pages++;
    this.#bytes += bytes;
  }

  release(bytes: number): void {
    this.#pages--;
    this.#bytes -= bytes;
    for (const resume of this.#waiting.splice(0)) resume();
  }

  /** Lets every waiting request continue: the listing ends. */
  clear(): void {
    this.#pages = Number.NEGATIVE_INFINITY;
    this.#bytes = Number.NEGATIVE_INFINITY;
    for (const resume of this.#waiting.splice(0)) resume();
  }
}
