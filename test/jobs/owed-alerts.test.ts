import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { abandonAlert } from '../../src/jobs/alerts/abandon-alert.js';
import { owedAlerts } from '../../src/jobs/alerts/owed-alerts.js';
import { sendAlerts } from '../../src/jobs/alerts/send-alerts.js';
import type { AlertChannel } from '../../src/jobs/ports/index.js';
import { scanTenant } from '../../src/jobs/scan/scan-tenant.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { ConsentinelError } from '../../src/model/errors.js';
import type { Scan } from '../../src/model/scan/scan.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import type { JsonObject } from '../../src/simulator/http/server.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { aTeamsSink, textsOf, type WebhookSink } from '../support/webhook-sink.js';

const payroll = anApp('Payroll Sync', { application: { keyCredentials: [aSymmetricSigningKey('payroll')] } });
const loanDesk = anApp('Loan Desk');
const mail = { ALERT_MAIL_FROM: 'alerts@contoso.com', ALERT_MAIL_TO: 'team@contoso.com' };

let teams: WebhookSink;
let laptop: Laptop;
beforeEach(async () => {
  teams = await aTeamsSink();
  laptop = await aLaptop({ tenant: simulatedTenantOf([payroll, loanDesk]) }, { TEAMS_WEBHOOK_URL: teams.url, ...mail });
  laptop.simulator.roles.grant('Mail.Send');
});
afterEach(async () => {
  await laptop.close();
  await teams.close();
});

const messageOf = ({ tenantId, id }: Scan) => ({ tenantId, scanId: id });
const send = (scan: Scan) => sendAlerts(laptop.runtime, messageOf(scan));
const addKey = () =>
  laptop.simulator.directory.addKey('applications', loanDesk.application?.id ?? '', aSymmetricSigningKey('loan'));
const cards = () => teams.accepted().map((body) => textsOf(body).plain.join('\n'));
const mails = () =>
  laptop.simulator.mails.map(({ message }) => String((message.body as JsonObject | undefined)?.content));
const owed = async () => owedAlerts(laptop.runtime, await laptop.runtime.tenantId());

/** A scan whose alert Teams refuses in all tries. */
async function nightWithoutTeams(): Promise<Scan> {
  const scan = await laptop.scan();
  teams.answerNext(...Array.from({ length: 5 }, () => ({ status: 500 })));
  for (const _ of [1, 2, 3, 4, 5]) await expect(send(scan)).rejects.toThrow('500');
  await abandonAlert(laptop.runtime, messageOf(scan));
  return scan;
}

