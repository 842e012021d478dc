import { afterEach, describe, expect, it } from '@jest/globals';
import { readConfig } from '../../src/config.js';
import { scanTenant } from '../../src/jobs/scan/scan-tenant.js';
import { demoCases, plantedSecret, simulatedTenantOf } from '../../src/local/demo-tenant.js';
import type { Finding } from '../../src/model/finding/finding.js';
import { permissionsOf } from '../../src/model/rule/permissions.js';
import { appCases, tenantCases } from '../../src/rules/all-cases.js';
import { rules } from '../../src/rules/index.js';
import { aKey, anApp, aSymmetricSigningKey, cleanTenantParts } from '../../src/rules/testing/cases.js';
import { createRuntime } from '../../src/runtime.js';
import type { Fault } from '../../src/simulator/faults/pending-faults.js';
import type { JsonObject } from '../../src/simulator/http/server.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

let laptop: Laptop;
afterEach(() => laptop.close());

describe('a scan of the demo tenant', () => {
  it('finds what every case expects, and nothing else', async () => {
    laptop = await aLaptop();
    const scan = await laptop.scan();
    const expected = [
      ...demoCases.flatMap(({ violations }) => violations),
      ...Object.values(tenantCases).flatMap((cases) =>
        cases.filter(({ demo }) => demo).flatMap(({ violations }) => violations),
      ),
    ];
    expect(scan).toMatchObject({ status: 'complete', errors: [], notExamined: [], heldBack: 0 });
    expect(scan.findings).toEqual({ new: expected.length, open: 0, resolved: 0, suppressed: 0 });
    expect(scan.writes).toBe(expected.length);
    expect(await laptop.stored()).toHaveLength(expected.length);
  });

  it('counts every object once', async () => {
    const apps = [anApp('One'), anApp('Two'), anApp('Three', { servicePrincipal: null })];
    laptop = await aLaptop({ tenant: simulatedTenantOf(apps, undefined, { objects: 5_000, seed: 7 }) });
    const { counts } = await laptop.scan();
    expect(counts).toEqual(laptop.simulator.counts());
    expect(counts.applications + counts.servicePrincipals).toBe(5_000);
  });

  it('finds exactly the violations that the filler plants', async () => {
    laptop = await aLaptop({ tenant: simulatedTenantOf([], undefined, { objects: 8_000, seed: 3, plantEvery: 100 }) });
    await laptop.scan();
    const planted = laptop.simulator.planted();
    expect(planted.length).toBeGreaterThan(20);
    const found = (await laptop.stored()).map(({ objectId, key }) => `${objectId} ${key}`);
    expect(found.sort()).toEqual(planted.map(({ objectId, keyId }) => `${objectId} ${keyId}`).sort());
  });

  it('writes nothing in a second scan if nothing has changed', async () => {
    laptop = await aLaptop();
    const first = await laptop.scan();
    const before = await laptop.stored();
    const second = await laptop.scan();
    expect(second).toMatchObject({ status: 'complete', writes: 0 });
    expect(second.findings).toEqual({ new: 0, open: first.findings.new, resolved: 0, suppressed: 0 });
    expect(await laptop.stored()).toEqual(before);
  });

  it('does nothing for a request whose scan has finished before', async () => {
    laptop = await aLaptop();
    const first = await laptop.scan({ scanId: 'nightly-1' });
    const before = laptop.simulator.requests.length;
    expect(await laptop.scan({ scanId: 'nightly-1' })).toEqual(first);
    const listings = laptop.simulator.requests
      .slice(before)
      .filter(({ path }) => /applications|servicePrincipals/.test(path));
    expect(listings).toEqual([]);
  });
});

