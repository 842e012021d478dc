import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Directory, GrantsPosition } from '../../src/jobs/ports/index.js';
import type { PermissionGrant } from '../../src/model/tenant/grants.js';
import type { Simulator } from '../../src/simulator/http/server.js';
import { aSimulatedDirectory } from '../support/simulated-directory.js';

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

describe('the grants of a large tenant', () => {
  const { open, simulator: started } = aSimulatedDirectory(tenant as never);
  let simulator: Simulator;
  beforeAll(() => {
    simulator = started();
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

  /** Reads so many pages after a position, and returns the position as a row of storage keeps it. */
  async function readPages(most: number, from?: GrantsPosition) {
    const before = simulator.requests.length;
    const grants: PermissionGrant[] = [];
    let position = from;
    let pages = 0;
    for await (const page of open().grantPages(undefined, from)) {
      grants.push(...page.grants);
      position = JSON.parse(JSON.stringify(page.position)) as GrantsPosition;
      if (++pages === most) break;
    }
    const queries = simulator.requests.slice(before).map(({ query }) => decodeURIComponent(query));
    return { grants, position, pages, queries };
  }
  const everything = Number.POSITIVE_INFINITY;
  const keyOf = ({ clientId, consentType }: PermissionGrant) => `${clientId} ${consentType}`;

  it.each([1, 3, 4, 6, 12])('continue after %i pages', async (pages) => {
    const undisturbed = await readPages(everything);
    const first = await readPages(pages);
    const rest = await readPages(everything, first.position);
    expect(first.pages + rest.pages).toBe(undisturbed.pages);
    const [expected, read] = [undisturbed.grants, [...first.grants, ...rest.grants]].map(
      (all) => new Set(all.map(keyOf)),
    );
    expect(expected?.size).toBe(8_000);
    expect(read).toEqual(expected);
    expect(JSON.stringify(first.position)).not.toMatch(/https?:/);
  });

  it('are all read again if Graph refuses the filter of the listing that continues', async () => {
    const { position } = await readPages(6);
    const match = { path: /^\/oauth2PermissionGrants\?.*filter/ };
    simulator.order({ kind: 'status', status: 400, match, times: 4 });
    const { grants } = await readPages(everything, position);
    expect(new Set(grants.map(keyOf)).size).toBe(8_000);
  });

  it('that were all read cause no request', async () => {
    const { position } = await readPages(everything);
    expect(await readPages(everything, position)).toMatchObject({ pages: 0, queries: [] });
  });

  it('are requested with low priority in the background only', async () => {
    const normal = await read();
    const low = await read(open().inBackground);
    expect(new Set(normal.requests.map(({ priority }) => priority))).toEqual(new Set([undefined]));
    expect(new Set(low.requests.map(({ priority }) => priority))).toEqual(new Set(['Low']));
  });
});
