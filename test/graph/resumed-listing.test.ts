import { beforeAll, describe, expect, it } from '@jest/globals';
import { beginning, type DirectoryPage, type ListingPosition } from '../../src/jobs/ports/index.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { IdTable } from '../../src/scale/id-table.js';
import type { Simulator } from '../../src/simulator/http/server.js';
import { aSimulatedDirectory } from '../support/simulated-directory.js';

const tenant = { ...simulatedTenantOf([]), filler: { objects: 45_000, seed: 1 } };
const collections = ['applications', 'servicePrincipals'] as const;

describe('a listing that continues after a position', () => {
  const { open: openDirectory, simulator: started } = aSimulatedDirectory(tenant);
  let simulator: Simulator;
  beforeAll(() => {
    simulator = started();
  });
  const open = () => openDirectory({ now: () => '2026-11-26T00:00:00Z' });

  interface Read {
    readonly ids: string[];
    readonly seen: IdTable;
    position: ListingPosition | undefined;
    repeated: number;
    last: number;
  }

  /** Waits until the simulator has processed the requests that were aborted. */
  async function quiet(): Promise<void> {
    for (let before = -1; before !== simulator.requests.length; ) {
      before = simulator.requests.length;
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
  }

  /** Reads until so many pages were taken. */
  async function read(
    collection: (typeof collections)[number],
    pages = Number.POSITIVE_INFINITY,
    before?: Pick<Read, 'ids' | 'position'>,
  ) {
    const seen = new IdTable();
    for (const id of before?.ids ?? []) seen.add(id);
    const expected = simulator.counts()[collection];
    // As a row of storage keeps it.
    const from = before?.position && (JSON.parse(JSON.stringify(before.position)) as ListingPosition);
    const directory = open();
    const listing: AsyncIterable<DirectoryPage<{ id: string }>> =
      collection === 'applications'
        ? directory.applications(['keyCredentials'], undefined, seen, expected, from)
        : directory.servicePrincipals(['keyCredentials'], undefined, seen, expected, from);
    const result: Read = { ids: [...(before?.ids ?? [])], seen, position: from, repeated: 0, last: 0 };
    let taken = 0;
    for await (const page of listing) {
      result.ids.push(...page.items.map(({ id }) => id));
      result.position = page.position ?? result.position;
      result.repeated += page.repeated.length;
      result.last = page.size;
      if (++taken === pages) break;
    }
    await quiet();
    return { ...result, taken };
  }

  const cases = collections.flatMap((collection) => [3, 17].map((pages) => [collection, pages] as const));
  it.each(cases)('has all %s once, the earlier ones left out, after %i pages', async (collection, pages) => {
    const expected = simulator.counts()[collection];
    const first = await read(collection, pages);
    const links = first.position?.next.filter(Boolean) ?? [];
    expect(links.length).toBeGreaterThan(0);
    for (const link of links) expect(link).toMatch(new RegExp(`^/${collection}\\?`));
    const before = simulator.requests.length;
    const second = await read(collection, undefined, first);
    expect(second.ids).toHaveLength(expected);
    expect(new Set(second.ids).size).toBe(expected);
    expect(second.repeated).toBe(0);
    await quiet();
    const sent = simulator.requests.slice(before).filter(({ path }) => path === `/${collection}`).length;
    // No request for a page that was read, and none to find the partitions. The last page taken is no page of Graph.
    expect(sent).toBe(second.taken - 1);
    expect(second.position?.next.every((next) => next === null)).toBe(true);
    const again = await read(collection, undefined, second);
    expect([again.ids.length, again.taken]).toEqual([expected, 1]);
  });

  it.each([
    ['expired', { kind: 'expired-page-token' }],
    ['refused', { kind: 'status', status: 400 }],
    ['not known', { kind: 'status', status: 404 }],
  ] as const)('reads one partition again if its link is %s', async (_, fault) => {
    const collection = 'servicePrincipals';
    const first = await read(collection, 17);
    simulator.order({ ...fault, times: 1, match: { path: /servicePrincipals\?.*skiptoken/ } });
    const before = simulator.requests.length;
    const second = await read(collection, undefined, first);
    expect(new Set(second.ids).size).toBe(simulator.counts()[collection]);
    expect(second.ids).toHaveLength(simulator.counts()[collection]);
    expect(second.repeated).toBe(0);
    const starts = simulator.requests
      .slice(before)
      .filter(
        ({ path, query }) => path === `/${collection}` && query.includes('filter') && !query.includes('skiptoken'),
      );
    const begun = first.position?.next.filter((next) => next === '').length ?? 0;
    expect(starts).toHaveLength(begun + 1);
  });

  it('reports what it counts to find the partitions, and does not count it again', async () => {
    const countsSince = (before: number) =>
      simulator.requests.slice(before).flatMap(({ path, query }) => (path.endsWith('/$count') ? [query] : []));
    const begun = { ids: [], position: beginning };
    const start = simulator.requests.length;
    const first = await read('applications', 2, begun);
    expect(first.ids).toEqual([]);
    const known = Object.keys(first.position?.counted?.counts ?? {});
    expect(known.length).toBeGreaterThanOrEqual(10);
    const before = simulator.requests.length;
    expect(countsSince(start).length).toBeGreaterThanOrEqual(known.length);
    const second = await read('applications', undefined, first);
    expect(second.ids).toHaveLength(simulator.counts().applications);
    const again = countsSince(before).filter((query) => known.some((path) => path.endsWith(`?${query}`)));
    expect(again).toEqual([]);
    // A listing that is not stored has only pages of Graph.
    expect((await read('applications', 1)).ids.length).toBeGreaterThan(0);
  });

  it('reports its partitions before its first page', async () => {
    const first = await read('servicePrincipals', 1, { ids: [], position: beginning });
    expect(first.ids).toEqual([]);
    expect(first.position?.filters).toHaveLength(16);
    const second = await read('servicePrincipals', undefined, first);
    expect(second.ids).toHaveLength(simulator.counts().servicePrincipals);
  });

  it('shows an object that both parts of the listing return', async () => {
    const first = await read('applications', 3);
    simulator.order({ kind: 'repeat-object', times: 1, match: { path: /applications\?.*skiptoken/ } });
    const second = await read('applications', undefined, first);
    expect(second.repeated).toBe(1);
  });
});
