import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { scanDeadlineMinutes } from '../../src/functions/shared-runtime.js';
import type { ScanContext, ScanProgress } from '../../src/jobs/scan/scan-context.js';
import { scanTenant } from '../../src/jobs/scan/scan-tenant.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import type { Scan } from '../../src/model/scan/scan.js';
import { rules } from '../../src/rules/index.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import type { Fault } from '../../src/simulator/faults/pending-faults.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

let laptop: Laptop;
/** The requests that Graph had received when the deadline passed. */
let beforeDeadline = 0;
afterEach(() => laptop.close());

const minutes = 30;
const foreign = 'f0000000-0000-4000-a000-000000000001';
/** Its application belongs to another tenant, so it is judged before the applications are listed. */
const partner = anApp('Partner App', {
  application: null,
  servicePrincipal: { appOwnerOrganizationId: foreign, keyCredentials: [aSymmetricSigningKey('partner')] },
});
const deleted = anApp('Deleted App', {
  application: null,
  servicePrincipal: { appOwnerOrganizationId: foreign, keyCredentials: [aSymmetricSigningKey('deleted')] },
});
const payroll = anApp('Payroll Sync', { application: { keyCredentials: [aSymmetricSigningKey('payroll')] } });

/**
 * Scans until the deadline, which passes when Graph has received a request to this path and the scan has judged a page of
 * each of these listings. Both listings are requested at the same time, so that a request alone decides no order.
 */
async function scanUntil(path: RegExp, ...judged: readonly ScanProgress['stage'][]): Promise<Scan> {
  const { runtime } = laptop;
  const { requests } = laptop.simulator;
  const before = requests.length;
  const stages = new Set<ScanProgress['stage']>();
  const isReached = () =>
    judged.every((stage) => stages.has(stage)) &&
    requests.slice(before).some((request) => path.test(`${request.path}?${request.query}`));
  const reached = async (signal?: AbortSignal) => {
    while (!isReached()) {
      signal?.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    beforeDeadline = requests.length;
  };
  const wait: ScanContext['clock']['wait'] = (milliseconds, signal) =>
    milliseconds === minutes * 60_000 ? reached(signal) : runtime.clock.wait(milliseconds, signal);
  const context: ScanContext = {
    ...runtime,
    knownTenantId: simulatedTenantOf([]).id,
    clock: { ...runtime.clock, wait },
    settings: { ...runtime.settings, deadlineMinutes: minutes },
  };
  return scanTenant(context, { requestedBy: 'test', onProgress: ({ stage }) => stages.add(stage) });
}

describe('a scan that reaches its deadline', () => {
  const cases: [string, RegExp, Fault, ScanProgress['stage'][]][] = [
    [
      'applications do not answer',
      /^\/applications\?\$select/,
      { kind: 'hang', times: 9, match: { path: /^\/applications\?/ } },
      ['servicePrincipals'],
    ],
    [
      'pages never end',
      /^\/applications\?.*skiptoken/,
      { kind: 'loop', times: 9_999, match: { path: /^\/applications\?/ } },
      ['servicePrincipals', 'applications'],
    ],
  ];
  it.each(cases)('because %s, ends incomplete and resolves what it examined', async (_name, path, fault, judged) => {
    const resolved = judged.length;
    laptop = await aLaptop({ tenant: simulatedTenantOf([partner, deleted, payroll]), latency: 5 });
    await scanTenant(laptop.runtime, { requestedBy: 'test' });
    const [principal] = (await laptop.stored()).filter(({ appId }) => appId === partner.appId);
    // Only a direct read can show that it is gone, and the deadline prevents that.
    laptop.simulator.directory.delete('servicePrincipals', deleted.servicePrincipal?.id ?? '');
    laptop.simulator.directory.removeKey('servicePrincipals', principal?.objectId ?? '', principal?.key ?? '');
    const key = aSymmetricSigningKey('payroll').keyId ?? '';
    laptop.simulator.directory.removeKey('applications', payroll.application?.id ?? '', key);
    laptop.simulator.order(fault);
    const scan = await scanUntil(path, ...judged);
    expect(scan).toMatchObject({
      status: 'incomplete',
      errors: [{ code: 'scan-deadline', message: expect.stringContaining('SCAN_DEADLINE_MINUTES') }],
      findings: { new: 0, resolved, open: 3 - resolved },
    });
    expect(scan.notExamined.length).toBeGreaterThan(0);
  });

  it('stores what it found, asks Graph for nothing more, and releases its lease', async () => {
    laptop = await aLaptop({ tenant: simulatedTenantOf([partner, payroll]) });
    laptop.simulator.order({ kind: 'hang', times: 9, match: { path: /^\/applications\?/ } });
    const scan = await scanUntil(/^\/applications\?\$select/, 'servicePrincipals');
    expect(scan).toMatchObject({ status: 'incomplete', findings: { new: 1 } });
    expect((await laptop.stored()).map(({ appId, remediation }) => [appId, remediation?.status])).toEqual([
      [partner.appId, 'proposed'],
    ]);
    const paths = laptop.simulator.requests.map(({ path }) => path);
    expect(paths.slice(beforeDeadline)).toEqual([]);
    laptop.simulator.clearFaults();
    const next = await laptop.scan();
    expect(next).toMatchObject({ status: 'complete', findings: { new: 1, open: 1 } });
    expect((await laptop.stored()).every(({ remediation }) => remediation)).toBe(true);
  });

  it.each(['/auditLogs/signIns', '/policies/authorizationPolicy', '/oauth2PermissionGrants'])(
    'has requested both listings although %s does not answer',
    async (path) => {
      laptop = await aLaptop({ tenant: simulatedTenantOf([payroll]) });
      laptop.simulator.order({ kind: 'hang', times: 9, match: { path } });
      expect(await scanUntil(/^\/applications\?\$select/)).toMatchObject({ status: 'incomplete' });
      expect(laptop.simulator.requests.map((request) => request.path)).toContain('/servicePrincipals');
    },
  );

  it('examines no rule if Graph does not answer at all', async () => {
    laptop = await aLaptop({ tenant: simulatedTenantOf([payroll]) });
    laptop.simulator.order({ kind: 'hang', times: 9, match: { path: '/organization' } });
    const scan = await scanUntil(/^\/organization/);
    expect(scan).toMatchObject({ status: 'incomplete', errors: [{ code: 'scan-deadline' }] });
    expect(scan.notExamined.map(({ ruleId }) => ruleId).sort()).toEqual(rules.map(({ id }) => id).sort());
  });

  it('is not slowed down by a deadline that it does not reach', async () => {
    laptop = await aLaptop({ tenant: simulatedTenantOf([payroll]) });
    expect(await scanUntil(/never/)).toMatchObject({ status: 'complete' });
  });
});

it('ends before the host ends the function, by default', () => {
  const [hours = 0, rest = 0] = JSON.parse(readFileSync('host.json', 'utf8')).functionTimeout.split(':').map(Number);
  expect(scanDeadlineMinutes).toBeLessThanOrEqual(hours * 60 + rest - 15);
  expect(scanDeadlineMinutes).toBeGreaterThan(60);
});
