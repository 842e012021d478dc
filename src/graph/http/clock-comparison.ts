/** The difference between the local clock and Graph's, from the answers that Graph gives anyway. */
export class ClockComparison {
  #skew: number | undefined;

  /** @param now the local time, ISO 8601 UTC */
  constructor(private readonly now: () => string) {}

  /** Local time minus Graph's time in milliseconds, from the latest answer; undefined before the first. */
  get skew(): number | undefined {
    return this.#skew;
  }

  /** Compares the clocks. Only Graph's own answers count: a proxy may have another clock, or an old answer. */
  compare(headers: Headers): void {
    const date = Date.parse(headers.get('date') ?? '');
    if (headers.has('request-id') && !Number.isNaN(date)) this.#skew = Date.parse(this.now()) - date;
  }
}
