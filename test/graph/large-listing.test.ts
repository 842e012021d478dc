import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Directory, DirectoryPage } from '../../src/jobs/ports/index.js';
import type { Simulator } from '../../src/simulator/http/server.js';
import { aSimulatedDirectory } from '../support/simulated-directory.js';

const id = '9f0c0d6e-0000-4000-8000-0000000000aa';
const agent = {
  '@odata.type': '#microsoft.graph.agentIdentity',
  id: '9f0c0d6e-0000-4000-8000-0000000000a1',
  appId: null,
  displayName: 'Agent identity without an appId',
};
const undated = {
  id: '9f0c0d6e-0000-4000-8000-0000000000a2',
  appId: '9f0c0d6e-0000-4000-8000-0000000000a3',
  displayName: 'Application without a creation time',
  createdDateTime: null,
};
const tenant = {
  id,
  displayName: 'Contoso',
  applications: [undated],
  servicePrincipals: [agent],
  policies: {
    authorizationPolicy: {
      id: 'authorizationPolicy',
      defaultUserRolePermissions: { permissionGrantPoliciesAssigned: [], allowedToCreateApps: true },
    },
    adminConsentRequestPolicy: { isEnabled: true, reviewers: [] },
  },
  filler: { objects: 45_000, seed: 1 },
};

describe('a listing of a large collection', () => {
  const { open: openDirectory, simulator: started } = aSimulatedDirectory(tenant as never);
  let simulator: Simulator;
  beforeAll(() => {
    simulator = started();
  });
  const open = () => openDirectory({ now: () => '2026-11-26T00:00:00Z' });

  async function read(pages: AsyncIterable<DirectoryPage<{ id: string }>>) {
    const ids: string[] = [];
    let repeated = 0;
    for await (const page of pages) {
      ids.push(...page.items.map((item) => item.id));
      repeated += page.repeated.length;
    }
    return { ids, repeated };
  }

  function list(directory: Directory, collection: 'applications' | 'servicePrincipals', expected: number) {
    return collection === 'applications'
      ? directory.applications(['keyCredentials'], undefined, undefined, expected)
      : directory.servicePrincipals(['keyCredentials'], undefined, undefined, expected);
  }

  const listings = [
    ['servicePrincipals', agent.id, 16],
    ['applications', undated.id, 4],
  ] as const;

  it.each(listings)(
    'reads %s in partitions, each object once, also the one that is in no partition',
    async (collection, outside, partitions) => {
      const expected = simulator.counts()[collection];
      const directory = open();
      const before = simulator.requests.length;
      const { ids, repeated } = await read(list(directory, collection, expected));
      expect(ids).toHaveLength(expected);
      expect(new Set(ids).size).toBe(expected);
      expect(ids).toContain(outside);
      expect(repeated).toBe(0);
      const queries = simulator.requests
        .slice(before)
        .filter(({ path, query }) => path === `/${collection}` && !query.includes('skiptoken'))
        .map(({ query }) => decodeURIComponent(query));
      expect(queries.every((query) => query.includes('filter='))).toBe(true);
      expect(new Set(queries.filter((query) => !query.includes('not('))).size).toBe(partitions);
      expect(queries.filter((query) => query.includes('not('))).toHaveLength(1);
    },
  );

  it.each(listings)(
    'finds what is in no partition of %s by ids if Graph refuses its filter',
    async (collection, outside, _partitions) => {
      simulator.order({ kind: 'status', status: 400, times: 1, match: { path: /\?.*filter=not/ } });
      const expected = simulator.counts()[collection];
      const { ids } = await read(list(open(), collection, expected));
      expect(new Set(ids).size).toBe(expected);
      expect(ids).toContain(outside);
    },
  );

  it.each(['applications', 'servicePrincipals'] as const)(
    'reads %s in one chain of pages if Graph refuses the filter',
    async (collection) => {
      simulator.order({ kind: 'status', status: 400, times: Number.POSITIVE_INFINITY, match: { path: /\?.*filter=/ } });
      const expected = simulator.counts()[collection];
      const { ids } = await read(list(open(), collection, expected));
      expect(new Set(ids).size).toBe(expected);
      expect(ids).toHaveLength(expected);
    },
  );

  it('shows a partition that lost its end by a full last page', async () => {
    const lost = { kind: 'no-next-link', times: 1, match: { path: /servicePrincipals\?.*filter=.*%277/ } } as const;
    simulator.order(lost);
    const expected = simulator.counts().servicePrincipals + 2_000;
    let last = -1;
    for await (const page of open().servicePrincipals(['keyCredentials'], undefined, undefined, expected))
      last = page.size;
    expect(last).toBe(999);
  });

  it('sends no additional request for a small collection', async () => {
    const directory = open();
    await read(directory.applications(['keyCredentials'], undefined, undefined, 15_000));
    expect(directory.stats.requests).toBe(directory.stats.pages);
  });
});
