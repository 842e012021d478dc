import { RateLimit } from './rate-limit.js';
import { RequestQueue } from './request-queue.js';
import type { WaitingClock } from './waiting-clock.js';

const mostRequests = 16;
const firstRequests = 8;
/** An answer that takes this multiple of the shortest usual time shows that Graph is busy. */
const slowFactor = 4;
/** Milliseconds. Below it, differences come from the network. */
const slowFrom = 1_000;
/** Answers before the number of concurrent requests grows by one. */
const answersPerStep = 8;

/** Source: Graph, list applications, list servicePrincipals: `$select` of `keyCredentials`, per tenant. */
const selectBudget = { window: 60_000, most: 150 };
/** Resource units. Source: Graph, throttling limits, identity and access: 3,500 to 8,000, by the size of the tenant. */
const unitBudget = { window: 10_000 };

/** What the governor needs to know of an answer. */
export interface GovernedAnswer {
  /** The HTTP status; undefined without an answer. */
  readonly status?: number | undefined;
  /** Milliseconds that Graph asks to wait. */
  readonly retryAfter?: number | undefined;
  /** The header x-ms-throttle-limit-percentage: the used share of the budget, 1 for all of it. */
  readonly usedShare?: number | undefined;
}

/** How a request takes part in the budget. */
export interface Share {
  /** Goes before the requests that wait. @default false */
  readonly urgent?: boolean | undefined;
  /** The number of requests as which Graph counts it. @default 1 */
  readonly cost?: number;
}

/**
 * One budget for all requests to a tenant. It bounds the requests under way: more after fast answers, fewer when Graph
 * throttles or becomes slow. After a 429, no request is sent before Retry-After has passed. Once Graph reports that a
 * budget becomes short, it keeps to the rate that the budget permits.
 * Source: Graph, throttling (Retry-After, `x-ms-throttle-limit-percentage`).
 */
export class Governor {
  readonly #queue = new RequestQueue(firstRequests);
  /** By collection: requests that select key credentials. */
  readonly #selects = new Map<string, RateLimit>();
  readonly #units: RateLimit;
  /** By budget: the log reports have one of their own. */
  readonly #pausedUntil = new Map<string, number>();
  #answers = 0;
  #shortest = Number.POSITIVE_INFINITY;

  constructor(readonly clock: WaitingClock) {
    this.#units = new RateLimit(unitBudget, () => clock.now());
  }

  /** The requests that may be under way at the same time. */
  get concurrency(): number {
    return this.#queue.concurrency;
  }

  /** Milliseconds that the fastest answer took; undefined before the first. */
  get fastest(): number | undefined {
    return Number.isFinite(this.#shortest) ? this.#shortest : undefined;
  }

  /** Milliseconds until a request to the address may be sent. */
  pause(url: string, cost = 1): number {
    const paused = this.#pausedUntil.get(budgetOf(url)) ?? 0;
    const free = this.#limitsOf(url).map((limit) => limit.freeAt(cost));
    return Math.max(0, Math.max(paused, ...free) - this.clock.now());
  }

  /**
   * Sends a request when the budget permits it.
   * @param answerOf what the result shows of the budget
   * @throws what `attempt` throws; the reason of the signal
   */
  run<T>(
    url: string,
    signal: AbortSignal | undefined,
    attempt: () => Promise<T>,
    answerOf: (result: T) => GovernedAnswer,
    { urgent = false, cost = 1 }: Share = {},
  ): Promise<T> {
    return this.#queue.run(async () => {
      for (let pause = this.pause(url, cost); pause > 0; pause = this.pause(url, cost))
        await this.clock.wait(pause, signal);
      signal?.throwIfAborted();
      const limits = this.#limitsOf(url);
      for (const limit of limits) limit.sent(cost);
      const start = this.clock.now();
      let answer: GovernedAnswer | undefined;
      try {
        const result = await attempt();
        answer = answerOf(result);
        return result;
      } finally {
        const counted = answer?.status !== undefined;
        for (const limit of limits) limit.ended(cost, counted);
        if (answer) this.#observe(url, answer, this.clock.now() - start);
      }
    }, urgent);
  }

  /** Graph answered 429 to one request of a batch. @param retryAfter milliseconds */
  throttled(url: string, retryAfter: number): void {
    this.#pause(budgetOf(url), this.clock.now() + retryAfter);
  }

  #observe(url: string, { status, retryAfter, usedShare }: GovernedAnswer, duration: number): void {
    // The share is that of the budget that is nearest to its end: the small one, where a request has two.
    this.#limitsOf(url)[0]?.observe(usedShare, status === 429);
    if (status === 429) this.throttled(url, retryAfter ?? 0);
    this.#shortest = Math.min(this.#shortest, duration);
    const isSlow = duration > slowFrom && duration > this.#shortest * slowFactor;
    if (status === 429) this.#setConcurrency(this.concurrency / 2);
    else if (isSlow || (usedShare ?? 0) >= 1) this.#setConcurrency(this.concurrency - 1);
    else if (++this.#answers % answersPerStep === 0) this.#setConcurrency(this.concurrency + 1);
  }

  #pause(budget: string, until: number): void {
    this.#pausedUntil.set(budget, Math.max(this.#pausedUntil.get(budget) ?? 0, until));
  }

  #setConcurrency(number: number): void {
    this.#queue.concurrency = Math.min(mostRequests, Math.max(1, Math.floor(number)));
  }

  /** The limits that a request counts in, the smallest first; none for the log reports. */
  #limitsOf(url: string): readonly RateLimit[] {
    if (budgetOf(url) === 'reports') return [];
    const selects = this.#selectsOf(url);
    return selects ? [selects, this.#units] : [this.#units];
  }

  #selectsOf(url: string): RateLimit | undefined {
    const collection = /\/(applications|servicePrincipals)\?.*\bkeyCredentials\b/.exec(url)?.[1];
    if (collection === undefined) return undefined;
    const known = this.#selects.get(collection);
    if (known) return known;
    const limit = new RateLimit(selectBudget, () => this.clock.now());
    this.#selects.set(collection, limit);
    return limit;
  }
}

/** Source: Graph, throttling limits: sign-in and audit reports have a limit of 5 requests per 10 seconds. */
function budgetOf(url: string): 'reports' | 'directory' {
  return /\/auditLogs\//.test(url) ? 'reports' : 'directory';
}
