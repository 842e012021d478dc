import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { examineInstallation } from '../../src/jobs/doctor/doctor.js';
import { demoTenant, simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { asking, microsoftGraph, userRead, userReadAll } from '../../src/rules/testing/case-apis.js';
import { anApp } from '../../src/rules/testing/cases.js';
import type { Fault, JsonObject, SimulatorOptions } from '../../src/simulator/http/server.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

const laptops: Laptop[] = [];
afterEach(() => Promise.all(laptops.splice(0).map((laptop) => laptop.close())));

const day = 86_400_000;
/** Each requests two permissions. Only an administrator can grant the second. */
const apps = [1, 2, 3].map((n) =>
  anApp(`App ${n}`, { application: asking({ of: microsoftGraph, scopes: [userRead, userReadAll] }) }),
);
const grantOf = (n: number, scope: string, consentType = 'AllPrincipals'): JsonObject => ({
  id: `g-${n}_Ab`,
  clientId: apps[n - 1]?.servicePrincipal?.id ?? '',
  resourceId: microsoftGraph.servicePrincipal?.id ?? '',
  consentType,
  principalId: consentType === 'Principal' ? 'f0000000-0000-4000-8000-000000000001' : null,
  scope,
});
const whole = `${userRead.value} ${userReadAll.value}`;
const match = { path: '/oauth2PermissionGrants/delta' };

async function deltaLaptop(options: Partial<SimulatorOptions> = {}) {
  const tenant = { ...simulatedTenantOf(apps), oauth2PermissionGrants: [grantOf(1, whole), grantOf(2, whole)] };
  const laptop = await aLaptop(
    { tenant, keysInDelta: true, tokenLifetime: 999 * day, ...options },
    { DELTA_SCANS: 'on', INVENTORY_KEY: randomBytes(32).toString('base64'), MAX_RESOLVED_PERCENT: '100' },
  );
  laptops.push(laptop);
  const { simulator } = laptop;
  const { grants } = simulator.directory;
  /** Runs a scan some days after the start. @returns it with the number of listings of all grants, and the apps without consent */
  const night = async (days: number) => {
    simulator.setClockSkew(days * day);
    const before = simulator.requests.length;
    const scan = await laptop.scan();
    const listings = simulator.requests
      .slice(before)
      .filter(({ path, query }) => path === '/oauth2PermissionGrants' && !query.includes('filter'));
    const open = (await laptop.stored()).filter(
      ({ ruleId, status }) => ruleId === 'require-granted-permission' && status === 'open',
    );
    return { ...scan, listings: listings.length, lacking: open.map(({ displayName }) => displayName).sort() };
  };
  return { laptop, simulator, grants, night };
}

describe('a scan with delta queries of grants', () => {
  it.each(['selected', 'changed'] as const)(
    'finds created, narrowed, widened and removed grants without a listing (%s properties)',
    async (deltaProperties) => {
      const { grants, night } = await deltaLaptop({ deltaProperties });
      expect(await night(0)).toMatchObject({ status: 'complete', listings: 1, lacking: ['App 3'] });
      grants.push(grantOf(3, whole));
      Object.assign(grants[0] as object, { scope: userRead.value });
      grants.splice(1, 1);
      expect(await night(1)).toMatchObject({
        status: 'complete',
        delta: { used: true },
        listings: 0,
        lacking: ['App 1', 'App 2'],
      });
      Object.assign(grants[0] as object, { scope: whole });
      grants.push(grantOf(2, whole, 'Principal'));
      // The grant of one user does not serve the others.
      expect(await night(2)).toMatchObject({ listings: 0, lacking: ['App 2'] });
      expect(await night(3)).toMatchObject({ listings: 0, lacking: ['App 2'], writes: 0 });
      const full = await night(6.9);
      expect(full).toMatchObject({ delta: { used: false }, listings: 1, lacking: ['App 2'], writes: 0 });
      expect(full.delta).not.toHaveProperty('suspected');
    },
  );

  it.each<[string, Partial<Fault>]>([
    ['an expired token', { kind: 'delta-expired' }],
    ['a reset', { kind: 'delta-reset' }],
    ['a refusal', { kind: 'status', status: 403 }],
    ['the answer 404', { kind: 'status', status: 404 }],
    ['the answer 501', { kind: 'status', status: 501 }],
    ['an answer that is no delta', { kind: 'status', status: 200, body: { value: [] } }],
  ])('reads all grants after %s, and says so', async (_name, fault) => {
    const { grants, night, simulator } = await deltaLaptop();
    await night(0);
    grants.splice(0, 1);
    simulator.order({ match, times: 1, ...fault } as Fault);
    const read = await night(1);
    expect(read).toMatchObject({
      status: 'complete',
      delta: { used: true, grantsReason: expect.stringMatching(/\.$/) },
      notes: expect.arrayContaining([expect.stringContaining('The scan read all permission grants.')]),
      listings: 1,
      lacking: ['App 1', 'App 3'],
    });
    expect(await night(2)).toMatchObject({ delta: { used: true }, listings: 0, lacking: ['App 1', 'App 3'] });
  });

  it('reads all grants in every scan if Graph refuses the delta', async () => {
    const { grants, night, simulator } = await deltaLaptop();
    simulator.order({ kind: 'status', status: 403, match, times: 99 });
    expect(await night(0)).toMatchObject({ status: 'complete', listings: 1, lacking: ['App 3'] });
    grants.splice(0, 1);
    expect(await night(1)).toMatchObject({
      status: 'complete',
      delta: { used: true, grantsReason: expect.any(String) },
      notes: expect.arrayContaining([expect.stringContaining('needs the application permission Directory.Read.All')]),
      listings: 1,
      lacking: ['App 1', 'App 3'],
    });
  });

  it.each(['delta-replay', 'delta-repeat', 'empty-page'] as const)('is right after the fault %s', async (kind) => {
    const { grants, night, simulator } = await deltaLaptop();
    await night(0);
    Object.assign(grants[0] as object, { scope: userRead.value });
    simulator.order({ kind, match, times: 1 });
    expect(await night(1)).toMatchObject({ listings: 0, lacking: ['App 1', 'App 3'] });
    Object.assign(grants[0] as object, { scope: whole });
    simulator.order({ kind, match, times: 1 });
    expect(await night(2)).toMatchObject({ listings: 0, lacking: ['App 3'] });
  });

  it('reads all grants if a changed one has undocumented values', async () => {
    const { grants, night } = await deltaLaptop();
    await night(0);
    grants.push(grantOf(3, whole));
    const malformed = { ...grantOf(3, whole), clientId: '' };
    grants[2] = malformed;
    const read = await night(1);
    expect(read.delta).toMatchObject({ grantsReason: expect.stringContaining('undocumented values') });
    expect(read).toMatchObject({
      status: 'incomplete',
      listings: 1,
      errors: [{ code: 'graph-malformed' }],
    });
    grants[2] = grantOf(3, whole);
    expect(await night(2)).toMatchObject({ status: 'complete', lacking: [] });
  });

  it('reads all grants if their inventory was forged', async () => {
    const { laptop, night } = await deltaLaptop();
    await night(0);
    const { inventory } = laptop.storage.raw;
    for await (const { partitionKey = '', rowKey = '' } of inventory.listEntities())
      if (/oauth2PermissionGrants_0/i.test(rowKey)) await inventory.deleteEntity(partitionKey, rowKey);
    expect(await night(1)).toMatchObject({
      delta: { used: true, grantsReason: expect.stringContaining('authentic') },
      listings: 1,
      lacking: ['App 3'],
    });
  });

  it('switches delta queries of grants off when they miss a change, and goes on with those of objects', async () => {
    const { laptop, grants, night } = await deltaLaptop({ grantScopesInDelta: false });
    await night(0);
    Object.assign(grants[0] as object, { scope: userRead.value });
    expect(await night(1)).toMatchObject({ listings: 0, lacking: ['App 3'] });
    expect(await night(6.9)).toMatchObject({ delta: { used: false, suspected: 1 }, lacking: ['App 1', 'App 3'] });
    expect(await night(8)).toMatchObject({
      delta: { used: true, missed: 1 },
      warnings: expect.arrayContaining([expect.stringContaining('missed changes of 1 permission grant: g-1_Ab')]),
      listings: 1,
      lacking: ['App 1', 'App 3'],
    });
    expect(await night(9)).toMatchObject({
      delta: { used: true },
      notes: expect.arrayContaining([expect.stringContaining('scan --reset-delta')]),
      listings: 1,
    });
    const checks = await examineInstallation(await laptop.runtime.doctor());
    expect(checks.filter(({ check }) => check === 'delta')).toMatchObject([
      { outcome: 'warning', detail: expect.stringContaining('changes of 1 permission grant') },
    ]);
    await laptop.scan({ resetDelta: true });
    expect(await night(10)).toMatchObject({ delta: { used: true }, listings: 0 });
  });
});

describe('the lookups of the night before', () => {
  it('are as fresh as the scan', async () => {
    const closed = anApp('Closed', { servicePrincipal: { appRoleAssignmentRequired: true } });
    const { laptop, night, simulator } = await deltaLaptop({ tenant: simulatedTenantOf([closed]) });
    const assignment = { id: 'a1', resourceId: closed.servicePrincipal?.id ?? '', principalId: 'x', appRoleId: 'r' };
    const open = async () =>
      (await laptop.stored()).filter(({ ruleId, status }) => ruleId === 'require-assignment' && status === 'open')
        .length;
    await night(0);
    expect(await open()).toBe(1);
    expect(await night(1)).toMatchObject({ delta: { used: true }, writes: 0 });
    simulator.directory.appRoleAssignments.push(assignment);
    await night(2);
    expect(await open()).toBe(0);
    simulator.directory.appRoleAssignments.pop();
    await night(3);
    expect(await open()).toBe(1);
  });

  it('are read when they are needed if Graph does not answer them before', async () => {
    const closed = anApp('Closed', { servicePrincipal: { appRoleAssignmentRequired: true } });
    const { night, simulator } = await deltaLaptop({ tenant: simulatedTenantOf([closed]) });
    await night(0);
    simulator.order({ kind: 'status', status: 403, match: { path: /appRoleAssignedTo/ }, times: 1 });
    expect(await night(1)).toMatchObject({ status: 'complete', delta: { used: true }, writes: 0 });
  });
});

describe('the requests of a night without changes', () => {
  it('are three, for a tenant with findings that rest on lookups', async () => {
    const { night, simulator } = await deltaLaptop({
      tenant: { ...demoTenant(), filler: { objects: 3_000, seed: 7, plantEvery: 1_000 } },
    });
    await night(0);
    let last = await night(0.01);
    // Each scan reads the audit log of ten objects, until the changes behind all findings are known.
    for (let scans = 2; scans < 6; scans++) last = await night(scans * 0.01);
    const paths = simulator.requests.slice(-60).filter(({ inBatch }) => !inBatch);
    expect(last).toMatchObject({ status: 'complete', delta: { used: true }, listings: 0 });
    expect(paths.slice(-3).map(({ path }) => path)).toEqual(['/organization', '/$batch', '/$batch']);
    expect(last.requests).toBe(3);
  });
});
