import { describe, expect, it } from '@jest/globals';
import { findingStatuses } from '../../src/model/finding/finding.js';
import type { FindingSummary } from '../../src/model/finding/finding-summary.js';
import { severities } from '../../src/model/rule/violation.js';
import { FindingCache } from '../../src/web/reads/finding-cache.js';
import { listPath, parseFilter } from '../../src/web/reads/finding-filter.js';
import { groupsOf, nextToDecide, pageOf, rowsPerPage } from '../../src/web/reads/finding-page.js';
import { listFacts } from '../../src/web/reads/listed-finding.js';

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
    ...(i % 10 === 0 && { assignee: 'Ada' }),
    ...(i % 20 === 0 && { ownerIds: ['owner-b', 'owner-a'] }),
    ...(i % 7 === 0 && { failing: { count: i, users: 1, lastAt: '2026-01-01T00:00:00.000Z' } }),
  }));

const rules = [
  { id: 'no-symmetric-signing-key', problem: 'Symmetric signing key', codes: ['AADSTS50000'] },
  { id: 'require-service-principal', problem: 'No service principal', codes: ['AADSTS700016', 'AADSTS650052'] },
];
const facts = listFacts(rules, undefined);
const filter = (query: string) => parseFilter(new URLSearchParams(query));

describe('the list of findings', () => {
  const all = summaries(1000);
  const total = (query: string, since?: string) => pageOf(all, filter(query), listFacts(rules, since)).total;

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
    ['show=standing', 334],
    ['show=all&on=application', 1000],
    ['show=all&on=tenant', 0],
    ['show=all&code=650052', 500],
    ['show=all&code=AADSTS50000&severity=critical', 250],
    ['show=all&from=2026-01-02', 0],
    ['show=all&until=2025-12-31', 0],
    ['show=all&from=2026-01-01&until=2026-01-01', 1000],
    ['show=all&assignee=Ada', 100],
    ['show=all&owner=OWNER-A', 50],
    ['show=all&owner=owner', 0],
    ['show=all&q=signing', 500],
    ['on=constructor&sort=toString&code=x&from=yesterday', 334],
  ])('%s has %i findings', (query, count) => expect(total(query)).toBe(count));

  it('filters new findings by the latest finished scan', () => {
    expect(total('show=new')).toBe(0);
    expect(total('show=new', all[900]?.appearedAt)).toBe(34);
  });

  it('has pages that contain each finding once', () => {
    const { pages } = pageOf(all, filter(''), facts);
    const seen = Array.from({ length: pages }, (_, i) => pageOf(all, filter(`page=${i + 1}`), facts).rows).flat();
    expect(new Set(seen.map(({ id }) => id)).size).toBe(334);
    expect(pageOf(all, filter('page=9999'), facts)).toMatchObject({ page: pages });
    expect(pageOf(all, filter('q=nothing'), facts)).toEqual({ rows: [], total: 0, page: 1, pages: 1 });
  });

  it('restores its filter from its address', () => {
    const original = filter(
      'show=all&severity=high&rule=no-symmetric-signing-key&on=tenant&code=50000&assignee=Ada&owner=o-1&from=2026-01-01&until=2026-02-01&q=App+9&sort=object&dir=desc&group=problem&page=3',
    );
    expect(filter(listPath(original).split('?')[1] ?? '')).toEqual(original);
    expect(listPath(filter(''))).toBe('/findings');
  });
});

describe('the order of the list', () => {
  const all = summaries(1000);
  const first = (query: string) => pageOf(all, filter(`show=all&${query}`), facts).rows[0]?.displayName;

  it.each([
    ['sort=object', 'App 0'],
    ['sort=object&dir=desc', 'App 999'],
    ['sort=problem', 'App 0'],
    ['sort=problem&dir=desc', 'App 1'],
    ['sort=seen', 'App 999'],
    ['sort=seen&dir=asc', 'App 0'],
    ['sort=failing', 'App 994'],
    ['sort=failing&dir=asc', 'App 0'],
    ['', 'App 0'],
    ['dir=asc', 'App 999'],
  ])('%s begins with %s', (query, name) => expect(first(query)).toBe(name));

  it('keeps the order of severity among equals', () => {
    const given = [...all].sort((a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity));
    const { rows } = pageOf(given, filter('show=all&sort=problem'), facts);
    expect(rows.every(({ severity }) => severity === 'high')).toBe(true);
  });

  it('counts each problem', () => {
    const groups = groupsOf(all, filter('group=problem'), facts);
    expect(groups.map(({ problem, count, toDecide }) => [problem, count, toDecide])).toEqual([
      ['Symmetric signing key', 167, 0],
      ['No service principal', 167, 167],
    ]);
    expect(groups[1]).toMatchObject({ names: ['App 0', 'App 6', 'App 12'], firstSeen: all[0]?.appearedAt });
  });

  it('knows the next finding to decide, also after the decision removed one from the list', () => {
    const decided = all.map((one) =>
      one.id === all[6]?.id ? { ...one, remediationStatus: 'approved' as const } : one,
    );
    const next = (query: string, after: number) => nextToDecide(decided, filter(query), facts, all[after]?.id ?? '');
    expect(next('show=decision', 6)?.displayName).toBe('App 12');
    expect(next('', 0)?.displayName).toBe('App 12');
    expect(next('sort=object&dir=desc', 12)?.displayName).toBe('App 114');
    expect(next('', 996)?.displayName).toBe('App 0');
    expect(next('q=nothing', 6)).toBeUndefined();
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
    expect(pageOf(first.summaries, filter('show=all&page=1999'), facts).rows).toHaveLength(rowsPerPage);
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
