import { once } from 'node:events';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { exitCodeOf } from '../../src/cli/commands/scan-alert.js';
import { embeddedFolder } from '../../src/cli/open-runtime.js';
import { readConfig } from '../../src/config.js';
import { sendAlerts } from '../../src/jobs/alerts/send-alerts.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { createRuntime } from '../../src/runtime.js';
import { type Simulator, startSimulator } from '../../src/simulator/http/server.js';
import { aShell, type Shell } from '../support/cli.js';
import { withParts } from '../support/runtime-parts.js';
import { anOpenSink, aTeamsSink, textsOf, type WebhookSink } from '../support/webhook-sink.js';

const tenant = {
  ...simulatedTenantOf([anApp('Payroll Sync', { application: { keyCredentials: [aSymmetricSigningKey('payroll')] } })]),
  // One test shares its storage account with other test files.
  id: 'a1e27000-7e57-4e57-8e57-0c0ffee00001',
};

let shell: Shell;
let simulator: Simulator;
let teams: WebhookSink;
let webhook: WebhookSink;
let settings: Record<string, string>;
beforeEach(async () => {
  [shell, simulator, teams, webhook] = await Promise.all([
    aShell(),
    startSimulator({ tenant }),
    aTeamsSink(),
    anOpenSink(),
  ]);
  simulator.roles.grant('Mail.Send');
  const mail = { ALERT_MAIL_FROM: 'alerts@contoso.com', ALERT_MAIL_TO: 'team@contoso.com' };
  settings = { ...simulator.settings, TEAMS_WEBHOOK_URL: teams.url, ALERT_WEBHOOK_URL: webhook.url, ...mail };
});
afterEach(async () => {
  await shell.close();
  await Promise.all([simulator.close(), teams.close(), webhook.close()]);
});

