import { describe, expect, it } from '@jest/globals';
import { findingStatuses } from '../../src/model/finding/finding.js';
import type { FindingSummary } from '../../src/model/finding/finding-summary.js';
import { severities } from '../../src/model/rule/violation.js';
import { FindingCache } from '../../src/web/reads/finding-cache.js';
import { listPath, pageOf, parseFilter, rowsPerPage } from '../../src/web/reads/finding-filter.js';

const summaries = (count: number): FindingSummary[] =>
  Array.from({ length: count }, (_, i) => ({
    id: i.toString(16).padStart(16, '0'),
    ruleId: i % 2 ? 'no-symmetric-signing-key' : 'require-service-principal',
    severity: severities[i % 4] ?? 'low',
    status: findingStatuses[i % 3] ?? 'open',
    on: 'application',
    objectId: `object-${i}`,
    appId: `app-${i}`,
    displayName: `App ${i}`,
    appearedAt: new Date(Date.UTC(2026, 0, 1) + i * 1000).toISOString(),
    ...(i % 6 === 0 && { remediationStatus: 'proposed' as const }),
  }));

const filter = (query: string) => parseFilter(new URLSearchParams(query));

describe('the list of findings', () => {
  const all = summaries(1000);
  const total = (query: string, since?: string) => pageOf(all, filter(query), since).total;

  it.each([
    ['', 334],
    ['show=all', 1000],
    ['show=suppressed', 333],
    ['show=resolved', 333],
    ['show=decision', 167],
    ['show=approved', 0],
    ['show=all&severity=critical', 250],
    ['show=all&rule=no-symmetric-signing-key', 500],
    ['show=all&q=app+99', 11],
    ['show=all&q=OBJECT-7', 1],
    ['show=all&q=object-', 0],
    ['show=nonsense&severity=awful&page=-1', 334],
  ])('%s has %i findings', (query, count) => expect(total(query)).toBe(count));

  it('filters new findings by the latest finished scan', () => {
    expect(total('show=new')).toBe(0);
    expect(total('show=new', all[900]?.appearedAt)).toBe(34);
  });

  it('has pages that contain each finding once', () => {
    const { pages } = pageOf(all, filter(''), undefined);
    const seen = Array.from({ length: pages }, (_, i) => pageOf(all, filter(`page=${i + 1}`), undefined).rows).flat();
    expect(new Set(seen.map(({ id }) => id)).size).toBe(334);
    expect(pageOf(all, filter('page=9999'), undefined)).toMatchObject({ page: pages });
    expect(pageOf(all, filter('q=nothing'), undefined)).toEqual({ rows: [], total: 0, page: 1, pages: 1 });
  });

  it('restores its filter from its address', () => {
    const original = filter('show=all&severity=high&rule=no-symmetric-signing-key&q=App+9&page=3');
    expect(filter(listPath(original).split('?')[1] ?? '')).toEqual(original);
    expect(listPath(filter(''))).toBe('/findings');
  });
});

describe('the cache of findings', () => {
  function cacheWith(milliseconds: number) {
    let now = 0;
    let reads = 0;
    const clock = { now: () => new Date(now).toISOString() };
    const store = {
      summaries: async () => {
        reads += 1;
        now += milliseconds;
        return summaries(100_000);
      },
    };
    return { cache: new FindingCache(store, clock), pass: (by: number) => (now += by), reads: () => reads };
  }

  it('returns one sorted snapshot of 100,000 findings for half a minute', async () => {
    const { cache, pass, reads } = cacheWith(3000);
    const first = await cache.read('t');
    pass(29_000);
    expect(await cache.read('t')).toBe(first);
    expect(reads()).toBe(1);
    pass(1001);
    expect(await cache.read('t')).toBe(first);
    await new Promise(setImmediate);
    expect(reads()).toBe(2);
    expect(await cache.read('t')).not.toBe(first);
    pass(601_000);
    expect((await cache.read('t')).at).toBe(new Date(3000 + 29_000 + 1001 + 3000 + 601_000).toISOString());
    const order = first.summaries.map(({ severity }) => severities.indexOf(severity));
    expect(order.every((one, i) => i === 0 || one <= (order[i - 1] ?? 9))).toBe(true);
    expect(pageOf(first.summaries, filter('show=all&page=1999'), undefined).rows).toHaveLength(rowsPerPage);
  });

  it('reads a small tenant again for the next request', async () => {
    const { cache, pass, reads } = cacheWith(40);
    await cache.read('t');
    pass(401);
    await cache.read('t');
    expect(reads()).toBe(2);
  });

  it('shares one read between concurrent requests', async () => {
    const { cache, reads } = cacheWith(40);
    await Promise.all([1, 2, 3].map(() => cache.read('t')));
    expect(reads()).toBe(1);
  });

  it('shows a decision at once, also one during a read', async () => {
    const { cache, reads } = cacheWith(3000);
    const changed = { ...summaries(1)[0], status: 'suppressed' } as never;
    await cache.read('t');
    cache.update(changed);
    expect((await cache.read('t')).summaries.find(({ id }) => id === '0'.repeat(16))?.status).toBe('suppressed');
    const other = cacheWith(3000);
    const pendingRead = other.cache.read('t');
    other.cache.update(changed);
    await pendingRead;
    await other.cache.read('t');
    expect([reads(), other.reads()]).toEqual([1, 2]);
  });
});