describe('a change between two scans', () => {
  const tenant = () =>
    simulatedTenantOf([
      anApp('Payroll Sync', {
        application: { keyCredentials: [aSymmetricSigningKey('payroll'), aKey('payroll-client')] },
      }),
      anApp('Expense Portal', { servicePrincipal: { keyCredentials: [aSymmetricSigningKey('expense')] } }),
      anApp('Loan Desk'),
    ]);
  const payroll = anApp('Payroll Sync');
  const loanDesk = anApp('Loan Desk');
  const history = async (finding: Finding | undefined) =>
    finding ? (await laptop.runtime.findings.history(finding)).map(({ type }) => type) : [];

  it('a key is added: one new finding, the others do not change', async () => {
    laptop = await aLaptop({ tenant: tenant() });
    await laptop.scan();
    const before = await laptop.stored();
    laptop.simulator.directory.addKey('applications', loanDesk.application?.id ?? '', aSymmetricSigningKey('loan'));
    const scan = await laptop.scan();
    expect(scan).toMatchObject({ writes: 1, findings: { new: 1, open: 2, resolved: 0 } });
    const after = await laptop.stored();
    expect(after.filter(({ id }) => before.some((old) => old.id === id))).toEqual(before);
  });

  it('a key is removed: its finding is resolved, and the history has the event', async () => {
    laptop = await aLaptop({ tenant: tenant() });
    await laptop.scan();
    laptop.simulator.directory.removeKey(
      'applications',
      payroll.application?.id ?? '',
      aSymmetricSigningKey('payroll').keyId ?? '',
    );
    const scan = await laptop.scan();
    expect(scan).toMatchObject({ writes: 1, findings: { new: 0, open: 1, resolved: 1 } });
    const resolved = (await laptop.stored()).filter(({ status }) => status === 'resolved');
    expect(resolved.map(({ objectId }) => objectId)).toEqual([payroll.application?.id]);
    expect(await history(resolved[0])).toEqual(['appeared', 'proposed', 'resolved']);
  });

  it('an application is deleted: its findings are resolved because the object is gone', async () => {
    laptop = await aLaptop({ tenant: tenant() });
    await laptop.scan();
    laptop.simulator.directory.delete('applications', payroll.application?.id ?? '');
    const scan = await laptop.scan();
    expect(scan).toMatchObject({ status: 'complete', writes: 1, findings: { open: 1, resolved: 1 } });
    const resolved = (await laptop.stored()).find(({ status }) => status === 'resolved');
    const events = resolved ? await laptop.runtime.findings.history(resolved) : [];
    expect(events.at(-1)).toMatchObject({ type: 'resolved', detail: { because: 'object-gone' } });
  });

  it('a key returns: the finding is new again, and the history has both occurrences', async () => {
    laptop = await aLaptop({ tenant: tenant() });
    const [id, key] = [payroll.application?.id ?? '', aSymmetricSigningKey('payroll')];
    await laptop.scan();
    laptop.simulator.directory.removeKey('applications', id, key.keyId ?? '');
    await laptop.scan();
    laptop.simulator.directory.addKey('applications', id, key);
    expect(await laptop.scan()).toMatchObject({ findings: { new: 1, open: 1, resolved: 0 } });
    const finding = (await laptop.stored()).find(({ objectId }) => objectId === id);
    expect(finding).toMatchObject({ status: 'open', life: 2 });
    expect(await history(finding)).toEqual(['appeared', 'proposed', 'resolved', 'reappeared', 'proposed']);
  });
});

