import { afterEach, describe, expect, it } from '@jest/globals';
import { sendAlerts } from '../../src/jobs/alerts/send-alerts.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import type { Finding } from '../../src/model/finding/finding.js';
import type { Scan } from '../../src/model/scan/scan.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { partitionOf } from '../../src/storage/finding-rows.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { aTeamsSink, textsOf, type WebhookSink } from '../support/webhook-sink.js';
import { runtimeOfNewProcess, writerOf } from './writer.js';

// An attacker who can write to the table of findings tries to hide a finding: from the page, the command line, the alerts,
// and the next scans.

const app = anApp('Payroll Sync', { application: { keyCredentials: [aSymmetricSigningKey('payroll')] } });
const tenant = simulatedTenantOf([app]);

let laptop: Laptop;
let teams: WebhookSink;
afterEach(() => Promise.all([laptop.close(), teams.close()]));

/** A laptop that has scanned the tenant and sent the alert. */
async function scanned(): Promise<Finding> {
  teams = await aTeamsSink();
  laptop = await aLaptop({ tenant }, { TEAMS_WEBHOOK_URL: teams.url });
  await night();
  const [finding] = await laptop.stored();
  if (!finding) throw new Error('There is no finding.');
  return finding;
}

async function night(): Promise<Scan> {
  const scan = await laptop.scan();
  await sendAlerts(laptop.runtime, { tenantId: tenant.id, scanId: scan.id });
  return scan;
}

/** What each reader shows of the one finding. */
async function shown() {
  const { findings } = await runtimeOfNewProcess(laptop);
  const [summary] = await findings.summaries(tenant.id);
  const [listed] = await laptop.stored();
  const { id = '', ruleId = '' } = summary ?? {};
  const single = (await findings.finding(tenant.id, id))?.value;
  const known = (await findings.knownFindings(tenant.id, [{ id, ruleId }])).get(id)?.value;
  return [summary, listed, single, known];
}

const year9999 = '9999-01-01T00:00:00.000Z';
const forever = { reason: 'none', author: 'none', suppressedAt: '2026-11-01T00:00:00.000Z', until: year9999 };
const future = { ...forever, suppressedAt: '9998-12-01T00:00:00.000Z' };
const nextYear = new Date(Date.now() + 360 * 86_400_000).toISOString();
const startsLater = { ...forever, suppressedAt: new Date(Date.now() + 86_400_000).toISOString(), until: nextYear };

const attacks: [string, Record<string, string>][] = [
  ['a change in the year 9999', { changedAt: year9999 }],
  ['a change that is no time', { changedAt: 'never' }],
  ['a suppression until the year 9999', { status: 'suppressed', suppression: JSON.stringify(forever) }],
  ['a suppression in the far future', { status: 'suppressed', suppression: JSON.stringify(future) }],
  ['a suppression that starts tomorrow', { status: 'suppressed', suppression: JSON.stringify(startsLater) }],
  ['the status suppressed without a suppression', { status: 'suppressed' }],
  ['an appearance in the year 9999', { appearedAt: year9999 }],
];

describe.each(attacks)('%s', (_, columns) => {
  it('hides the finding from no reader', async () => {
    await writerOf(await scannedLaptop()).mergeFinding(await one(), columns);
    for (const finding of await shown()) {
      expect(finding).toMatchObject({ status: 'open' });
      expect(Date.parse(finding?.appearedAt ?? '')).toBeLessThanOrEqual(Date.now());
    }
  });

  it('is repaired and reported by the next scan, and is in the next alert', async () => {
    await writerOf(await scannedLaptop()).mergeFinding(await one(), columns);
    const scan = await night();
    expect(scan.warnings).toEqual([expect.stringContaining('Repaired.')]);
    expect(scan.findings).toMatchObject({ suppressed: 0, new: 0, open: 1 });
    const types = (await laptop.runtime.findings.history(await one())).map(({ type }) => type);
    expect(types).toContain('repaired');
    expect(textsOf(teams.accepted()[1] ?? '').plain.join('\n')).toContain('Repaired.');
    expect(await laptop.scan()).toMatchObject({ writes: 0, notes: [] });
  });
});

async function scannedLaptop(): Promise<Laptop> {
  await scanned();
  return laptop;
}
const one = async (): Promise<Finding> => (await laptop.stored())[0] as Finding;

describe('the next scan finds again, and reports', () => {
  it.each<[string, Record<string, string>]>([
    ['now', { status: 'resolved', resolvedAt: '2026-11-01T00:00:00.000Z' }],
    ['without a time', { status: 'resolved' }],
    ['in the year 9999', { status: 'resolved', resolvedAt: year9999, changedAt: year9999 }],
  ])('a finding that was marked as resolved %s', async (_, columns) => {
    await writerOf(await scannedLaptop()).mergeFinding(await one(), columns);
    const scan = await night();
    expect(await one()).toMatchObject({ status: 'open', life: 2 });
    expect(scan.warnings?.at(-1)).toMatch(/Payroll Sync\) was marked as resolved without an event in the audit trail/);
    expect(textsOf(teams.accepted()[1] ?? '').plain.join('\n')).toContain('was marked as resolved');
  });

  it('a finding whose row was deleted', async () => {
    const finding = await scanned();
    await writerOf(laptop).storage.raw.findings.deleteEntity(partitionOf(finding), `finding_${finding.id}`);
    const scan = await night();
    expect(await one()).toMatchObject({ id: finding.id, status: 'open' });
    expect(scan.warnings).toEqual([expect.stringContaining('was deleted')]);
  });

  it('and does not report a finding that a scan resolved', async () => {
    await scanned();
    const { directory } = laptop.simulator;
    const id = app.application?.id ?? '';
    const { keyCredentials } = directory.find('applications', id) ?? {};
    directory.update('applications', id, { keyCredentials: [] });
    await laptop.scan();
    expect((await one()).status).toBe('resolved');
    directory.update('applications', id, { keyCredentials } as object);
    expect(await laptop.scan()).toMatchObject({ notes: [], findings: { new: 1 } });
  });
});
