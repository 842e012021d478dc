import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { anApp, aPassword } from '../../src/rules/testing/cases.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

const expired = aPassword('expired', { endDateTime: '2020-01-01T00:00:00Z' });
/** It lacks a valid credential and a federated one. */
const outdated = anApp('Outdated', { application: { passwordCredentials: [expired] } });
/** It lacks a service principal, and owns no extension property. */
const absent = anApp('Absent', { servicePrincipal: null });
/** It allows assigned users only, and nobody is assigned. */
const unassigned = anApp('Unassigned', { servicePrincipal: { appRoleAssignmentRequired: true } });

/** The list that shows the absence, the app that lacks an entry, and the end of the path. */
const absences = [
  ['federatedIdentityCredentials', outdated, `${outdated.application?.id}/federatedIdentityCredentials`],
  ['extensionProperties', absent, `${absent.application?.id}/extensionProperties`],
  ['appRoleAssignedTo', unassigned, `${unassigned.servicePrincipal?.id}/appRoleAssignedTo`],
] as const;

let laptop: Laptop;
beforeEach(async () => {
  laptop = await aLaptop({ tenant: simulatedTenantOf([outdated, absent, unassigned]) });
});
afterEach(() => laptop.close());

/** Runs a scan, and returns how often it read each list. */
async function readsOfScan(): Promise<Record<string, number>> {
  const before = laptop.simulator.requests.length;
  expect((await laptop.scan()).status).toBe('complete');
  const paths = laptop.simulator.requests.slice(before).map(({ path }) => path);
  return Object.fromEntries(absences.map(([list, , end]) => [list, paths.filter((path) => path.endsWith(end)).length]));
}

async function openIn(): Promise<string[]> {
  return (await laptop.stored()).flatMap(({ appId, status }) => (status === 'open' ? [appId] : []));
}

describe('an empty list', () => {
  it('is read once more before its finding is stored, and once where the finding stays as it is', async () => {
    expect(await readsOfScan()).toEqual({
      federatedIdentityCredentials: 2,
      extensionProperties: 2,
      appRoleAssignedTo: 2,
    });
    const first = await laptop.stored();
    expect(first.length).toBeGreaterThanOrEqual(absences.length);
    expect(await readsOfScan()).toEqual({
      federatedIdentityCredentials: 1,
      extensionProperties: 1,
      appRoleAssignedTo: 1,
    });
    expect(await laptop.stored()).toEqual(first);
  });

  it('is read once more where the finding changes', async () => {
    await readsOfScan();
    const later = aPassword('later', { endDateTime: '2021-01-01T00:00:00Z' });
    laptop.simulator.directory.update('applications', outdated.application?.id ?? '', {
      passwordCredentials: [expired, later],
    });
    expect(await readsOfScan()).toMatchObject({ federatedIdentityCredentials: 2, extensionProperties: 1 });
  });
});

it.each(absences)('an entry of %s that appears ends the stored finding', async (_, app, end) => {
  await readsOfScan();
  expect(await openIn()).toContain(app.appId);
  laptop.simulator.order({
    kind: 'status',
    status: 200,
    body: { value: [{ id: 'added' }] },
    match: { path: new RegExp(end) },
    times: 1,
  });
  await readsOfScan();
  expect(await openIn()).not.toContain(app.appId);
});
