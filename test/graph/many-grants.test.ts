import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createCredential } from '../../src/graph/auth/credential.js';
import { createDirectory } from '../../src/graph/reads/directory.js';
import type { Directory } from '../../src/jobs/ports/index.js';
import { type Simulator, startSimulator } from '../../src/simulator/http/server.js';

const api = '9f0c0d6e-0000-4000-8000-0000000000b1';
const graph = { id: api, appId: '00000003-0000-0000-c000-000000000000', displayName: 'Microsoft Graph' };
/** 4,000 applications, each with a grant for the tenant and one of a user: 8,000 grants on nine pages. */
const tenant = {
  id: '9f0c0d6e-0000-4000-8000-0000000000aa',
  displayName: 'Contoso',
  applications: [],
  servicePrincipals: [graph],
  policies: {},
  filler: { objects: 10_000, seed: 1, userGrants: 1 },
};

/** Uses the simulator with the real identity library and the real Graph client. */
describe('the grants of a large tenant', () => {
  let simulator: Simulator;

  beforeAll(async () => {
    simulator = await startSimulator({ tenant: tenant as never });
    Object.assign(process.env, simulator.settings);
  });
  afterEach(() => simulator.clearFaults());
  afterAll(async () => {
    for (const name of Object.keys(simulator.settings)) delete process.env[name];
    await simulator.close();
  });

  const open = () =>
    createDirectory({
      graph: { endpoint: simulator.origin, simulated: true },
      credential: createCredential({
        simulated: true,
        clientId: simulator.settings.READER_CLIENT_ID,
        environment: simulator.settings,
      }),
      wait: async () => undefined,
    });

  async function read(from: Directory = open()) {
    const before = simulator.requests.length;
    const grants = await from.tenantPart('grants');
    const requests = simulator.requests.slice(before).filter(({ path }) => path === '/oauth2PermissionGrants');
    return { grants, requests, queries: requests.map(({ query }) => decodeURIComponent(query)) };
  }

  /** The clients of the generated applications: all service principals of this tenant that the first page shows. */
  async function someClients(): Promise<string[]> {
    const own = (owner: unknown) => String(owner).toLowerCase() === tenant.id;
    for await (const { items } of open().servicePrincipals(['appOwnerOrganizationId']))
      return items
        .filter(({ id, appOwnerOrganizationId }) => id !== api && own(appOwnerOrganizationId))
        .map(({ id }) => id);
    return [];
  }
  const ofType = (queries: readonly string[], type: string) =>
    queries.filter((query) => query.includes(`consentType eq '${type}'`)).length;

  it('are read in one chain for each consent type, after some pages of one chain', async () => {
    const { grants, queries } = await read();
    expect([ofType(queries, 'AllPrincipals'), ofType(queries, 'Principal')]).toEqual([5, 5]);
    expect(queries.length).toBeLessThanOrEqual(15);
    const clients = await someClients();
    expect(clients.length).toBeGreaterThan(500);
    const held = { tenantWide: new Set(['user.read']), someUsers: true };
    for (const client of clients) expect(grants.allOf(client)).toEqual(held);
  });

  it('are read in one chain if Graph refuses the filter', async () => {
    const match = { path: /^\/oauth2PermissionGrants\?.*filter/ };
    simulator.order({ kind: 'status', status: 400, match, times: 2 });
    const { grants, queries } = await read();
    for (const client of await someClients()) expect(grants.allOf(client).someUsers).toBe(true);
    expect(queries.filter((query) => !query.includes('filter')).length).toBeGreaterThanOrEqual(9);
  });

  it('are requested with low priority in the background only', async () => {
    const normal = await read();
    const low = await read(open().inBackground);
    expect(new Set(normal.requests.map(({ priority }) => priority))).toEqual(new Set([undefined]));
    expect(new Set(low.requests.map(({ priority }) => priority))).toEqual(new Set(['Low']));
  });
});
