import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  backoff,
  type FailureKind,
  isRead,
  isTransient,
  nextDelay,
  type RetryContext,
} from '../../src/graph/http/throttle.js';

describe('backoff', () => {
  it('doubles from 0.5 s to 30 s with the smallest random numbers', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8, 5000].map((attempt) => backoff(attempt, () => 0))).toEqual([
      500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000,
    ]);
  });

  it('is up to twice as long with the largest random numbers', () => {
    expect([1, 2, 7].map((attempt) => backoff(attempt, () => 0.999999))).toEqual([1000, 2000, 60_000]);
  });
});

describe('a request that may be repeated', () => {
  const get = { id: '1', method: 'GET', url: '/a' };
  it.each([
    ['GET', '/applications', undefined, true],
    ['PATCH', '/applications/1', {}, false],
    ['PUT', '/x', {}, false],
    ['DELETE', '/x', undefined, false],
    ['POST', '/applications', {}, false],
    ['POST', '/$batch', { requests: [get, get] }, true],
    ['POST', '/$batch', { requests: [get, { ...get, method: 'PATCH' }] }, false],
    ['POST', '/$batch', { requests: [] }, false],
    ['POST', '/$batch', undefined, false],
  ])('%s %s %j: %p', (method, path, body, read) => {
    expect(isRead({ method, path, body })).toBe(read);
  });
});

describe('a transient failure', () => {
  const failures: FailureKind[] = [408, 429, 500, 502, 503, 504, 'network', 'timeout', 'malformed'];
  it.each(failures)('is %p for a read', (failure) => expect(isTransient(failure, true)).toBe(true));
  it.each([400, 401, 403, 404, 410, 501, 505])('is not %p for a read', (failure) =>
    expect(isTransient(failure, true)).toBe(false),
  );
  it.each(failures)('is %p for a write only if it is 429', (failure) =>
    expect(isTransient(failure, false)).toBe(failure === 429),
  );
});

describe('the next attempt', () => {
  const base: RetryContext = { attempt: 1, failure: 503, read: true, elapsed: 0, budget: 300_000, random: () => 0 };
  it.each<[string, Partial<RetryContext>, number | undefined]>([
    ['waits as long as Graph requests', { retryAfter: 7000 }, 7000],
    ['backs off without Retry-After', { attempt: 3 }, 2000],
    ['backs off with a Retry-After of zero', { retryAfter: 0 }, 500],
    ['is made within the remaining budget', { elapsed: 290_000, retryAfter: 9999 }, 9999],
    ['is not made when the wait exceeds the remaining budget', { elapsed: 290_000, retryAfter: 10_000 }, undefined],
    ['is not made for a write that may have taken effect', { read: false }, undefined],
    ['is made for a write that was throttled', { read: false, failure: 429, retryAfter: 1000 }, 1000],
    ['is not made for a refusal', { failure: 404 }, undefined],
    ['is made for a body that is not JSON', { failure: 'malformed', attempt: 3 }, 2000],
    ['is not made for the fourth such body', { failure: 'malformed', attempt: 4 }, undefined],
  ])('%s', (_, change, delay) => {
    expect(nextDelay({ ...base, ...change })).toBe(delay);
  });

  it('is never after the budget', () => {
    const some = fc.nat(400_000);
    fc.assert(
      fc.property(
        some,
        fc.option(some, { nil: undefined }),
        fc.integer({ min: 1, max: 40 }),
        (elapsed, retryAfter, attempt) => {
          const delay = nextDelay({ ...base, elapsed, retryAfter, attempt });
          expect(delay === undefined || (delay > 0 && elapsed + delay < base.budget)).toBe(true);
        },
      ),
    );
  });
});
