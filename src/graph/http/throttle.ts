/** What a request would do, as far as repeating it goes. */
export interface Repeatable {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

/** How an attempt failed: with a status, or before there was an answer worth reading. */
export type Failure = number | 'network' | 'timeout' | 'malformed';

/** What `nextDelay` decides upon. */
export interface Attempted {
  /** The number of attempts so far, from 1. */
  readonly attempt: number;
  readonly failure: Failure;
  /** The request changes nothing (`isRead`). */
  readonly read: boolean;
  /** Graph's Retry-After in milliseconds, where it gave one. */
  readonly retryAfter?: number | undefined;
  /** Milliseconds since the call began, waits included. */
  readonly elapsed: number;
  /** Milliseconds that the call may take in all. */
  readonly budget: number;
  /** A number from 0 to below 1. */
  readonly random: () => number;
}

const firstDelay = 1000;
const longestDelay = 60_000;
/** An answer that is no JSON is rarely cured by waiting: a proxy's page, a wrong address. */
const malformedAttempts = 4;

/**
 * The wait after a failed attempt where Graph names none: 1 s, doubled each time up to 60 s, of which a random half is
 * dropped so that many callers do not come back together.
 * Source: Graph, throttling, best practices (exponential backoff).
 * @param attempt the number of attempts so far, from 1
 * @returns milliseconds
 */
export function backoff(attempt: number, random: () => number): number {
  const whole = Math.min(longestDelay, firstDelay * 2 ** Math.min(attempt - 1, 30));
  return Math.round(whole / 2 + (whole / 2) * random());
}

/**
 * Whether a request changes nothing and may be sent again: GET, and a `$batch` that holds only GETs.
 * Source: RFC 9110 section 9.2.2; Graph, JSON batching.
 */
export function isRead(request: Repeatable): boolean {
  if (request.method === 'GET') return true;
  if (request.method !== 'POST' || !/^\/?\$batch$/.test(request.path)) return false;
  const requests = (request.body as { requests?: { method?: unknown }[] } | undefined)?.requests;
  return Array.isArray(requests) && requests.length > 0 && requests.every((item) => item.method === 'GET');
}

/** Whether waiting could cure a failure. A write that failed may have taken effect: only 429 comes before any effect. */
export function isTransient(failure: Failure, read: boolean): boolean {
  if (failure === 429) return true;
  return read && (typeof failure === 'string' || failure === 502 || failure === 503 || failure === 504);
}

/**
 * Decides on another attempt. Retry-After is honoured to the millisecond; where it does not fit into what is left of
 * the budget the call ends at once, since an earlier attempt would only prolong the throttling. A Retry-After of nothing is no licence to hammer.
 * Source: Graph, throttling (429, 503, 504; "requests are not processed" while throttled).
 * @returns milliseconds to wait before the next attempt, or undefined to give up
 */
export function nextDelay(attempted: Attempted): number | undefined {
  const { attempt, failure, read, retryAfter, elapsed, budget, random } = attempted;
  if (!isTransient(failure, read)) return undefined;
  if (failure === 'malformed' && attempt >= malformedAttempts) return undefined;
  const delay = retryAfter || backoff(attempt, random);
  return elapsed + delay < budget ? delay : undefined;
}

/** What a request cost. Source: Graph, throttling limits of identity and access: the header x-ms-resource-unit. */
export function resourceUnitsIn(header: string | null | undefined): number {
  const units = Number(header ?? 0);
  return Number.isFinite(units) && units > 0 ? units : 0;
}
