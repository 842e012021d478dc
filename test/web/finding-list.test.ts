import { describe, expect, it } from '@jest/globals';
import { findingStatuses } from '../../src/model/finding/finding.js';
import type { FindingSummary } from '../../src/model/finding/finding-summary.js';
import { severities } from '../../src/model/rule/violation.js';
import { FindingsReading } from '../../src/web/reads/finding-cache.js';
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

describe('a list', () => {
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

  it('is new since the latest finished scan', () => {
    expect(total('show=new')).toBe(0);
    expect(total('show=new', all[900]?.appearedAt)).toBe(34);
  });

  it('comes in pages that leave none out and show none twice', () => {
    const { pages } = pageOf(all, filter(''), undefined);
    const seen = Array.from({ length: pages }, (_, i) => pageOf(all, filter(`page=${i + 1}`), undefined).rows).flat();
    expect(new Set(seen.map(({ id }) => id)).size).toBe(334);
    expect(pageOf(all, filter('page=9999'), undefined)).toMatchObject({ page: pages });
    expect(pageOf(all, filter('q=nothing'), undefined)).toEqual({ rows: [], total: 0, page: 1, pages: 1 });
  });

  it('has an address that leads back to it', () => {
    const asked = filter('show=all&severity=high&rule=no-symmetric-signing-key&q=App+9&page=3');
    expect(filter(listPath(asked).split('?')[1] ?? '')).toEqual(asked);
    expect(listPath(filter(''))).toBe('/findings');
  });
});

describe('a reading', () => {
  function readings(milliseconds: number) {
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
    return { reading: new FindingsReading(store, clock), pass: (by: number) => (now += by), reads: () => reads };
  }

  it('of 100,000 findings serves every click of half a minute, in order, and a page shows no more than its rows', async () => {
    const { reading, pass, reads } = readings(3000);
    const first = await reading.read('t');
    pass(29_000);
    expect(await reading.read('t')).toBe(first);
    expect(reads()).toBe(1);
    pass(1001);
    expect(await reading.read('t')).toBe(first);
    await new Promise(setImmediate);
    expect(reads()).toBe(2);
    expect(await reading.read('t')).not.toBe(first);
    pass(601_000);
    expect((await reading.read('t')).at).toBe(new Date(3000 + 29_000 + 1001 + 3000 + 601_000).toISOString());
    const order = first.summaries.map(({ severity }) => severities.indexOf(severity));
    expect(order.every((one, i) => i === 0 || one <= (order[i - 1] ?? 9))).toBe(true);
    expect(pageOf(first.summaries, filter('show=all&page=1999'), undefined).rows).toHaveLength(rowsPerPage);
  });

  it('of a small tenant is taken anew with the next click', async () => {
    const { reading, pass, reads } = readings(40);
    await reading.read('t');
    pass(401);
    await reading.read('t');
    expect(reads()).toBe(2);
  });

  it('is shared by requests that come together', async () => {
    const { reading, reads } = readings(40);
    await Promise.all([1, 2, 3].map(() => reading.read('t')));
    expect(reads()).toBe(1);
  });

  it('never hides what was decided here, not even while it is under way', async () => {
    const { reading, reads } = readings(3000);
    const decided = { ...summaries(1)[0], status: 'suppressed' } as never;
    await reading.read('t');
    reading.remember(decided);
    expect((await reading.read('t')).summaries.find(({ id }) => id === '0'.repeat(16))?.status).toBe('suppressed');
    const other = readings(3000);
    const underWay = other.reading.read('t');
    other.reading.remember(decided);
    await underWay;
    await other.reading.read('t');
    expect([reads(), other.reads()]).toEqual([1, 2]);
  });
});