describe('scan --alert', () => {
  it('sends the changes of the scan once', async () => {
    const first = await shell.run(['scan', '--alert', '--json'], settings);
    expect(first.exitCode).toBe(0);
    expect(JSON.parse(first.out)).toMatchObject({ status: 'complete', findings: { new: 1 } });
    expect(first.log).toContain('Alert sent: teams, mail, webhook.');
    const second = await shell.run(['scan', '--alert'], settings);
    expect(second.log).toContain('No alert: silent.');
    expect([teams.received.length, simulator.mails.length, webhook.received.length]).toEqual([1, 1, 1]);
  });

  it('exits 1 where a delivery fails, and shows no webhook address', async () => {
    teams.answerNext({ status: 500 });
    const { exitCode, log, out } = await shell.run(['scan', '--alert'], settings);
    expect(exitCode).toBe(1);
    expect(log).toContain(`Teams (${new URL(teams.url).host}): it answered 500`);
    expect(out + log).not.toMatch(/PLANTED|sig=/);
    expect([simulator.mails.length, webhook.accepted().length]).toEqual([1, 1]);
  });

  it('within two minutes of a failed delivery sends what is owed, or reports it and when it is retried', async () => {
    teams.answerNext({ status: 500 }, { status: 503 });
    expect((await shell.run(['scan', '--alert'], settings)).exitCode).toBe(1);
    const text = await shell.run(['scan', '--alert'], settings);
    expect(text.exitCode).toBe(1);
    expect(text.log).toMatch(
      /pending teams has not received all open findings\. .*503.* Retry: with the next alert, or from the queue after \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC\./,
    );
    expect(text.log).not.toContain('silent');

    teams.answerNext({ status: 500 });
    const json = await shell.run(['scan', '--alert', '--json'], settings);
    expect(json.exitCode).toBe(1);
    const { status, alert } = JSON.parse(json.out);
    expect(status).toBe('complete');
    expect(alert).toEqual({
      alerts: [],
      failures: [expect.stringContaining('500')],
      owed: [
        {
          channel: 'teams',
          status: 'pending',
          attempts: 1,
          error: expect.stringContaining('500'),
          retryAt: expect.any(String),
        },
      ],
    });
    expect(json.out + json.log).not.toMatch(/PLANTED|sig=/);

    const sent = await shell.run(['scan', '--alert', '--json'], settings);
    expect(sent.exitCode).toBe(0);
    expect(JSON.parse(sent.out).alert).toMatchObject({
      alerts: [{ outcome: 'sent', deliveries: { teams: 'sent' } }],
      failures: [],
      owed: [],
    });
    expect(textsOf(teams.accepted()[0] ?? '').plain.join('\n')).toContain('Payroll Sync');
    expect(teams.accepted()).toHaveLength(1);
  });

  it('exits 1 while a channel is owed an alert, also if no delivery failed in this run', () => {
    const owed = [{ channel: 'teams', status: 'failed', attempts: 5 }] as const;
    expect(exitCodeOf({ reports: [], failures: [], owed })).toBe(1);
    expect(exitCodeOf({ reports: [], failures: ['Teams: it answered 500.'], owed: [] })).toBe(1);
    expect(exitCodeOf({ reports: [], failures: [], owed: [] })).toBe(0);
  });

  it('exits 2 without a channel, before it reads the directory', async () => {
    const { exitCode, log } = await shell.run(['scan', '--alert'], { ...simulator.settings });
    expect(exitCode).toBe(2);
    expect(log).toContain('TEAMS_WEBHOOK_URL');
    expect(simulator.requests).toEqual([]);
  });

  it('that is killed between two channels sends no alert twice when its message is processed again', async () => {
    webhook.answerNext('hang');
    const victim = shell.start(['scan', '--alert'], settings);
    while (webhook.received.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    victim.kill('SIGKILL');
    await once(victim, 'exit');
    expect([teams.accepted().length, simulator.mails.length, webhook.accepted().length]).toEqual([1, 1, 0]);

    const storageFolder = path.join(shell.folder, embeddedFolder);
    const runtime = withParts(await createRuntime(readConfig(settings), settings, { storageFolder }));
    const { value: scan } = await runtime.scans.scans(tenant.id)[Symbol.asyncIterator]().next();
    // The message becomes visible again after its visibility timeout.
    const now = () => new Date(Date.parse(runtime.clock.now()) + 600_000).toISOString();
    const later = { ...runtime, clock: { ...runtime.clock, now } };
    await sendAlerts(later, { tenantId: tenant.id, scanId: scan?.id });
    expect([teams.received.length, simulator.mails.length, webhook.accepted().length]).toEqual([1, 1, 1]);
    await runtime.close();
  });
});

describe('test-alert', () => {
  it('sends a marked sample to each channel', async () => {
    const { exitCode, out } = await shell.run(['test-alert'], { ...settings, ALERT_MAIL_OWNERS: 'on' });
    expect(exitCode).toBe(0);
    const lines = out.trim().split('\n');
    expect(lines.map((line) => line.split(/\s+/).slice(0, 2).join(' '))).toEqual([
      'teams sent',
      'mail sent',
      'owners skipped,',
      'webhook sent',
    ]);
    expect(textsOf(teams.accepted()[0] ?? '').markdown[1]).toMatch(/^TEST/);
    expect(simulator.mails).toMatchObject([{ message: { subject: expect.stringContaining('TEST') } }]);
    expect(JSON.parse(webhook.accepted()[0] ?? '')).toMatchObject({ kind: 'test' });
    expect(out).not.toMatch(/PLANTED|sig=/);
  });

  it('exits 1 where one channel fails, and tries the others', async () => {
    simulator.roles.revoke('Mail.Send');
    const { exitCode, out } = await shell.run(['test-alert'], settings);
    expect(exitCode).toBe(1);
    expect(out).toMatch(/mail +failed {2}.*Mail\.Send/);
    expect([teams.accepted().length, webhook.accepted().length]).toEqual([1, 1]);
  });

  it('exits 2 without a channel', async () => {
    const { exitCode, log } = await shell.run(['test-alert'], { ...simulator.settings });
    expect(exitCode).toBe(2);
    expect(log).toContain('No alert channel is configured');
  });
});
