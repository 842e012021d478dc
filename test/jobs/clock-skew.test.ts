import { afterEach, describe, expect, it } from '@jest/globals';
import { suppress } from '../../src/jobs/finding/suppress-finding.js';
import { demoTenant, simulatedTenantOf } from '../../src/local/demo-tenant.js';
import type { Finding } from '../../src/model/finding/finding.js';
import { blankScan } from '../../src/model/scan/scan.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

let laptop: Laptop;
afterEach(() => laptop.close());

const minute = 60_000;
const day = 1440 * minute;
const later = (milliseconds: number) => new Date(Date.now() + milliseconds).toISOString();
const tenant = simulatedTenantOf([
  anApp('Payroll Sync', { application: { keyCredentials: [aSymmetricSigningKey('payroll')] } }),
]);
/** How far a time is from a time of Graph, whose clock differs from this one by `skew`; in minutes. */
const minutesFromGraph = (time: string | undefined, skew: number) =>
  Math.round(Math.abs(Date.parse(time ?? '') - (Date.now() + skew)) / minute);

describe('a scan on a machine with a wrong clock', () => {
  it.each([-2, 2])('of %p minutes notes it', async (minutes) => {
    laptop = await aLaptop({ tenant, clockSkew: -minutes * minute });
    const scan = await laptop.scan();
    expect(scan).toMatchObject({ status: 'complete', errors: [] });
    expect(scan.notes).toEqual([
      expect.stringMatching(/^The clock of this machine is 1[12]\d s (ahead of|behind) Graph/),
    ]);
    expect(minutesFromGraph(scan.startedAt, 0)).toBe(0);
    expect(await laptop.runtime.scans.scan(tenant.id, scan.id)).toEqual(scan);
  });

  it.each([-30, 30])('of %p minutes uses the time of Graph', async (minutes) => {
    const skew = -minutes * minute;
    laptop = await aLaptop({ tenant, clockSkew: skew });
    const scan = await laptop.scan();
    expect(scan.notes).toEqual([expect.stringContaining("The scan used Graph's time.")]);
    expect(minutesFromGraph(scan.startedAt, skew)).toBe(0);
    expect(minutesFromGraph(scan.finishedAt, skew)).toBe(0);
    const [finding] = await laptop.stored();
    expect(minutesFromGraph(finding?.changedAt, skew)).toBe(0);
  });

  it('without a difference notes nothing', async () => {
    laptop = await aLaptop({ tenant });
    expect((await laptop.scan()).notes).toEqual([]);
  });

  it('sends no further request for it', async () => {
    laptop = await aLaptop({ tenant }, { TENANT_ID: tenant.id });
    await laptop.scan();
    const ofOrganization = laptop.simulator.requests.filter(({ path }) => path === '/organization');
    // The second one is a part of the tenant that rules read.
    expect(ofOrganization.map(({ query }) => query)).toEqual(['$select=id,displayName,tenantType', '']);
  });

  it.each([
    ['read from Graph', {}],
    ['in the settings', { TENANT_ID: tenant.id }],
  ])('takes no lease that another scan holds, with the tenant id %s', async (_, settings) => {
    const skew = -30 * minute;
    laptop = await aLaptop({ tenant, clockSkew: skew }, settings);
    const other = { now: () => later(skew) };
    const begun = { id: 'other', tenantId: tenant.id, requestedBy: 'timer', status: 'running' } as const;
    await laptop.runtime.scans.begin(blankScan({ ...begun, startedAt: other.now(), since: other.now() }), other);
    await expect(laptop.scan()).rejects.toMatchObject({ code: 'scan-in-progress' });
  });

  it('ends a suppression at its time on the clock of Graph, not before', async () => {
    laptop = await aLaptop({ tenant });
    await laptop.scan();
    const [{ id = '' } = {}] = await laptop.stored();
    const until = later(40 * minute);
    const request = { tenantId: tenant.id, findingId: id, author: 'x', reason: 'Migration.', until };
    await suppress(laptop.runtime, request);
    laptop.simulator.setClockSkew(30 * minute);
    expect((await laptop.scan()).findings).toMatchObject({ suppressed: 1, open: 0 });
    laptop.simulator.setClockSkew(50 * minute);
    expect((await laptop.scan()).findings).toMatchObject({ suppressed: 0, open: 1 });
  });
});

