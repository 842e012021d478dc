import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createCredential } from '../../src/graph/auth/credential.js';
import { createDirectory } from '../../src/graph/reads/directory.js';
import type { Directory, DirectoryPage } from '../../src/jobs/ports/index.js';
import { type Fault, type Simulator, startSimulator } from '../../src/simulator/http/server.js';
import { rejection } from './scripted-graph.js';

const id = '9f0c0d6e-0000-4000-8000-0000000000aa';
const tenant = {
  id,
  displayName: 'Contoso',
  applications: [],
  servicePrincipals: [],
  policies: {
    authorizationPolicy: {
      id: 'authorizationPolicy',
      defaultUserRolePermissions: { permissionGrantPoliciesAssigned: [], allowedToCreateApps: true },
    },
    adminConsentRequestPolicy: { isEnabled: true, reviewers: [] },
  },
  filler: { objects: 9000, seed: 1 },
};

/** Uses the simulator with the real identity library and the real Graph client. */
describe('the directory of a simulated tenant', () => {
  let simulator: Simulator;

  beforeAll(async () => {
    simulator = await startSimulator({ tenant, keysInLists: true });
    Object.assign(process.env, simulator.settings);
  });
  afterEach(() => simulator.clearFaults());
  afterAll(async () => {
    for (const name of Object.keys(simulator.settings)) delete process.env[name];
    await simulator.close();
  });

  function open(): Directory {
    const clientId = simulator.settings.READER_CLIENT_ID;
    return createDirectory({
      graph: { endpoint: simulator.origin, simulated: true },
      credential: createCredential({ simulated: true, clientId, environment: simulator.settings }),
      timeout: 2000,
      wait: async () => undefined,
    });
  }

  async function idsOf(pages: AsyncIterable<DirectoryPage<{ id: string }>>): Promise<string[]> {
    const ids: string[] = [];
    for await (const page of pages) ids.push(...page.items.map((item) => item.id));
    return ids;
  }

  it('is listed completely, in full pages', async () => {
    const directory = open();
    const ids = await idsOf(directory.servicePrincipals(['keyCredentials', 'passwordCredentials', 'appRoles', 'tags']));
    expect(new Set(ids).size).toBe(simulator.counts().servicePrincipals);
    expect(ids).toHaveLength(simulator.counts().servicePrincipals);
    expect(directory.stats).toEqual({ pages: 6, requests: 6, retries: 0, resourceUnits: 6 });
  });

  const match = { path: '/applications', nth: 2 };
  it.each<Fault>([
    { kind: 'status', status: 429, headers: { 'Retry-After': '2.128' }, match, times: 2 },
    { kind: 'status', status: 503, match, times: 2 },
    { kind: 'drop', when: 'before', match, times: 2 },
    { kind: 'drop', when: 'inside-body', match, times: 2 },
    { kind: 'malformed-json', match, times: 2 },
    { kind: 'html-502', match, times: 2 },
    { kind: 'hang', match, times: 1 },
    { kind: 'expired-page-token', match, times: 1 },
    { kind: 'repeat-object', match, times: 1 },
    { kind: 'empty-page', match, times: 1 },
  ])('is listed completely, each object once, despite %j', async (fault) => {
    simulator.order(fault);
    const ids = await idsOf(open().applications(['keyCredentials', 'requiredResourceAccess', 'web']));
    expect(ids).toHaveLength(simulator.counts().applications);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is not listed in part: a refused page fails the listing', async () => {
    simulator.order({ kind: 'refused', match, times: Number.POSITIVE_INFINITY });
    expect(await rejection(idsOf(open().applications([])))).toMatchObject({ code: 'permission-missing' });
  });

  it('has an id, counts and policies', async () => {
    const directory = open();
    expect((await directory.organization()).id).toBe(id);
    expect(await directory.count('applications')).toBe(simulator.counts().applications);
    expect(await directory.tenantPart('authorizationPolicy')).toEqual(tenant.policies.authorizationPolicy);
    expect(await directory.tenantPart('adminConsentRequestPolicy')).toEqual({ isEnabled: true, reviewers: [] });
  });

  it('returns existing objects to direct reads', async () => {
    const directory = open();
    const applications: { id: string; appId: string }[] = [];
    for await (const page of directory.applications([])) applications.push(...page.items);
    const some = applications.slice(0, 30);
    const absent = '00000000-0000-4000-8000-000000000000';
    expect(await directory.existing('applications', [...some.map((app) => app.id), absent])).toEqual(
      new Set(some.map((app) => app.id)),
    );
    const appIds = [...some.map(({ appId }) => appId), absent];
    const found = await directory.servicePrincipalsByAppId(appIds, ['accountEnabled']);
    expect([...found.keys()]).toEqual(appIds);
    expect(found.get(appIds[0] ?? '')).toMatchObject({ appId: appIds[0], accountEnabled: true });
    expect(found.get(absent)).toBeUndefined();
  });
});
