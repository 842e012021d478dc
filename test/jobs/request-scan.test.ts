import { afterEach, describe, expect, it } from '@jest/globals';
import type { Outbox } from '../../src/jobs/ports/index.js';
import { approve } from '../../src/jobs/remediation/approve.js';
import { executeRemediation } from '../../src/jobs/remediation/execute.js';
import { messageFor } from '../../src/jobs/remediation/message.js';
import { requestNightlyScan, scanOnRequest } from '../../src/jobs/scan/request-scan.js';
import { scanTenant } from '../../src/jobs/scan/scan-tenant.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { ConsentinelError } from '../../src/model/errors.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { rejection } from '../graph/scripted-graph.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { type RuntimeParts, withParts } from '../support/runtime-parts.js';

let laptop: Laptop | undefined;
afterEach(async () => {
  await laptop?.close();
  laptop = undefined;
});

const payroll = anApp('Payroll Sync', { application: { keyCredentials: [aSymmetricSigningKey('payroll')] } });
const contoso = { ...simulatedTenantOf([payroll]), id: 'aaaaaaaa-0000-4000-8000-00000000000a' };
const fabrikam = { ...simulatedTenantOf([payroll]), id: 'bbbbbbbb-0000-4000-8000-00000000000b' };

describe('the nightly requests of several tenants', () => {
  const occurrence = { last: '2026-11-23T02:00:00Z', next: '2026-11-24T02:00:00Z' };

  it('reach every queue that works; a retry sends all of them again with the same scan id', async () => {
    const sent: Readonly<Record<string, string>>[] = [];
    let broken = true;
    const send: Outbox['send'] = async (_, message) => {
      if (broken && message.tenantId === 'b') throw new ConsentinelError('storage-unavailable', 'The queue is away.');
      sent.push(message);
    };
    const request = () =>
      requestNightlyScan({ outbox: { send, lengths: async () => [] }, clock: { now: () => '' } }, occurrence, [
        'a',
        'b',
        'c',
      ]);
    expect(await rejection(request())).toMatchObject({ code: 'storage-unavailable' });
    broken = false;
    expect(await request()).toEqual({ scanId: expect.stringMatching(/^nightly-/), requestedBy: 'timer' });
    expect(sent.map(({ tenantId }) => tenantId)).toEqual(['a', 'c', 'a', 'b', 'c']);
    expect(new Set(sent.map(({ scanId }) => scanId)).size).toBe(1);
  });
});

describe('a scan request', () => {
  it.each([[{}], [{ TENANT_ID: contoso.id }]])('of another tenant scans nothing, with %j', async (settings) => {
    laptop = await aLaptop({ tenant: contoso }, settings);
    const message = { scanId: 's1', requestedBy: 'timer' };
    const error = await rejection(scanOnRequest(laptop.runtime, { ...message, tenantId: fabrikam.id }));
    expect(error).toMatchObject({ code: 'usage-invalid', message: expect.stringContaining(fabrikam.id) });
    expect(await laptop.rows()).toEqual([]);
    expect(await scanOnRequest(laptop.runtime, { ...message, tenantId: contoso.id })).toMatchObject({
      status: 'complete',
    });
  });
});

describe('an approval', () => {
  /** A laptop of two tenants that has scanned the second. */
  async function scanned(settings: Record<string, string>): Promise<RuntimeParts> {
    laptop = await aLaptop({ tenant: contoso, others: [fabrikam] }, settings);
    laptop.simulator.tenant(fabrikam.id).consent();
    const runtime = withParts(laptop.installation.runtime(fabrikam.id));
    await scanTenant(runtime, { requestedBy: 'test' });
    return runtime;
  }
  async function approved(runtime: RuntimeParts) {
    for await (const { value } of runtime.findings.findings(fabrikam.id)) {
      const subject = { tenantId: fabrikam.id, findingId: value.id, author: 'ada' };
      return approve(runtime, { ...subject, acknowledgeWarnings: true });
    }
    throw new Error('There is no finding.');
  }

  it('is refused in a tenant that is not the home tenant', async () => {
    const error = await rejection(approved(await scanned({})));
    expect(error).toMatchObject({ code: 'decision-refused', message: expect.stringContaining('not the home tenant') });
  });

  it('is not executed if the identity that writes does not belong to the tenant of TENANT_ID', async () => {
    const runtime = await scanned({ TENANT_ID: fabrikam.id });
    const finding = await approved(runtime);
    if (!finding.remediation) throw new Error('There is no plan.');
    // A fault of the settings is not an outcome of the plan: the approval stays, and nothing was claimed.
    const executed = executeRemediation(await runtime.remediation(), messageFor(finding, finding.remediation));
    expect(await rejection(executed)).toMatchObject({
      code: 'config-invalid',
      message: expect.stringMatching(new RegExp(`^The configured tenant is .* belongs to tenant ${contoso.id}`)),
    });
    const stored = (await runtime.findings.finding(fabrikam.id, finding.id))?.value.remediation;
    expect(stored?.status).toBe('approved');
    expect(stored?.attempt).toBeUndefined();
    expect(laptop?.simulator.requests.filter(({ method }) => method === 'PATCH')).toEqual([]);
  });
});
