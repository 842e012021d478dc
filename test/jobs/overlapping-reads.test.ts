import { afterEach, expect, it } from '@jest/globals';
import { maxAuditedObjects } from '../../src/jobs/scan/evidence-reads.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { anApp, aPassword, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

let laptop: Laptop;
afterEach(() => laptop.close());

/** Milliseconds of each answer: longer than the tables need between two requests. */
const latency = 300;
const expired = aPassword('expired', { endDateTime: '2020-01-01T00:00:00Z' });
/** It lacks a valid credential and a federated one. */
const outdated = anApp('Outdated', { application: { passwordCredentials: [expired] } });
/** It lacks a service principal, and owns no extension property. */
const absent = anApp('Absent', { servicePrincipal: null });
const signing = Array.from({ length: maxAuditedObjects + 2 }, (_, n) =>
  anApp(`Signing ${n}`, { application: { keyCredentials: [aSymmetricSigningKey(`Signing ${n}`)] } }),
);

/** The paths of the requests of a scan, in their order, those inside a batch too. */
async function pathsOf(apps: Parameters<typeof simulatedTenantOf>[0]): Promise<string[]> {
  laptop = await aLaptop({ tenant: simulatedTenantOf(apps), latency });
  expect((await laptop.scan()).status).toBe('complete');
  return laptop.simulator.requests.map(({ path }) => path);
}

it('looks up different absences at the same time', async () => {
  const paths = await pathsOf([outdated, absent]);
  const lists = paths.flatMap((path) => /(federatedIdentityCredentials|extensionProperties)$/.exec(path)?.[1] ?? []);
  // An empty list is read twice.
  expect(lists).toHaveLength(4);
  expect(new Set(lists.slice(0, 2)).size).toBe(2);
});

it('reads the audit log and what depends on apps while it confirms absences', async () => {
  const paths = await pathsOf([outdated, absent, ...signing]);
  const lastConfirmed = paths.findLastIndex((path) => path.endsWith('/federatedIdentityCredentials'));
  const audits = paths.filter((path) => path === '/auditLogs/directoryAudits');
  expect(audits).toHaveLength(maxAuditedObjects);
  expect(paths.indexOf('/auditLogs/directoryAudits')).toBeLessThan(lastConfirmed);
  const owners = paths.flatMap((path, at) => (path.endsWith('/owners') ? [at] : []));
  expect(owners[0]).toBeLessThan(lastConfirmed);
  // Each app once: the last batch, which was not full, follows at the end.
  expect(owners).toHaveLength(2 * (signing.length + 2));
  expect(owners.at(-1)).toBeGreaterThan(lastConfirmed);
});

it('reads the audit log from the walk on, beside the absences that it confirms page by page', async () => {
  // The first page of applications has enough findings, and the second the absences.
  const compliant = Array.from({ length: 999 - signing.length }, (_, n) => anApp(`Compliant ${n}`));
  // So many apps are confirmed together, before the walk has ended.
  const lacking = Array.from({ length: 200 }, (_, n) =>
    anApp(`Outdated ${n}`, { application: { passwordCredentials: [expired] } }),
  );
  const paths = await pathsOf([...signing, ...compliant, ...lacking]);
  const confirmed = paths.flatMap((path, at) => (path.endsWith('/federatedIdentityCredentials') ? [at] : []));
  expect(confirmed).toHaveLength(2 * lacking.length);
  expect(paths.indexOf('/auditLogs/directoryAudits')).toBeGreaterThan(0);
  expect(paths.indexOf('/auditLogs/directoryAudits')).toBeLessThan(confirmed.at(-1) ?? 0);
});

it('reads what depends on an app together with what its plan needs', async () => {
  const paths = await pathsOf([absent]);
  const planned = paths.indexOf('/directory/deletedItems/microsoft.graph.servicePrincipal');
  const owners = paths.findLastIndex((path) => path.endsWith('/owners'));
  expect(Math.min(planned, owners)).toBeGreaterThan(0);
  expect(paths.slice(planned, owners).filter((path) => path === '/$batch')).toEqual([]);
});
