/** Source: Graph, list applications, list servicePrincipals: `$select` of `keyCredentials`, per tenant. */
const documentedLimit = 150;
/** Milliseconds. */
const window = 60_000;
/** Source: Graph, throttling: from this share of a budget on, answers contain the used share. */
const shortFrom = 0.8;

interface Bucket {
  /** The times of the requests in the latest window, in milliseconds. */
  sent: number[];
  /** Requests per window; undefined until Graph reports that the budget becomes short. */
  limit: number | undefined;
}

/**
 * The limit of requests that select key credentials: 150 per minute and collection. Other clients of the tenant may use a
 * part of it, so the limit of this client follows from its own requests and the used share that Graph returns.
 */
export class SelectLimit {
  readonly #buckets = new Map<string, Bucket>();

  /** @param now milliseconds of a monotonic clock */
  constructor(private readonly now: () => number) {}

  /** The time at which a request may be sent, in milliseconds of the clock. */
  freeAt(url: string): number {
    const bucket = this.#bucketOf(url);
    if (bucket?.limit === undefined) return 0;
    this.#forget(bucket);
    const oldest = bucket.sent.at(-bucket.limit);
    return oldest === undefined ? 0 : oldest + window;
  }

  sent(url: string): void {
    const bucket = this.#bucketOf(url);
    if (!bucket) return;
    this.#forget(bucket);
    bucket.sent.push(this.now());
  }

  /** @param usedShare of the budget; undefined if Graph did not return it */
  observe(url: string, usedShare: number | undefined, throttled: boolean): void {
    const bucket = this.#bucketOf(url);
    if (!bucket) return;
    // After Retry-After, a new window begins.
    if (throttled) bucket.sent.length = 0;
    this.#forget(bucket);
    if (throttled || usedShare === undefined || usedShare < shortFrom) return;
    bucket.limit = Math.min(documentedLimit, Math.max(1, Math.floor(bucket.sent.length / usedShare)));
  }

  #forget(bucket: Bucket): void {
    const since = this.now() - window;
    const first = bucket.sent.findIndex((at) => at > since);
    if (first !== 0) bucket.sent.splice(0, first < 0 ? bucket.sent.length : first);
    // The budget is full again.
    if (bucket.sent.length === 0) bucket.limit = undefined;
  }

  #bucketOf(url: string): Bucket | undefined {
    const collection = /\/(applications|servicePrincipals)\?.*\bkeyCredentials\b/.exec(url)?.[1];
    if (collection === undefined) return undefined;
    const known = this.#buckets.get(collection);
    if (known) return known;
    const bucket: Bucket = { sent: [], limit: undefined };
    this.#buckets.set(collection, bucket);
    return bucket;
  }
}
