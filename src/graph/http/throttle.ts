/** The parts of a request that decide whether it may be repeated. */
export interface RepeatableRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

/** How an attempt failed: with an HTTP status, or without a usable response. */
export type FailureKind = number | 'network' | 'timeout' | 'malformed';

/** The input of `nextDelay`. */
export interface RetryContext {
  /** The number of attempts so far, from 1. */
  readonly attempt: number;
  readonly failure: FailureKind;
  /** Whether the request changes nothing (`isRead`). */
  readonly read: boolean;
  /** Graph's Retry-After in milliseconds, if any. */
  readonly retryAfter?: number | undefined;
  /** Milliseconds since the start of the call, including waits. */
  readonly elapsed: number;
  /** Milliseconds for the whole call. */
  readonly budget: number;
  /** A number from 0 to below 1. */
  readonly random: () => number;
}

const firstDelay = 1000;
const maxDelay = 60_000;
/** Waiting rarely helps against a response that is not JSON, such as the page of a proxy. */
const maxMalformedAttempts = 4;

/**
 * The wait after a failed attempt without Retry-After: 1 s, doubled for each attempt up to 60 s. A random part of up to
 * one half is subtracted, so that many callers do not retry at the same time.
 * Source: Graph, throttling, best practices (exponential backoff).
 * @param attempt the number of attempts so far, from 1
 * @returns milliseconds
 */
export function backoff(attempt: number, random: () => number): number {
  const longest = Math.min(maxDelay, firstDelay * 2 ** Math.min(attempt - 1, 30));
  return Math.round(longest / 2 + (longest / 2) * random());
}

/**
 * Whether a request changes nothing and may be repeated: a GET, or a `$batch` of GETs only.
 * Source: RFC 9110 section 9.2.2; Graph, JSON batching.
 */
export function isRead(request: RepeatableRequest): boolean {
  if (request.method === 'GET') return true;
  if (request.method !== 'POST' || !/^\/?\$batch$/.test(request.path)) return false;
  const requests = (request.body as { requests?: { method?: unknown }[] } | undefined)?.requests;
  return Array.isArray(requests) && requests.length > 0 && requests.every((item) => item.method === 'GET');
}

/** Statuses of a server or a gateway that had no time or a fault. Source: RFC 9110, sections 15.5.9 and 15.6. */
const transientStatuses: readonly FailureKind[] = [408, 500, 502, 503, 504];

/** Whether a retry can succeed. A failed write may have taken effect: Graph returns only 429 before any effect. */
export function isTransient(failure: FailureKind, read: boolean): boolean {
  if (failure === 429) return true;
  return read && (typeof failure === 'string' || transientStatuses.includes(failure));
}

/**
 * Decides on the next attempt. It waits exactly as long as Retry-After requires. When that exceeds the remaining budget,
 * the call ends at once, because an earlier attempt prolongs the throttling. A Retry-After of 0 counts as absent.
 * Source: Graph, throttling (429, 503, 504; "requests are not processed" while throttled).
 * @returns milliseconds to wait before the next attempt, or undefined for no further attempt
 */
export function nextDelay(context: RetryContext): number | undefined {
  const { attempt, failure, read, retryAfter, elapsed, budget, random } = context;
  if (!isTransient(failure, read)) return undefined;
  if (failure === 'malformed' && attempt >= maxMalformedAttempts) return undefined;
  const delay = retryAfter || backoff(attempt, random);
  return elapsed + delay < budget ? delay : undefined;
}

/** The cost of a request. Source: Graph, throttling limits of identity and access: the header x-ms-resource-unit. */
export function resourceUnitsIn(header: string | null | undefined): number {
  const units = Number(header ?? 0);
  return Number.isFinite(units) && units > 0 ? units : 0;
}

/** The used share of a budget, 1 for all of it. Source: Graph, throttling: the header x-ms-throttle-limit-percentage. */
export function usedShareIn(header: string | null): number | undefined {
  const share = header === null || header.trim() === '' ? Number.NaN : Number(header);
  return Number.isFinite(share) && share > 0 ? share : undefined;
}
