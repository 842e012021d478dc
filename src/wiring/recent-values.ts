/** Values by key. Beyond the bound, the one that was not used for the longest time is dropped, and created again when needed. */
export class RecentValues<T> {
  readonly #values = new Map<string, T>();

  constructor(private readonly most: number) {}

  get(key: string, create: () => T): T {
    const value = this.#values.get(key) ?? create();
    // A Map keeps the order of insertion: the first one is the one that was not used for the longest time.
    this.#values.delete(key);
    this.#values.set(key, value);
    const [oldest] = this.#values.keys();
    if (this.#values.size > this.most && oldest !== undefined) this.#values.delete(oldest);
    return value;
  }
}
