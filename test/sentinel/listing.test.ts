import { afterEach, describe, expect, it } from '@jest/globals';
import { suppress } from '../../src/jobs/finding/suppress-finding.js';
import { scanTenant } from '../../src/jobs/scan/scan-tenant.js';
import { demoTenant, simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { withoutLog } from '../../src/model/sentinel/plan-run.js';
import { aKey, anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import type { SimulatedTenant } from '../../src/simulator/http/server.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { addKey, later, loanDesk, logPermission, payroll, requestsSince, runAt } from './sentinel-world.js';

let laptop: Laptop;
afterEach(() => laptop.close());

/** A laptop whose scanner may not read the audit log. */
async function open(tenant: SimulatedTenant = simulatedTenantOf([payroll, loanDesk])): Promise<Laptop> {
  laptop = await aLaptop({ tenant });
  laptop.simulator.roles.revoke(logPermission);
  return laptop;
}

describe('the listing of the objects with keys', () => {
  it('finds a symmetric key with its plan, and a scan then changes nothing', async () => {
    await open();
    const run = await runAt(laptop);
    expect(run).toMatchObject({
      status: 'complete',
      errors: [],
      findings: { new: 1, open: 0, resolved: 0, suppressed: 0 },
      writes: 1,
      counts: { applications: 1, servicePrincipals: 0 },
      sentinel: { listed: { applications: 1, servicePrincipals: 0 }, apps: 1, hasNews: true },
    });
    expect(run.notes).toEqual([withoutLog]);
    const [found] = await laptop.stored();
    expect(found).toMatchObject({ ruleId: 'no-symmetric-signing-key', remediation: { status: 'proposed' } });
    expect(await laptop.scan()).toMatchObject({ status: 'complete', writes: 0, findings: { new: 0, open: 1 } });
    expect(await laptop.stored()).toEqual([found]);
  });

  it('of the demo tenant finds what a scan finds of the rule, and nothing else', async () => {
    await open(demoTenant());
    await runAt(laptop);
    const found = await laptop.stored();
    expect(found.length).toBeGreaterThan(3);
    await laptop.scan();
    const after = await laptop.stored();
    const ofRule = after.filter(({ ruleId }) => ruleId === 'no-symmetric-signing-key');
    expect(ofRule).toEqual(found);
  });

  it('requests the organization and one page of each collection if there is no new key', async () => {
    await open(simulatedTenantOf([loanDesk, anApp('Other', { application: { keyCredentials: [aKey('other')] } })]));
    await runAt(laptop);
    const start = laptop.simulator.requests.length;
    await runAt(laptop);
    const requests = requestsSince(laptop, start);
    expect(requests.filter((path) => !/^\/(organization|applications|servicePrincipals)\b/.test(path))).toEqual([]);
    expect(requests).toHaveLength(3);
    expect(requests.filter((path) => path.includes('keyCredentials/any(k:k/endDateTime ge'))).toHaveLength(2);
  });

  it('requests nothing more for a key that has a finding', async () => {
    await open();
    await runAt(laptop);
    const start = laptop.simulator.requests.length;
    expect(await runAt(laptop)).toMatchObject({
      writes: 0,
      findings: { new: 0, open: 1 },
      sentinel: { hasNews: false },
    });
    expect(requestsSince(laptop, start)).toHaveLength(3);
  });

  async function suppressForADay(): Promise<void> {
    const [found] = await laptop.stored();
    const until = new Date(Date.now() + 86_400_000).toISOString();
    const subject = { tenantId: found?.tenantId ?? '', findingId: found?.id ?? '', author: 'anna' };
    await suppress(laptop.runtime, { ...subject, reason: 'A known add-in.', until });
  }

  it('leaves a suppressed finding suppressed', async () => {
    await open();
    await runAt(laptop);
    await suppressForADay();
    const run = await runAt(laptop);
    expect(run).toMatchObject({
      writes: 0,
      findings: { new: 0, open: 0, suppressed: 1 },
      sentinel: { hasNews: false },
    });
  });

  it('opens a suppressed finding again after the end of its suppression', async () => {
    await open();
    await runAt(laptop);
    await suppressForADay();
    expect(await runAt(laptop, 2 * 24 * 60)).toMatchObject({ writes: 1, sentinel: { hasNews: true } });
    expect((await laptop.stored()).map(({ status }) => status)).toEqual(['open']);
  });

  it('resolves nothing', async () => {
    await open();
    await laptop.scan();
    laptop.simulator.directory.removeKey(
      'applications',
      payroll.application?.id ?? '',
      aSymmetricSigningKey('payroll').keyId ?? '',
    );
    expect(await runAt(laptop)).toMatchObject({ status: 'complete', writes: 0 });
    expect((await laptop.stored()).map(({ status }) => status)).toEqual(['open']);
  });

  it('opens a resolved finding again, but not within minutes after its fix', async () => {
    await open();
    const [id, key] = [payroll.application?.id ?? '', aSymmetricSigningKey('payroll')];
    const scanAt = (minutes: number) => scanTenant(later(laptop.runtime, minutes), { requestedBy: 'test' });
    await scanAt(-60);
    laptop.simulator.directory.removeKey('applications', id, key.keyId ?? '');
    await scanAt(-40);
    laptop.simulator.directory.addKey('applications', id, key);
    // A replica may still show the key that a fix has just removed.
    expect(await runAt(laptop, -35)).toMatchObject({ writes: 0, sentinel: { hasNews: false } });
    expect(await runAt(laptop)).toMatchObject({ writes: 1, findings: { new: 1 }, sentinel: { hasNews: true } });
    expect((await laptop.stored())[0]).toMatchObject({ status: 'open', life: 2 });
  });

  it('says that Graph refuses the filter, and is incomplete', async () => {
    await open();
    laptop.simulator.order({
      kind: 'status',
      status: 400,
      body: { error: { code: 'Request_UnsupportedQuery', message: 'Unsupported.' } },
      match: { path: '/applications' },
      times: 5,
    });
    const run = await runAt(laptop);
    expect(run).toMatchObject({ status: 'incomplete', errors: [{ code: 'graph-rejected' }] });
    expect(run.errors[0]?.message).toContain('refused the filter on keyCredentials of applications');
    expect(run.sentinel?.listedAt).toBeUndefined();
  });

  it('is incomplete if Graph returns fewer objects than it counts', async () => {
    const holders = Array.from({ length: 3 }, (_, n) =>
      anApp(`Holder ${n}`, { application: { keyCredentials: [aKey(`holder-${n}`)] } }),
    );
    laptop = await aLaptop({ tenant: simulatedTenantOf(holders) }, {}, { graphCalls: { pageSize: 2 } });
    laptop.simulator.roles.revoke(logPermission);
    laptop.simulator.order({ kind: 'no-next-link', match: { path: '/applications' }, times: 1 });
    const run = await runAt(laptop);
    expect(run).toMatchObject({ status: 'incomplete', errors: [{ code: 'graph-incomplete' }] });
    expect(run.errors[0]?.message).toContain('Graph counts 3 and returned 2');
  });

  it('sends the header of the advanced query with every page', async () => {
    const holders = Array.from({ length: 3 }, (_, n) =>
      anApp(`Holder ${n}`, { application: { keyCredentials: [aSymmetricSigningKey(`holder-${n}`)] } }),
    );
    laptop = await aLaptop({ tenant: simulatedTenantOf(holders) }, {}, { graphCalls: { pageSize: 1 } });
    laptop.simulator.roles.revoke(logPermission);
    expect(await runAt(laptop)).toMatchObject({ status: 'complete', findings: { new: 3 } });
  });

  it('finds a key on a service principal without an application', async () => {
    const foreign = anApp('Foreign', {
      application: null,
      servicePrincipal: {
        appOwnerOrganizationId: 'f0000000-0000-4000-8000-00000000000f',
        keyCredentials: [aSymmetricSigningKey('foreign')],
      },
    });
    await open(simulatedTenantOf([foreign]));
    expect(await runAt(laptop)).toMatchObject({ findings: { new: 1 } });
    const found = await laptop.stored();
    await laptop.scan();
    expect((await laptop.stored()).filter(({ id }) => id === found[0]?.id)).toEqual(found);
  });

  it('lists nothing if the rule is turned off, and says so', async () => {
    laptop = await aLaptop({ tenant: simulatedTenantOf([payroll]) }, { RULES_OFF: 'no-symmetric-signing-key' });
    laptop.simulator.roles.revoke(logPermission);
    const run = await runAt(laptop);
    expect(run).toMatchObject({ status: 'complete', writes: 0 });
    expect(run.notes.join()).toContain('turned off');
  });

  it('a new key on the same object is a new finding', async () => {
    await open();
    await laptop.scan();
    addKey(laptop, payroll, 'second');
    expect(await runAt(laptop)).toMatchObject({ writes: 1, findings: { new: 1, open: 1 } });
  });
});
