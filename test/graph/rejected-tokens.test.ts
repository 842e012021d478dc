import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createCredential } from '../../src/graph/auth/credential.js';
import { createTenantCredential } from '../../src/graph/auth/tenant-credential.js';
import { createDirectory } from '../../src/graph/reads/directory.js';
import type { Directory } from '../../src/jobs/ports/index.js';
import { type Fault, type Simulator, startSimulator } from '../../src/simulator/http/server.js';
import { aTenant } from '../simulator/client.js';
import { rejection } from './scripted-graph.js';

const home = 'aaaaaaaa-0000-4000-8000-000000000001';
const fabrikam = 'bbbbbbbb-0000-4000-8000-000000000002';
const claims = '{"access_token":{"nbf":{"essential":true,"value":"1764150000"}}}';

/** Uses the real identity library, whose caches have a token that is valid for a day. */
describe('in mid-scan, after a failure of one call', () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({
      tenant: aTenant({ id: home, filler: { objects: 2000, seed: 1 } }),
      others: [aTenant({ id: fabrikam, filler: { objects: 2000, seed: 2 } })],
    });
    simulator.tenant(fabrikam).consent();
    Object.assign(process.env, simulator.settings);
  });
  afterEach(() => {
    simulator.clearFaults();
    simulator.tenant(fabrikam).clearFaults();
  });
  afterAll(async () => {
    for (const name of Object.keys(simulator.settings)) delete process.env[name];
    await simulator.close();
  });

  const readers = {
    'a managed identity': { tenantId: home, tokenPath: '/msi/token' },
    'the multi-tenant app': { tenantId: fabrikam, tokenPath: `/${fabrikam}/oauth2/v2.0/token` },
  };

  function open(tenantId: string): Directory {
    const { settings, origin } = simulator;
    const graph = { endpoint: origin, simulated: true };
    const clientId = settings.MULTI_TENANT_CLIENT_ID ?? '';
    const reader = createCredential({ simulated: true, clientId: settings.READER_CLIENT_ID, environment: settings });
    const credential = tenantId === home ? reader : createTenantCredential({ graph, tenantId, clientId, reader });
    return createDirectory({ graph, credential, pageSize: 200, wait: async () => undefined });
  }

  async function list(directory: Directory): Promise<string[]> {
    const ids: string[] = [];
    for await (const { items } of directory.applications([])) ids.push(...items.map(({ appId }) => appId));
    return ids;
  }

  const tokenRequests = (path: string) => simulator.requests.filter((request) => request.path === path).length;
  const revoked = (more: object = {}): Fault => ({ kind: 'token-revoked', times: 1, ...more });

  describe.each(Object.entries(readers))('the rejected token of %s', (_, { tenantId, tokenPath }) => {
    it.each([
      ['without a challenge', undefined],
      ['with a claims challenge', claims],
    ])('is replaced once, and the listing goes on, %s', async (__, required) => {
      const directory = open(tenantId);
      await directory.organization();
      const before = tokenRequests(tokenPath);
      const fault = revoked({ match: { path: '/applications', nth: 3 }, ...(required && { claims: required }) });
      simulator.tenant(tenantId).order(fault);
      expect(await list(directory)).toHaveLength(simulator.tenant(tenantId).counts().applications);
      expect(tokenRequests(tokenPath)).toBe(before + 1);
      // The library has the new token in its cache.
      expect(await list(directory)).toHaveLength(simulator.tenant(tenantId).counts().applications);
      expect(tokenRequests(tokenPath)).toBe(before + 1);
    });

    it('is replaced once for a batch of which one item is rejected, and only that item is repeated', async () => {
      const directory = open(tenantId);
      const appIds = (await list(directory)).slice(0, 15);
      const before = tokenRequests(tokenPath);
      const sent = simulator.requests.length;
      simulator.tenant(tenantId).order({
        kind: 'status',
        status: 401,
        times: 1,
        match: { path: `/applications(appId='${appIds[4]}')` },
      });
      const found = await directory.applicationsByAppId(appIds, []);
      expect([...found.values()].every(Boolean)).toBe(true);
      expect(tokenRequests(tokenPath)).toBe(before + 1);
      const items = simulator.requests.slice(sent).filter(({ inBatch }) => inBatch);
      expect(items).toHaveLength(16);
    });

    it('fails the call when Graph rejects the new token too', async () => {
      const directory = open(tenantId);
      await directory.organization();
      simulator.tenant(tenantId).order(revoked({ match: { path: '/applications' }, times: 2 }));
      expect(await rejection(list(directory))).toMatchObject({ code: 'credential-rejected', call: { attempts: 2 } });
    });
  });

  it.each([408, 500, 502, 503, 504])('only the failed item of a batch is repeated: %s', async (status) => {
    const directory = open(home);
    const appIds = (await list(directory)).slice(0, 15);
    const sent = simulator.requests.length;
    const match = { path: `/applications(appId='${appIds[9]}')` };
    simulator.order({ kind: 'status', status, times: 2, match });
    const found = await directory.applicationsByAppId(appIds, []);
    expect([...found.values()].every(Boolean)).toBe(true);
    const items = simulator.requests.slice(sent).filter(({ inBatch }) => inBatch);
    expect(items).toHaveLength(17);
  });

  it('a batch fails if one item is rejected again with the new token', async () => {
    const directory = open(home);
    const appIds = (await list(directory)).slice(0, 3);
    simulator.order({ kind: 'status', status: 401, times: 2, match: { path: `/applications(appId='${appIds[1]}')` } });
    expect(await rejection(directory.applicationsByAppId(appIds, []))).toMatchObject({ code: 'credential-rejected' });
  });
});