describe('an incomplete view of the directory', () => {
  it('makes no finding on an app whose service principal was created during the listing', async () => {
    const late = anApp('Born Today', { servicePrincipal: null });
    laptop = await aLaptop({ tenant: simulatedTenantOf([late, anApp('Loan Desk')]) });
    // The service principal is created after the listing of service principals.
    const scanned = laptop.scan({
      onProgress: ({ stage }) => {
        if (stage === 'applications' && late.application)
          laptop.simulator.directory.addServicePrincipal({
            ...late.application,
            id: 'c0ffee00-0000-4000-a000-000000000001',
            servicePrincipalType: 'Application',
          } as object as JsonObject);
      },
    });
    expect((await scanned).findings.new).toBe(0);
  });

  it('does not resolve a finding whose object the listing did not show but which still exists', async () => {
    laptop = await aLaptop({
      tenant: simulatedTenantOf([
        anApp('Payroll Sync', { application: { keyCredentials: [aSymmetricSigningKey('payroll')] } }),
      ]),
    });
    await laptop.scan();
    laptop.simulator.order({ kind: 'empty-page', times: 1, match: { path: '/v1.0/applications' } });
    const scan = await laptop.scan();
    expect(scan.findings).toMatchObject({ open: 1, resolved: 0 });
  });

  it('resolves nothing if a complete scan would resolve more than the limit', async () => {
    const apps = Array.from({ length: 12 }, (_, i) =>
      anApp(`App ${i}`, { application: { keyCredentials: [aSymmetricSigningKey(`app ${i}`)] } }),
    );
    laptop = await aLaptop({ tenant: simulatedTenantOf(apps) });
    await laptop.scan();
    for (const [i, { application }] of apps.entries())
      laptop.simulator.directory.removeKey(
        'applications',
        application?.id ?? '',
        aSymmetricSigningKey(`app ${i}`).keyId ?? '',
      );
    const scan = await laptop.scan();
    expect(scan).toMatchObject({ status: 'incomplete', heldBack: 12, writes: 0, findings: { open: 12, resolved: 0 } });
    expect(scan.errors.map(({ code }) => code)).toEqual(['brake-applied']);
  });
});

describe('an error of Graph', () => {
  const faults: [string, Fault][] = [
    ['a 503 twice', { kind: 'status', status: 503, headers: { 'retry-after': '0' }, times: 2 }],
    ['a 429 with a decimal Retry-After', { kind: 'status', status: 429, headers: { 'retry-after': '0.01' }, times: 2 }],
    ['a connection dropped before the answer', { kind: 'drop', when: 'before', times: 1 }],
    ['a connection dropped inside the body', { kind: 'drop', when: 'inside-body', times: 1 }],
    ['malformed JSON once', { kind: 'malformed-json', times: 1 }],
    ['an HTML 502', { kind: 'html-502', times: 1 }],
    ['an expired page token', { kind: 'expired-page-token', times: 1 }],
    ['an object that is shown twice', { kind: 'repeat-object', times: 1 }],
    ['an empty page with a next link', { kind: 'empty-page', times: 1 }],
    ['a refused permission', { kind: 'refused', permission: 'Policy.Read.All', times: 99 }],
    ['a refused listing', { kind: 'refused', times: 99, match: { path: '/v1.0/applications' } }],
    ['garbage for ever', { kind: 'malformed-json', times: 999, match: { path: '/v1.0/applications' } }],
  ];

  it.each(faults)(
    '%s: the scan completes with the same findings, or ends incomplete and resolves nothing',
    async (_name, fault) => {
      const tenant = simulatedTenantOf(
        Object.values(appCases).flatMap((cases) => cases.map(({ app }) => app)),
        undefined,
        { objects: 3_000, seed: 5 },
      );
      laptop = await aLaptop({ tenant });
      await laptop.scan();
      const before = await laptop.stored();
      laptop.simulator.order(fault);
      const scan = await laptop.scan();
      if (scan.status !== 'complete') {
        expect(scan.status).toBe('incomplete');
        expect(scan.errors.length).toBeGreaterThan(0);
        expect(scan.notExamined.length).toBeGreaterThan(0);
      }
      expect(scan.findings).toMatchObject({ new: 0, resolved: 0, open: before.length });
      expect(await laptop.stored()).toEqual(before);
    },
    60_000,
  );

  it('names the missing permission, and examines everything that it may read', async () => {
    laptop = await aLaptop({
      tenant: simulatedTenantOf([
        anApp('Payroll Sync', { application: { keyCredentials: [aSymmetricSigningKey('payroll')] } }),
      ]),
    });
    laptop.withdraw('Policy.Read.All');
    const scan = await laptop.scan();
    expect(scan.status).toBe('incomplete');
    const needing = rules.filter((rule) => permissionsOf(rule).includes('Policy.Read.All')).map(({ id }) => id);
    expect(scan.notExamined).toEqual(
      needing.map((ruleId) => ({
        ruleId,
        permission: 'Policy.Read.All',
        reason: expect.stringContaining('Policy.Read.All'),
      })),
    );
    expect(scan.findings.new).toBe(1);
  });
});

