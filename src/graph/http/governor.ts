import pLimit from 'p-limit';
import { SelectLimit } from './select-limit.js';
import type { WaitingClock } from './waiting-clock.js';

const mostRequests = 16;
const firstRequests = 8;
/** An answer that takes this multiple of the shortest usual time shows that Graph is busy. */
const slowFactor = 4;
/** Milliseconds. Below it, differences come from the network. */
const slowFrom = 1_000;
/** Answers before the number of concurrent requests grows by one. */
const answersPerStep = 8;

/** What the governor needs to know of an answer. */
export interface GovernedAnswer {
  /** The HTTP status; undefined without an answer. */
  readonly status?: number | undefined;
  /** Milliseconds that Graph asks to wait. */
  readonly retryAfter?: number | undefined;
  /** The header x-ms-throttle-limit-percentage: the used share of the budget, 1 for all of it. */
  readonly usedShare?: number | undefined;
}

/**
 * One budget for all requests to a tenant. It bounds the requests under way: more after fast answers, fewer when Graph
 * throttles or becomes slow. After a 429, no request is sent before Retry-After has passed. Once Graph reports that the
 * budget becomes short, it keeps the documented limit of requests that select key credentials.
 * Source: Graph, throttling (Retry-After, `x-ms-throttle-limit-percentage`).
 */
export class Governor {
  readonly #limit = pLimit(firstRequests);
  readonly #selects: SelectLimit;
  /** By budget: the log reports have one of their own. */
  readonly #pausedUntil = new Map<string, number>();
  #answers = 0;
  #shortest = Number.POSITIVE_INFINITY;

  constructor(private readonly clock: WaitingClock) {
    this.#selects = new SelectLimit(() => clock.now());
  }

  /** The requests that may be under way at the same time. */
  get concurrency(): number {
    return this.#limit.concurrency;
  }

  /** Milliseconds until a request to the address may be sent. */
  pause(url: string): number {
    return Math.max(
      0,
      Math.max(this.#pausedUntil.get(budgetOf(url)) ?? 0, this.#selects.freeAt(url)) - this.clock.now(),
    );
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
  ): Promise<T> {
    return this.#limit(async () => {
      for (let pause = this.pause(url); pause > 0; pause = this.pause(url)) await this.clock.wait(pause, signal);
      signal?.throwIfAborted();
      this.#selects.sent(url);
      const start = this.clock.now();
      const result = await attempt();
      this.#observe(url, answerOf(result), this.clock.now() - start);
      return result;
    });
  }

  #observe(url: string, { status, retryAfter, usedShare }: GovernedAnswer, duration: number): void {
    this.#selects.observe(url, usedShare, status === 429);
    if (status === 429) this.#pause(budgetOf(url), this.clock.now() + (retryAfter ?? 0));
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
    this.#limit.concurrency = Math.min(mostRequests, Math.max(1, Math.floor(number)));
  }
}

/** Source: Graph, throttling limits: sign-in and audit reports have a limit of 5 requests per 10 seconds. */
function budgetOf(url: string): 'reports' | 'directory' {
  return /\/auditLogs\//.test(url) ? 'reports' : 'directory';
}