describe('a stored time that cannot be true', () => {
  const suppression = { reason: 'Migration.', author: 'x', suppressedAt: later(-day), until: later(3000 * day) };
  const broken: [string, Partial<Finding>, RegExp][] = [
    ['a change in the future', { changedAt: later(day) }, /The time of the last change, .* was in the future\./],
    ['a suppression without a real end', { status: 'suppressed', suppression }, /the suppression was removed\./],
  ];

  it.each(broken)('neither hides the finding nor stays in its row: %s', async (_, change, sentence) => {
    laptop = await aLaptop({ tenant });
    await laptop.scan();
    const { findings } = laptop.runtime;
    const [before] = await laptop.stored();
    const { id = '' } = before ?? {};
    const stored = await findings.finding(tenant.id, id);
    await findings.commit([{ finding: { ...(before as Finding), ...change }, etag: stored?.etag, events: [] }]);

    const read = await findings.finding(tenant.id, id);
    expect(read?.value.status).toBe('open');
    expect((await laptop.stored()).map(({ status }) => status)).toEqual(['open']);
    expect((await findings.summaries(tenant.id)).map(({ status }) => status)).toEqual(['open']);

    const scan = await laptop.scan();
    expect(scan).toMatchObject({ status: 'complete', writes: 1, findings: { new: 0, open: 1, suppressed: 0 } });
    expect(scan.notes).toEqual([expect.stringMatching(sentence)]);
    expect(scan.notes[0]).toContain(`Finding ${id} (Payroll Sync): Repaired.`);
    const history = await findings.history(before as Finding);
    expect(history.at(-1)).toMatchObject({ type: 'repaired', author: `scan:${scan.id}` });
    expect(history.at(-1)?.summary).toMatch(sentence);
    const repaired = await laptop.stored();
    expect(repaired).toEqual([{ ...before, changedAt: scan.startedAt }]);
    expect((await findings.finding(tenant.id, id))?.rejected).toBeUndefined();
    expect(await laptop.scan()).toMatchObject({ writes: 0, notes: [] });
  });

  it('of an approval does not keep it valid', async () => {
    laptop = await aLaptop({ tenant });
    await laptop.scan();
    const { findings } = laptop.runtime;
    const [before] = await laptop.stored();
    const { id = '', remediation } = before ?? {};
    const decision = { author: 'x', at: later(-day), expiresAt: later(900 * day) };
    const approved = { ...before, remediation: { ...remediation, status: 'approved', decision } } as Finding;
    const stored = await findings.finding(tenant.id, id);
    await findings.commit([{ finding: approved, etag: stored?.etag, events: [] }]);
    expect((await findings.finding(tenant.id, id))?.value.remediation?.status).toBe('stale');
    expect((await laptop.scan()).notes).toEqual([expect.stringContaining('the approval has expired.')]);
    expect((await laptop.stored())[0]?.remediation).toMatchObject({ status: 'stale', decision });
  });

  it('is explained in the history by whoever writes the finding first', async () => {
    laptop = await aLaptop({ tenant });
    await laptop.scan();
    const { findings } = laptop.runtime;
    const [before] = await laptop.stored();
    const { id = '' } = before ?? {};
    const stored = await findings.finding(tenant.id, id);
    const finding = { ...(before as Finding), status: 'suppressed', suppression } as const;
    await findings.commit([{ finding, etag: stored?.etag, events: [] }]);
    const request = { tenantId: tenant.id, findingId: id, author: 'alice', reason: 'Migration.', until: later(day) };
    await suppress(laptop.runtime, request);
    const history = await findings.history(before as Finding);
    expect(history.slice(-2).map(({ type, author }) => [type, author])).toEqual([
      ['repaired', 'alice'],
      ['suppressed', 'alice'],
    ]);
    for await (const verdict of findings.verifyAudit(tenant.id)) expect(verdict.fault).toBeUndefined();
    expect(await laptop.scan()).toMatchObject({ writes: 0, findings: { suppressed: 1 } });
  });
});

it('the demo tenant has no impossible time', async () => {
  laptop = await aLaptop({ tenant: demoTenant() });
  expect((await laptop.scan()).notes).toEqual([]);
});