describe('news that a channel has not received', () => {
  it('goes to that channel after a quiet scan, and to no other channel again', async () => {
    await nightWithoutTeams();
    expect(await owed()).toMatchObject([{ channel: 'teams', status: 'failed', attempts: 5 }]);
    const quiet = await laptop.scan();
    expect(await send(quiet)).toMatchObject({ outcome: 'sent', deliveries: { teams: { status: 'sent' } } });
    expect(cards()).toEqual([expect.stringMatching(/all open findings[\s\S]*Payroll Sync/)]);
    expect(mails()).toHaveLength(2);
    expect(mails()[1]).not.toContain('Payroll');
    expect(await owed()).toEqual([]);
    expect(await send(await laptop.scan())).toMatchObject({ outcome: 'silent', deliveries: {} });
  });

  it('of several nights goes to that channel in one alert', async () => {
    await nightWithoutTeams();
    addKey();
    await nightWithoutTeams();
    await nightWithoutTeams();
    // Teams failed before the last night: mail reports it once.
    expect(mails()).toHaveLength(2);
    expect(mails()[1]).toContain('Loan Desk');
    expect(mails()[1]).not.toContain('Payroll');
    await send(await laptop.scan());
    expect(cards()).toHaveLength(1);
    for (const name of ['Payroll Sync', 'Loan Desk']) expect(cards()[0]).toContain(name);
    expect(mails()).toHaveLength(2);
  });

  it('stays owed after the alert of a failed scan', async () => {
    await nightWithoutTeams();
    const findings = Object.assign(Object.create(laptop.runtime.findings), {
      findings: () => {
        throw new ConsentinelError('storage-unavailable', 'Storage is unavailable.');
      },
    });
    const request = { scanId: 'nightly-2', requestedBy: 'timer' };
    await expect(scanTenant({ ...laptop.runtime, findings }, request)).rejects.toThrow('unavailable');
    await sendAlerts(laptop.runtime, { tenantId: await laptop.runtime.tenantId(), scanId: 'nightly-2' });
    expect(teams.accepted()[0]).toContain('The scan failed');
    expect(await owed()).toMatchObject([{ channel: 'teams', status: 'sent' }]);
    await send(await laptop.scan());
    expect(cards()[1]).toContain('Payroll Sync');
    expect(await owed()).toEqual([]);
  });

  it('is not sent twice if the alert of a later scan has included it', async () => {
    const first = await laptop.scan();
    teams.answerNext({ status: 500 });
    await expect(send(first)).rejects.toThrow('500');
    const second = await laptop.scan();
    expect(await send(second)).toMatchObject({ outcome: 'sent', deliveries: { teams: { status: 'sent' } } });
    expect(await send(first)).toMatchObject({ outcome: 'superseded' });
    expect(teams.accepted()).toHaveLength(1);
  });

  it('is owed after a scan of an older version, whose row has no starts', async () => {
    const scan = await nightWithoutTeams();
    await laptop.runtime.scans.amend(scan.tenantId, scan.id, (stored) => {
      const { starts: _starts, ...alerts } = stored.alerts ?? {};
      return { ...stored, alerts } as Scan;
    });
    expect(await owed()).toMatchObject([{ channel: 'teams' }]);
    await send(await laptop.scan());
    expect(cards()).toEqual([expect.stringContaining('Payroll Sync')]);
    expect(mails()[1]).not.toContain('Payroll');
  });

  it('stays owed to a channel while another installation without that channel sends alerts', async () => {
    await nightWithoutTeams();
    addKey();
    const channels = laptop.runtime.channels.filter(({ name }) => name === 'mail');
    await sendAlerts({ ...laptop.runtime, channels }, messageOf(await laptop.scan()));
    await send(await laptop.scan());
    expect(cards()[0]).toContain('Payroll Sync');
  });
});

describe('an owner whose email failed', () => {
  it('gets it with the next alert, and the other owners do not', async () => {
    const received: string[] = [];
    let broken = 'owner:bob';
    const owners: AlertChannel = {
      name: 'owners',
      to: 'the owners',
      deliveries: async ({ sections }) =>
        sections.new.total === 0
          ? []
          : ['owner:ada', 'owner:bob'].map((key) => ({
              key,
              send: async () => {
                if (key === broken) throw new ConsentinelError('alert-undelivered', 'The mailbox is full.');
                received.push(`${key} ${sections.new.items.map(({ displayName }) => displayName).sort()}`);
              },
            })),
    };
    const context = { ...laptop.runtime, channels: [owners] };
    const night = async () => sendAlerts(context, messageOf(await laptop.scan()));
    const first = await laptop.scan();
    await expect(sendAlerts(context, messageOf(first))).rejects.toThrow('full');
    await abandonAlert(context, messageOf(first));
    addKey();
    await expect(night()).rejects.toThrow('full');
    broken = '';
    expect(await night()).toMatchObject({ outcome: 'sent' });
    expect(received).toEqual(['owner:ada Payroll Sync', 'owner:ada Loan Desk', 'owner:bob Loan Desk,Payroll Sync']);
    expect(await night()).toMatchObject({ outcome: 'silent' });
  });
});

it('the weekly summary reports a period without a complete scan', async () => {
  await send(await laptop.scan());
  // A Monday, 03:00 UTC, more than two days later.
  const monday = new Date(Date.parse(laptop.runtime.clock.now()) + 3 * 86_400_000);
  while (monday.getUTCDay() !== 1) monday.setUTCDate(monday.getUTCDate() + 1);
  monday.setUTCHours(3, 0, 0, 0);
  const runtime = { ...laptop.runtime, clock: { ...laptop.runtime.clock, now: () => monday.toISOString() } };
  const summary = await scanTenant(runtime, { requestedBy: 'test' });
  const alertRules = { ...runtime.alertRules, weeklySummary: true };
  expect(await sendAlerts({ ...runtime, alertRules }, messageOf(summary))).toMatchObject({ outcome: 'sent' });
  expect(textsOf(teams.accepted()[1] ?? '').markdown).toContain('Weekly summary: no changes');
  expect(cards()[1]).toMatch(/No scan was complete for \d+ hours: from .* to .* UTC\./);
});
