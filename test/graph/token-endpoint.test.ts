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
const requests = { timeout: 300, retryDelay: 1 };
/** The library replaces a token that expires within five minutes: every call requests one. */
const tokenLifetime = 200;

/** Uses the real identity library and its own repetitions, with short waits. */
describe('the token endpoint', () => {
  let simulator: Simulator;
  beforeAll(async () => {
    const others = [aTenant({ id: fabrikam, displayName: 'Fabrikam' })];
    simulator = await startSimulator({ tenant: aTenant({ id: home }), others, tokenLifetime });
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

  function open(tenantId: string): Directory {
    const { settings, origin } = simulator;
    const graph = { endpoint: origin, simulated: true };
    const common = { simulated: true, environment: settings, requests };
    const reader = createCredential({ ...common, clientId: settings.READER_CLIENT_ID });
    const app = { graph, tenantId, clientId: settings.MULTI_TENANT_CLIENT_ID ?? '', requests };
    const credential = tenantId === home ? reader : createTenantCredential({ ...app, reader });
    return createDirectory({ graph, credential, wait: async () => undefined });
  }

  const endpoints = [
    [home, '/msi/token'],
    [fabrikam, `/${fabrikam}/oauth2/v2.0/token`],
  ] as const;
  const faults: Fault[] = [
    { kind: 'malformed-json', times: 2 },
    { kind: 'drop', when: 'before', times: 2 },
    { kind: 'drop', when: 'inside-body', times: 2 },
    { kind: 'hang', times: 2 },
    { kind: 'status', status: 500, times: 2 },
    { kind: 'status', status: 503, times: 2 },
  ];
  const cases = endpoints.flatMap(([tenantId, path]) => faults.map((fault) => [path, fault, tenantId] as const));

  it.each(cases)('%s is asked again after %j', async (path, fault, tenantId) => {
    simulator.tenant(tenantId).order({ ...fault, match: { path } });
    const before = simulator.requests.filter((request) => request.path === path).length;
    expect((await open(tenantId).organization()).id).toBe(tenantId);
    expect(simulator.requests.filter((request) => request.path === path).length).toBeGreaterThanOrEqual(before + 3);
  });

  it.each(cases)('%s is asked four times, and then there is no credential: %j', async (path, fault, tenantId) => {
    simulator.tenant(tenantId).order({ ...fault, times: Number.POSITIVE_INFINITY, match: { path } });
    const before = simulator.requests.filter((request) => request.path === path).length;
    expect(await rejection(open(tenantId).organization())).toMatchObject({ code: 'credential-missing' });
    expect(simulator.requests.filter((request) => request.path === path)).toHaveLength(before + 4);
  });
});
