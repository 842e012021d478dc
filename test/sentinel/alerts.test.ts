import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { processAlerts } from '../../src/jobs/alerts/process-alerts.js';
import { sendAlerts } from '../../src/jobs/alerts/send-alerts.js';
import { newestScans } from '../../src/jobs/scan/newest-scans.js';
import { latestRuns } from '../../src/jobs/sentinel/latest-runs.js';
import { runSentinel } from '../../src/jobs/sentinel/run-sentinel.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { ConsentinelError } from '../../src/model/errors.js';
import { viewStatus } from '../../src/model/finding/finding.js';
import type { Scan } from '../../src/model/scan/scan.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { aTeamsSink, type WebhookSink } from '../support/webhook-sink.js';
import { addKey, loanDesk, payroll, runAt } from './sentinel-world.js';

let teams: WebhookSink;
let laptop: Laptop;
beforeEach(async () => {
  teams = await aTeamsSink();
  laptop = await aLaptop({ tenant: simulatedTenantOf([payroll, loanDesk]) }, { TEAMS_WEBHOOK_URL: teams.url });
  laptop.simulator.roles.revoke('AuditLog.Read.All');
});
afterEach(async () => {
  await laptop.close();
  await teams.close();
});

const process = () => processAlerts(laptop.runtime);
const cards = () => teams.accepted();
const messageOf = ({ tenantId, id }: Scan) => ({ tenantId, scanId: id });

describe('an alert of the sentinel', () => {
  it('reports a new finding once, and the next scan does not report it again', async () => {
    await laptop.scan();
    await process();
    addKey(laptop);
    const run = await runAt(laptop);
    expect((await process()).reports).toMatchObject([{ scanId: run.id, outcome: 'sent' }]);
    expect(cards()).toHaveLength(2);
    expect(cards()[1]).toContain('Loan Desk');
    expect(cards()[1]).toContain('Run of the sentinel');
    expect(cards()[1]).not.toContain('Payroll Sync');
    expect(await runAt(laptop)).toMatchObject({ sentinel: { hasNews: false } });
    await laptop.scan();
    expect((await process()).reports).toMatchObject([{ outcome: 'silent' }]);
    expect(cards()).toHaveLength(2);
  });

  it('of the first run reports every open finding, and so does no later alert', async () => {
    await runAt(laptop);
    await process();
    await laptop.scan();
    await process();
    expect(cards()).toHaveLength(1);
  });

  it('is requested again by a repeated message, and sent once', async () => {
    const scanId = 'sentinel-1';
    const run = await runAt(laptop, 0, { scanId });
    expect(await runAt(laptop, 0, { scanId })).toEqual(run);
    expect((await process()).reports).toMatchObject([{ outcome: 'sent' }, { outcome: 'sent' }]);
    expect(cards()).toHaveLength(1);
  });

  it('is requested by the next run if it could not be requested', async () => {
    const owed: unknown[] = [];
    const { outbox } = laptop.runtime;
    const send = () => Promise.reject(new ConsentinelError('storage-unavailable', 'The queue does not answer.'));
    await runSentinel(
      { ...laptop.runtime, outbox: { lengths: () => outbox.lengths(), send } },
      { requestedBy: 'test', onAlertOwed: (error) => owed.push(error) },
    );
    expect(owed).toHaveLength(1);
    await runAt(laptop);
    expect((await process()).reports).toMatchObject([{ outcome: 'sent' }]);
    expect(cards()).toHaveLength(1);
  });

  it('reports what a run stored that did not reach its end', async () => {
    const scans = Object.assign(Object.create(laptop.runtime.scans), {
      pruneSentinelRuns: () => Promise.reject(new TypeError('Killed.')),
    });
    await expect(runSentinel({ ...laptop.runtime, scans }, { requestedBy: 'test' })).rejects.toThrow('Killed.');
    expect((await process()).reports).toEqual([]);
    const [failed] = await latestRuns(laptop.runtime.scans, simulatedTenantOf([]).id, 1);
    expect(failed).toMatchObject({ status: 'failed', sentinel: { hasNews: true } });
    expect(await sendAlerts(laptop.runtime, messageOf(failed as Scan))).toMatchObject({ outcome: 'silent' });
    expect(await runAt(laptop)).toMatchObject({ writes: 0, findings: { new: 1 }, sentinel: { hasNews: true } });
    expect((await process()).reports).toMatchObject([{ outcome: 'sent' }]);
  });

  it('has no news: a forged message about it sends nothing', async () => {
    await laptop.scan();
    await process();
    const body = { error: { code: 'Request_UnsupportedQuery', message: 'x' } };
    laptop.simulator.order({ kind: 'status', status: 400, body, match: { path: '/applications' }, times: 1 });
    const quiet = await runAt(laptop);
    expect(quiet).toMatchObject({ status: 'incomplete', sentinel: { hasNews: false } });
    expect(await sendAlerts(laptop.runtime, messageOf(quiet))).toMatchObject({ outcome: 'silent', deliveries: {} });
    expect(cards()).toHaveLength(1);
  });

  it('that did not reach its channel is part of the alert of the next scan', async () => {
    await laptop.scan();
    await process();
    addKey(laptop);
    teams.answerNext({ status: 500 });
    await runAt(laptop);
    expect((await process()).failures).toHaveLength(1);
    await laptop.scan();
    expect((await process()).reports).toMatchObject([{ outcome: 'sent' }]);
    expect(cards().at(-1)).toContain('Loan Desk');
  });
});

describe('a run of the sentinel is no scan', () => {
  it('does not change which scan is the newest, and what is new since', async () => {
    const scan = await laptop.scan();
    addKey(laptop);
    await runAt(laptop);
    const { latest, complete } = await newestScans(laptop.runtime.scans, scan.tenantId);
    expect([latest?.id, complete?.id]).toEqual([scan.id, scan.id]);
    const statuses = (await laptop.stored()).map((finding) => viewStatus(finding, complete?.since));
    // New until a scan has seen it once without it being new.
    expect(statuses).toEqual(['new', 'new']);
    const next = await laptop.scan();
    expect(next.findings).toMatchObject({ new: 0, open: 2 });
  });

  it('whose last run is incomplete is a warning of the next alert of a scan', async () => {
    await laptop.scan();
    await process();
    laptop.simulator.order({
      kind: 'status',
      status: 400,
      body: { error: { code: 'Request_UnsupportedQuery', message: 'x' } },
      match: { path: '/applications' },
      times: 1,
    });
    expect(await runAt(laptop)).toMatchObject({ status: 'incomplete' });
    expect((await process()).reports).toEqual([]);
    await laptop.scan();
    await process();
    expect(cards().at(-1)).toContain('The sentinel has not completed a run yet.');
    await runAt(laptop);
    await laptop.scan();
    expect((await process()).reports).toMatchObject([{ outcome: 'silent' }]);
  });
});