describe('a rule that is turned off', () => {
  it('does not run, and its findings stay', async () => {
    laptop = await aLaptop({ tenant: simulatedTenantOf([anApp('Warehouse API', { servicePrincipal: null })]) });
    await laptop.scan();
    const { runtime } = laptop;
    const rules = runtime.rules.filter(({ id }) => id !== 'require-service-principal');
    laptop.simulator.directory.addServicePrincipal({ appId: anApp('Warehouse API').appId });
    expect(await scanTenant({ ...runtime, rules }, { requestedBy: 'test' })).toMatchObject({
      status: 'complete',
      findings: { open: 1, resolved: 0 },
    });
  });

  it('must exist', async () => {
    laptop = await aLaptop({}, { RULES_OFF: 'require-consent-route, no-symmetric-key-addition' });
    expect(laptop.runtime.rules.map(({ id }) => id)).not.toContain('require-consent-route');
    const settings = { ...laptop.settings, RULES_OFF: 'require-nonsense' };
    await expect(createRuntime(readConfig(settings), settings)).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining('require-nonsense'),
    });
  });
});

describe('secrets of the directory', () => {
  it('are in no row of storage and in no scan', async () => {
    laptop = await aLaptop({ keysInLists: true });
    const scan = await laptop.scan();
    const rows = [JSON.stringify(scan), ...(await laptop.rows())];
    expect(rows.length).toBeGreaterThan(20);
    const encoded = Buffer.from(plantedSecret).toString('base64').slice(0, 16);
    for (const row of rows) {
      expect(row).not.toContain(plantedSecret);
      expect(row).not.toContain(encoded);
    }
  });
});

describe('retention', () => {
  const tenant = () =>
    simulatedTenantOf([anApp('Payroll Sync', { application: { keyCredentials: [aSymmetricSigningKey('payroll')] } })]);
  const afterDays = (days: number) => {
    const { clock } = laptop.runtime;
    return { ...clock, now: () => new Date(Date.parse(clock.now()) + days * 86_400_000).toISOString() };
  };

  it('deletes old resolved findings and old scans, and keeps the whole audit trail', async () => {
    laptop = await aLaptop({ tenant: tenant() });
    await laptop.scan();
    const [finding] = await laptop.stored();
    laptop.simulator.directory.removeKey('applications', finding?.objectId ?? '', finding?.key ?? '');
    await laptop.scan();
    await scanTenant({ ...laptop.runtime, clock: afterDays(399) }, { requestedBy: 'test' });
    expect(await laptop.stored()).toHaveLength(1);
    await scanTenant({ ...laptop.runtime, clock: afterDays(401) }, { requestedBy: 'test' });
    expect(await laptop.stored()).toEqual([]);
    expect(await laptop.runtime.findings.history(finding as Finding)).not.toEqual([]);
    for await (const { fault } of laptop.runtime.findings.verifyAudit(tenant().id)) expect(fault).toBeUndefined();
  });

  it('keeps open findings of any age', async () => {
    laptop = await aLaptop({ tenant: tenant() });
    await laptop.scan();
    await scanTenant({ ...laptop.runtime, clock: afterDays(4000) }, { requestedBy: 'test' });
    expect(await laptop.stored()).toHaveLength(1);
  });
});

it('the clean tenant has no findings', async () => {
  laptop = await aLaptop({ tenant: simulatedTenantOf([anApp('Loan Desk')], { ...cleanTenantParts }) });
  expect((await laptop.scan()).findings).toEqual({ new: 0, open: 0, resolved: 0, suppressed: 0 });
});
