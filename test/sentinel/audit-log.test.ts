import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { maxChangePages } from '../../src/graph/reads/directory-changes.js';
import { demoTenant, simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { withoutLog } from '../../src/model/sentinel/plan-run.js';
import { anApp } from '../../src/rules/testing/cases.js';
import type { SimulatedTenant } from '../../src/simulator/http/server.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { addKey, loanDesk, logChange, payroll, requestsSince, runAt } from './sentinel-world.js';

let laptop: Laptop;
beforeEach(async () => {
  laptop = await aLaptop({ tenant: simulatedTenantOf([payroll, loanDesk]) });
});
afterEach(() => laptop.close());

const day = 24 * 60;

describe('the sentinel with the audit log', () => {
  it('lists in its first run, and then examines only the apps that the log names', async () => {
    const first = await runAt(laptop, -10);
    expect(first).toMatchObject({ status: 'complete', notes: [], findings: { new: 1 } });
    expect(first.sentinel).toMatchObject({ listedAt: first.startedAt, position: first.startedAt });
    addKey(laptop);
    logChange(laptop);
    const start = laptop.simulator.requests.length;
    const second = await runAt(laptop);
    expect(second).toMatchObject({ status: 'complete', errors: [], findings: { new: 1, open: 0 }, writes: 1 });
    expect(second.sentinel).toMatchObject({ audit: { entries: 1, objects: 1 }, apps: 1, hasNews: true });
    expect(second.sentinel?.listed).toBeUndefined();
    expect(second.sentinel?.position).toBe(second.startedAt);
    expect(requestsSince(laptop, start).filter((path) => path.includes('keyCredentials/any'))).toEqual([]);
    const found = await laptop.stored();
    await laptop.scan();
    expect((await laptop.stored()).filter(({ id }) => found.some((one) => one.id === id))).toEqual(found);
  });

  it('does not examine an app that the log does not name', async () => {
    await runAt(laptop, -10);
    addKey(laptop);
    logChange(laptop, payroll);
    expect(await runAt(laptop)).toMatchObject({ findings: { new: 0, open: 1 }, writes: 0 });
  });

  it.each([
    ['Add user', 'Application'],
    ['Delete application', 'Application'],
  ])('does not follow the activity %s', async (activity, type) => {
    await runAt(laptop, -10);
    addKey(laptop);
    logChange(laptop, loanDesk, { activity, type });
    expect(await runAt(laptop)).toMatchObject({ writes: 0, sentinel: { audit: { entries: 1, objects: 0 } } });
  });

  it('examines an app whose entry arrives late', async () => {
    await runAt(laptop, -60);
    addKey(laptop);
    await runAt(laptop, -30);
    logChange(laptop, loanDesk, { minutes: -55 });
    expect(await runAt(laptop, -20)).toMatchObject({ findings: { new: 1 }, writes: 1 });
  });

  it('lists again after six hours, which finds a key whose entry never came', async () => {
    await runAt(laptop, -7 * 60);
    await runAt(laptop, -60 * 2);
    addKey(laptop);
    const run = await runAt(laptop);
    expect(run.sentinel?.listed).toBeDefined();
    expect(run).toMatchObject({ findings: { new: 1 }, writes: 1 });
  });

  it('lists instead of the log after a long pause, and says so', async () => {
    await runAt(laptop, -8 * day);
    addKey(laptop);
    const run = await runAt(laptop);
    expect(run.notes.join()).toContain('may no longer have all entries');
    expect(run.sentinel?.audit).toBeUndefined();
    expect(run).toMatchObject({ status: 'complete', writes: 1, sentinel: { position: run.startedAt } });
  });

  /** The second run in a tenant with these entries, after a key was added. */
  async function runWithLog(directoryAudits: NonNullable<SimulatedTenant['directoryAudits']>) {
    await laptop.close();
    laptop = await aLaptop({ tenant: { ...simulatedTenantOf([loanDesk]), directoryAudits } });
    await runAt(laptop, -10);
    addKey(laptop);
    return runAt(laptop);
  }

  it('lists if the log has more pages than the bound, and says so', async () => {
    const entries = maxChangePages * 1_000 + 1;
    const directoryAudits = Array.from({ length: entries }, (_, n) => ({
      id: `a${n}`,
      minutesAgo: 1,
      activityDisplayName: 'Add user',
      targetResources: [],
    }));
    const run = await runWithLog(directoryAudits);
    expect(run.notes.join()).toContain('more than 10,000 entries');
    expect(run).toMatchObject({ status: 'complete', writes: 1, sentinel: { position: run.startedAt } });
  });

  it('lists if the log names more apps than the bound, and says so', async () => {
    const directoryAudits = Array.from({ length: 501 }, (_, n) => ({
      id: `a${n}`,
      minutesAgo: 1,
      activityDisplayName: 'Update application',
      targetResources: [
        { id: `f0000000-0000-4000-8000-${String(n).padStart(12, '0')}`, type: 'Application', displayName: 'Gone' },
      ],
    }));
    const run = await runWithLog(directoryAudits);
    expect(run.notes.join()).toContain('names 501 changed objects');
    expect(run).toMatchObject({ status: 'complete', writes: 1, sentinel: { position: run.startedAt } });
    expect(run.sentinel?.listed).toBeDefined();
  });

  it('lists if Graph refuses the log although the token has the permission, and says so once', async () => {
    await runAt(laptop, -10);
    addKey(laptop);
    laptop.simulator.order({ kind: 'refused', match: { path: '/auditLogs/directoryAudits' }, times: 1 });
    const run = await runAt(laptop);
    expect(run.notes).toEqual([withoutLog]);
    expect(run).toMatchObject({ status: 'complete', writes: 1 });
  });

  it('does not move its position if the log cannot be read, and the next run finds the change', async () => {
    const first = await runAt(laptop, -300);
    logChange(laptop, loanDesk, { minutes: -120 });
    laptop.simulator.order({
      kind: 'status',
      status: 400,
      body: { error: { code: 'BadRequest', message: 'x' } },
      match: { path: '/auditLogs/directoryAudits' },
      times: 1,
    });
    const failed = await runAt(laptop, -60);
    expect(failed).toMatchObject({ status: 'incomplete', errors: [{ code: 'graph-rejected' }] });
    expect(failed.sentinel?.position).toBe(first.sentinel?.position);
    expect(await runAt(laptop)).toMatchObject({ status: 'complete', sentinel: { audit: { objects: 1 }, apps: 1 } });
  });

  it('leaves a missing service principal to the scan', async () => {
    await laptop.close();
    const fresh = anApp('Fresh', {
      application: { web: { redirectUris: ['https://fresh.example/signin'] } },
      servicePrincipal: null,
    } as never);
    laptop = await aLaptop({ tenant: simulatedTenantOf([fresh]) });
    await runAt(laptop, -10);
    logChange(laptop, fresh, { activity: 'Add application' });
    expect(await runAt(laptop)).toMatchObject({ status: 'complete', writes: 0, sentinel: { apps: 1 } });
    expect(await laptop.scan()).toMatchObject({ findings: { new: 1 } });
  });

  it('finds of every app of the demo tenant a part of what a scan finds, which then changes none of it', async () => {
    await laptop.close();
    laptop = await aLaptop({ tenant: demoTenant() });
    await runAt(laptop, -10);
    for (const collection of ['applications', 'servicePrincipals'] as const)
      for (const { id, displayName } of laptop.simulator.directory.collection(collection).own()) {
        const type = collection === 'applications' ? 'Application' : 'ServicePrincipal';
        laptop.simulator.logAudit({
          activityDateTime: new Date().toISOString(),
          activityDisplayName: `Update ${type === 'Application' ? 'application' : 'service principal'}`,
          targetResources: [{ id: id ?? '', type, displayName: displayName ?? '' }],
        });
      }
    const run = await runAt(laptop);
    expect(run).toMatchObject({ errors: [] });
    const found = await laptop.stored();
    const rules = new Set(found.map(({ ruleId }) => ruleId));
    expect(rules.size).toBeGreaterThan(3);
    await laptop.scan();
    const after = new Map((await laptop.stored()).map((finding) => [finding.id, finding]));
    expect(found.map(({ id }) => after.get(id))).toEqual(found);
    expect(after.size).toBeGreaterThan(found.length);
  });
});
