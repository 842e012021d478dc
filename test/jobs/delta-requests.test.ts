import { afterEach, describe, expect, it } from '@jest/globals';
import { maxAuditedObjects } from '../../src/jobs/scan/evidence-reads.js';
import { demoTenant, simulatedTenantOf } from '../../src/local/demo-tenant.js';
import type { GivenParts } from '../../src/local/simulated-parts.js';
import { anApp, cleanTenantParts } from '../../src/rules/testing/cases.js';
import type { Fault, SimulatedTenant } from '../../src/simulator/http/server.js';
import { aDeltaLaptop } from '../support/delta-laptop.js';
import type { Laptop } from '../support/laptop.js';

const laptops: Laptop[] = [];
afterEach(() => Promise.all(laptops.splice(0).map((laptop) => laptop.close())));

async function deltaLaptop(tenant: SimulatedTenant) {
  const { night: runNight, ...parts } = await aDeltaLaptop({ tenant });
  laptops.push(parts.laptop);
  /** Runs a scan. @returns it with the requests that it sent, and the ones inside their batches */
  const night = async (days: number) => {
    const { scan, requests } = await runNight(days);
    const all = requests.filter(({ path }) => !path.startsWith('/msi'));
    const alone = all.filter(({ inBatch }) => !inBatch).map(({ method, path }) => `${method} ${path}`);
    return { ...scan, alone, batched: all.filter(({ inBatch }) => inBatch).map(({ path }) => path) };
  };
  return { ...parts, night };
}

const changedOf = (directory: Laptop['simulator']['directory'], from: number) => {
  // The generated objects follow those of the demo tenant.
  for (const name of ['applications', 'servicePrincipals'] as const) {
    const collection = directory.collection(name);
    for (let at = 0; at < 50; at++) {
      const id = collection.visible(from + at)?.id;
      directory.update(name, String(id), { displayName: `Changed ${from} ${at}` });
    }
  }
};

describe('the requests of a night with delta queries', () => {
  it('are the organization, two batches, and one batch of evidence, with 100 changes and a new finding', async () => {
    // In each night, the log is read for findings of the first night, too.
    const { laptop, directory, night } = await deltaLaptop(demoTenant({ objects: 3_000, plantEvery: 100 }));
    await night(0);
    await night(1);
    changedOf(directory, 500);
    directory.addKey('applications', String(directory.collection('applications').visible(700)?.id));
    const changed = await night(2);
    expect(changed).toMatchObject({ status: 'complete', delta: { used: true, changes: 101 }, findings: { new: 1 } });
    expect(changed.alone).toEqual(['GET /organization', 'POST /$batch', 'POST /$batch', 'POST /$batch']);
    expect(changed.batched.filter((path) => path === '/auditLogs/directoryAudits')).toHaveLength(maxAuditedObjects);

    const unchanged = await night(3);
    expect(unchanged.alone.length).toBeLessThanOrEqual(4);
    // A full scan has the same findings.
    expect(await laptop.scan({ resetDelta: true })).toMatchObject({ status: 'complete', writes: 0 });
  });

  it('read two further pages of changes in one batch', async () => {
    const { directory, night } = await deltaLaptop(demoTenant({ objects: 3_000 }));
    await night(0);
    await night(1);
    for (const from of [500, 550, 600]) changedOf(directory, from);
    const { delta, alone } = await night(2);
    expect(delta).toMatchObject({ used: true, changes: 300 });
    expect(alone.filter((request) => request.includes('delta'))).toEqual([]);
    expect(alone.length).toBeLessThanOrEqual(5);
  });

  it('read a page of changes on its own if Graph refuses it inside a batch', async () => {
    const { simulator, directory, night } = await deltaLaptop(demoTenant({ objects: 3_000 }));
    await night(0);
    for (const from of [500, 550, 600]) changedOf(directory, from);
    const match = { path: /applications\/delta\?\$skiptoken/ };
    simulator.order({ kind: 'status', status: 429, headers: { 'Retry-After': '0.01' }, match, times: 1 });
    const { status, delta, alone } = await night(1);
    expect(status).toBe('complete');
    expect(delta).toMatchObject({ used: true, changes: 300 });
    expect(alone.filter((request) => request.includes('delta'))).toEqual(['GET /applications/delta']);
  });
});

describe('what the last night read of the tenant', () => {
  const id = (n: number) => `6f0c5a3e-4b7c-4a55-9a30-0f1d9e5a000${n}`;
  const query = (n: number) => `/users/${id(n)}`;
  const reviewers = (...numbers: number[]) => ({
    isEnabled: true,
    reviewers: numbers.map((n) => ({ query: query(n), queryType: 'MicrosoftGraph' })),
  });
  const parts = {
    adminConsentRequestPolicy: reviewers(1),
    consentReviewers: [
      { query: query(1), state: 'live' },
      { query: query(2), state: 'disabled' },
    ],
  } as GivenParts;
  const open = async (laptop: Laptop) =>
    (await laptop.stored()).filter(({ ruleId, status }) => ruleId === 'require-live-reviewers' && status === 'open');
  const started = () => deltaLaptop(simulatedTenantOf([anApp('Payroll')], { ...cleanTenantParts, ...parts }));

  it('is read with the policy that names the reviewers, and is no answer for other reviewers', async () => {
    const { laptop, directory, night } = await started();
    await night(0);
    const second = await night(1);
    expect(second.batched).toContain(query(1));
    expect(second.alone).toEqual(['GET /organization', 'POST /$batch']);
    // An empty list is read once.
    expect(second.batched.filter((path) => path.endsWith('/delegatedPermissionClassifications'))).toHaveLength(1);
    expect(await open(laptop)).toEqual([]);

    directory.policies.replace('adminConsentRequestPolicy', reviewers(2));
    const third = await night(2);
    expect(third).toMatchObject({ status: 'complete', findings: { new: 1 } });
    expect(await open(laptop)).toHaveLength(1);
  });

  it.each<[string, Fault]>([
    ['throttles', { kind: 'status', status: 429, headers: { 'Retry-After': '0.01' }, times: 1 }],
    ['does not answer', { kind: 'status', status: 503, times: 1 }],
  ])('is read on its own if Graph %s it inside the batch', async (_, fault) => {
    const { laptop, simulator, night } = await started();
    await night(0);
    simulator.order({ ...fault, match: { path: query(1) } });
    const { status, alone } = await night(1);
    expect(status).toBe('complete');
    expect(alone).toContain(`GET ${query(1)}`);
    expect(await open(laptop)).toEqual([]);
  });

  const refusal = { kind: 'status', status: 403, match: { path: query(1) }, times: Number.POSITIVE_INFINITY } as const;

  it('is not examined if Graph refuses it', async () => {
    const { simulator, night } = await started();
    await night(0);
    simulator.order(refusal);
    const refused = await night(1);
    expect(refused.status).toBe('incomplete');
    expect(refused.notExamined.map(({ ruleId }) => ruleId)).toContain('require-live-reviewers');
  });

  it('does not matter if the policy names it no more', async () => {
    const { laptop, simulator, directory, night } = await started();
    await night(0);
    simulator.order(refusal);
    directory.policies.replace('adminConsentRequestPolicy', reviewers(2));
    expect(await night(1)).toMatchObject({ status: 'complete', findings: { new: 1 } });
    expect(await open(laptop)).toHaveLength(1);
  });
});
