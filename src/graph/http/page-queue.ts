/** Values in the order of their arrival, for one consumer. */
export class PageQueue<T> {
  readonly #values: T[] = [];
  #ended = false;
  #failure: { readonly reason: unknown } | undefined;
  #resume = () => {};

  add(value: T): void {
    this.#values.push(value);
    this.#resume();
  }

  /** No value follows. */
  end(): void {
    this.#ended = true;
    this.#resume();
  }

  /** The consumer gets the reason after the values that arrived before it. */
  fail(reason: unknown): void {
    this.#failure ??= { reason };
    this.#resume();
  }

  /** Whether `next` returns without a wait. */
  get hasValue(): boolean {
    return this.#values.length > 0;
  }

  /** @returns undefined after the last value @throws the reason of a failure */
  async next(): Promise<T | undefined> {
    for (;;) {
      if (this.#values.length > 0) return this.#values.shift();
      if (this.#failure) throw this.#failure.reason;
      if (this.#ended) return undefined;
      await new Promise<void>((resolve) => {
        this.#resume = resolve;
      });
    }
  }
}
