import { spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { teamsChannel } from '../../src/alerts/channels/teams/teams-channel.js';
import { abandonAlert } from '../../src/jobs/alerts/abandon-alert.js';
import { alertWarnings } from '../../src/jobs/alerts/alert-window.js';
import { processAlerts } from '../../src/jobs/alerts/process-alerts.js';
import { recordAbandoned } from '../../src/jobs/alerts/record-abandoned.js';
import { type AlertReport, sendAlerts } from '../../src/jobs/alerts/send-alerts.js';
import { pauseRemediation } from '../../src/jobs/remediation/pause.js';
import { abandonScan } from '../../src/jobs/scan/abandon-scan.js';
import { scanTenant } from '../../src/jobs/scan/scan-tenant.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { blankScan, type Scan } from '../../src/model/scan/scan.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import type { JsonObject, Mail } from '../../src/simulator/http/server.js';
import { hostileNames } from '../alerts/examples.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import type { RuntimeParts } from '../support/runtime-parts.js';
import {
  anOpenSink,
  aSlackSink,
  aTeamsSink,
  slackTextsOf,
  textsOf,
  type WebhookSink,
} from '../support/webhook-sink.js';

const payroll = anApp('Payroll Sync', { application: { keyCredentials: [aSymmetricSigningKey('payroll')] } });
const loanDesk = anApp('Loan Desk');
const mail = { ALERT_MAIL_FROM: 'alerts@contoso.com', ALERT_MAIL_TO: 'team@contoso.com, second@contoso.com' };

let teams: WebhookSink;
let webhook: WebhookSink;
let laptop: Laptop;
beforeEach(async () => {
  teams = await aTeamsSink();
  webhook = await anOpenSink();
});
afterEach(async () => {
  await laptop.close();
  await Promise.all([teams.close(), webhook.close()]);
});

async function open(settings: Record<string, string> = {}, apps = [payroll, loanDesk]): Promise<Laptop> {
  laptop = await aLaptop({ tenant: simulatedTenantOf(apps) }, { TEAMS_WEBHOOK_URL: teams.url, ...mail, ...settings });
  laptop.simulator.roles.grant('Mail.Send');
  return laptop;
}

/** Scans, and processes the message of the scan as the queue delivers it. */
async function night(
  request: Parameters<Laptop['scan']>[0] = {},
): Promise<{ scan: Scan; reports: readonly AlertReport[] }> {
  const scan = await laptop.scan(request);
  const { reports, failures } = await processAlerts(laptop.runtime);
  expect(failures).toEqual([]);
  return { scan, reports };
}
const messageOf = ({ tenantId, id }: Scan) => ({ tenantId, scanId: id });
const addKey = (name = 'loan') =>
  laptop.simulator.directory.addKey('applications', loanDesk.application?.id ?? '', aSymmetricSigningKey(name));
const htmlOf = (sent: Mail | undefined) => String((sent?.message.body as JsonObject | undefined)?.content);
const stored = async (scan: Scan) => (await laptop.runtime.scans.scan(scan.tenantId, scan.id))?.alerts;
/** A scan whose process stops after it has written everything but its end. */
async function interruptedScan(): Promise<void> {
  const { pid } = spawnSync(process.execPath, ['--version']);
  const scans = Object.assign(Object.create(laptop.runtime.scans), {
    newOwner: () => `${hostname()}:${pid}:gone`,
    finish: () => Promise.reject(new TypeError('Killed.')),
  });
  await expect(scanTenant({ ...laptop.runtime, scans }, { requestedBy: 'test' })).rejects.toThrow('Killed.');
}
/** The runtime at a later time: the claims of a stopped worker have expired. */
const later = (minutes: number): RuntimeParts => ({
  ...laptop.runtime,
  clock: {
    ...laptop.runtime.clock,
    now: () => new Date(Date.parse(laptop.runtime.clock.now()) + minutes * 60_000).toISOString(),
  },
});

it.each([[{}], [{ TENANT_ID: simulatedTenantOf([]).id }]])(
  'an alert of a tenant that the installation no longer has is not sent, with %j',
  async (settings) => {
    const { runtime } = await open(settings);
    await night();
    const left = { tenantId: 'bbbbbbbb-0000-4000-8000-00000000000b', requestedBy: 'timer', id: 'nightly-1' };
    const startedAt = runtime.clock.now();
    const scan = blankScan({ ...left, status: 'failed', startedAt, since: startedAt });
    await runtime.scans.finish(await runtime.scans.begin(scan), { ...scan, finishedAt: startedAt });
    await expect(sendAlerts(runtime, messageOf(scan))).rejects.toMatchObject({
      code: 'usage-invalid',
      message: expect.stringContaining(left.tenantId),
    });
    expect([teams.received.length, laptop.simulator.mails.length]).toEqual([1, 1]);
  },
);

describe('a nightly scan', () => {
  it('sends a new finding once to each channel, and nothing if nothing has changed', async () => {
    await open({ ALERT_WEBHOOK_URL: webhook.url });
    await night();
    const first = [teams.accepted().length, laptop.simulator.mails.length, webhook.accepted().length];
    expect(first).toEqual([1, 1, 1]);
    expect((await night()).reports).toMatchObject([{ outcome: 'silent', deliveries: {} }]);
    expect([teams.received.length, laptop.simulator.mails.length, webhook.received.length]).toEqual([1, 1, 1]);
  });

  it('after a key was added sends one card and one email with that finding only', async () => {
    await open();
    await night();
    addKey();
    await night();
    expect(teams.accepted()).toHaveLength(2);
    expect(laptop.simulator.mails).toHaveLength(2);
    const { markdown, plain } = textsOf(teams.accepted()[1] ?? '');
    expect(markdown).toContain('1 new finding: 1 high');
    expect(plain.join('\n')).toContain('Loan Desk');
    const sent = laptop.simulator.mails[1];
    expect(sent).toMatchObject({ from: 'alerts@contoso.com', to: ['team@contoso.com', 'second@contoso.com'] });
    for (const body of [htmlOf(sent), sent?.text ?? '']) {
      expect(body).toContain('Loan Desk');
      expect(body).not.toContain('Payroll');
    }
    expect(plain.join('\n')).not.toContain('Payroll');
  });

  it('sends nothing twice if the message or the request is delivered again', async () => {
    await open();
    const { scan } = await night({ scanId: 'nightly-1' });
    await sendAlerts(laptop.runtime, messageOf(scan));
    await laptop.scan({ scanId: 'nightly-1' });
    expect((await processAlerts(laptop.runtime)).failures).toEqual([]);
    expect([teams.received.length, laptop.simulator.mails.length]).toEqual([1, 1]);
  });

  it('without a channel requests no alert and stores none', async () => {
    laptop = await aLaptop({ tenant: simulatedTenantOf([payroll]) });
    const scan = await laptop.scan();
    expect(await processAlerts(laptop.runtime)).toEqual({ reports: [], failures: [] });
    expect(await sendAlerts(laptop.runtime, messageOf(scan))).toMatchObject({ outcome: 'off' });
    expect(await stored(scan)).toBeUndefined();
  });

  it('says in each alert that remediation is paused, and sends none for that reason', async () => {
    await open();
    await night();
    const author = { id: 'ada', name: 'ada@example.com', roles: [] };
    await pauseRemediation(laptop.runtime.pause(), { author, reason: 'An app stopped working.' });
    expect((await night()).reports).toMatchObject([{ outcome: 'silent' }]);
    addKey();
    expect((await night()).reports).toMatchObject([{ outcome: 'sent' }]);
    const sentence = 'ada@example.com paused remediation at';
    expect(String(teams.accepted().at(-1))).toContain(sentence);
    expect(htmlOf(laptop.simulator.mails.at(-1)) + String(laptop.simulator.mails.at(-1)?.mime)).toContain(sentence);
  });

  it('with hostile names sends them as plain text', async () => {
    const apps = hostileNames.map((name, i) =>
      anApp(name, { application: { keyCredentials: [aSymmetricSigningKey(`hostile ${i}`)] } }),
    );
    await open({ ALERT_WEBHOOK_URL: webhook.url }, apps);
    await night();
    expect(textsOf(teams.accepted()[0] ?? '').markdown.join('\n')).not.toMatch(/evil|img|HYPERLINK/);
    const [sent] = laptop.simulator.mails;
    expect(htmlOf(sent)).not.toMatch(/<(img|script)/);
    expect(sent?.to).toEqual(['team@contoso.com', 'second@contoso.com']);
    expect(JSON.parse(webhook.accepted()[0] ?? '').sections.new.total).toBe(apps.length);
  });
});

describe('a channel that fails', () => {
  it('twice and then works gets the card once, and the other channels get nothing again', async () => {
    await open({ ALERT_WEBHOOK_URL: webhook.url });
    const scan = await laptop.scan();
    teams.answerNext({ status: 500 }, { status: 502 });
    for (const _ of [1, 2]) {
      await expect(sendAlerts(laptop.runtime, messageOf(scan))).rejects.toMatchObject({ code: 'alert-undelivered' });
    }
    expect(await sendAlerts(laptop.runtime, messageOf(scan))).toMatchObject({
      deliveries: { teams: { status: 'sent', attempts: 3 }, mail: { status: 'sent', attempts: 1 } },
    });
    expect(teams.accepted()).toHaveLength(1);
    expect([laptop.simulator.mails.length, webhook.accepted().length]).toEqual([1, 1]);
  });

  it('is named by its host, and its address is shown nowhere', async () => {
    await open();
    const scan = await laptop.scan();
    await teams.close();
    const error = await sendAlerts(laptop.runtime, messageOf(scan)).catch((thrown: unknown) => thrown);
    const { host } = new URL(teams.url);
    expect(String(error)).toContain(`Teams (${host}): the connection failed, ECONNREFUSED`);
    const row = JSON.stringify(await laptop.runtime.scans.scan(scan.tenantId, scan.id));
    expect(row).toContain(host);
    for (const text of [String(error), JSON.stringify(error), row]) expect(text).not.toMatch(/PLANTED|sig=|triggers/);
    teams = await aTeamsSink();
  });

  it('is abandoned after its last try, and the next alert reports it', async () => {
    await open();
    const scan = await laptop.scan();
    teams.answerNext({ status: 404 });
    await expect(sendAlerts(laptop.runtime, messageOf(scan))).rejects.toThrow('404');
    expect(await abandonAlert(laptop.runtime, messageOf(scan))).toContain('teams');
    expect(await stored(scan)).toMatchObject({ deliveries: { teams: { status: 'failed' }, mail: { status: 'sent' } } });
    await sendAlerts(laptop.runtime, messageOf(scan));
    expect(teams.accepted()).toEqual([]);
    const warnings = () => alertWarnings(laptop.runtime, scan.tenantId);
    expect(await warnings()).toEqual([expect.stringContaining('did not reach Teams')]);

    const next = await laptop.scan();
    await sendAlerts(laptop.runtime, messageOf(next));
    expect(textsOf(teams.accepted()[0] ?? '').plain.join('\n')).toMatch(/did not reach Teams.*404/);
    expect(laptop.simulator.mails).toHaveLength(2);
    expect(await warnings()).toEqual([]);
    const quiet = await laptop.scan();
    expect(await sendAlerts(laptop.runtime, messageOf(quiet))).toMatchObject({ outcome: 'silent' });
  });

  it('waits while another worker sends to it, and is sent to if that worker has stopped', async () => {
    await open();
    const scan = await laptop.scan();
    teams.answerNext('hang');
    const stopped = new AbortController();
    const first = sendAlerts(laptop.runtime, messageOf(scan), stopped.signal);
    while (teams.received.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await expect(sendAlerts(laptop.runtime, messageOf(scan))).rejects.toThrow('Another worker');
    expect(teams.received).toHaveLength(1);
    await sendAlerts(later(4), messageOf(scan));
    expect(teams.accepted()).toHaveLength(1);
    expect(laptop.simulator.mails).toHaveLength(1);
    stopped.abort();
    await first.catch(() => {});
  });

  it('for lack of a permission to send email names the permission', async () => {
    await open();
    laptop.simulator.roles.revoke('Mail.Send');
    const scan = await laptop.scan();
    await expect(sendAlerts(laptop.runtime, messageOf(scan))).rejects.toThrow('Mail.Send');
    expect(teams.accepted()).toHaveLength(1);
    laptop.simulator.roles.grant('Mail.Send');
    await sendAlerts(laptop.runtime, messageOf(scan));
    expect([teams.received.length, laptop.simulator.mails.length]).toEqual([1, 1]);
  });
});

it('a message that is not JSON is abandoned after its last try, and the next message is processed', async () => {
  const { runtime } = await open();
  await laptop.scan();
  const broken = { id: 'm', popReceipt: 'p', dequeueCount: 5, insertedAt: runtime.clock.now(), text: '{' };
  const removed: unknown[] = [];
  const inbox: RuntimeParts['inbox'] = {
    receive: async (...args) => (removed.length === 0 ? [broken] : runtime.inbox.receive(...args)),
    remove: async (queue, message) => {
      removed.push(message);
      if (message !== broken) await runtime.inbox.remove(queue, message);
    },
  };
  const { reports, failures } = await processAlerts({ ...runtime, inbox });
  expect(reports).toMatchObject([{ outcome: 'sent' }]);
  expect(failures).toHaveLength(1);
  expect(removed[0]).toBe(broken);
});

describe('Teams', () => {
  it('is tried again after the time in its Retry-After header', async () => {
    await open();
    const scan = await laptop.scan();
    const waits: number[] = [];
    const wait = async (milliseconds: number) => void waits.push(milliseconds);
    teams.answerNext(
      { status: 429, headers: { 'retry-after': '7' } },
      { status: 429, headers: { 'retry-after': '2.5' } },
    );
    const channels = [teamsChannel(teams.url, { ...laptop.runtime.clock, wait })];
    await sendAlerts({ ...laptop.runtime, channels }, messageOf(scan));
    expect(waits).toEqual([7_000, 2_500]);
    expect(teams.accepted()).toHaveLength(1);
  });

  it('gets a shorter card if a card is too large', async () => {
    await teams.close();
    teams = await aTeamsSink({ largest: 1_300 });
    const apps = Array.from({ length: 40 }, (_, i) =>
      anApp(`Application number ${i}`, { application: { keyCredentials: [aSymmetricSigningKey(`many ${i}`)] } }),
    );
    await open({}, apps);
    await night();
    expect(teams.received.map(({ status }) => status).at(0)).toBe(413);
    expect(teams.accepted()).toHaveLength(1);
    expect(textsOf(teams.accepted()[0] ?? '').markdown).toContain('40 new findings: 40 high');
  });
});

describe('Slack', () => {
  let slack: WebhookSink;
  beforeEach(async () => {
    slack = await aSlackSink();
  });
  afterEach(() => slack.close());

  it('gets each alert once, after the scan that has news', async () => {
    const hostile = anApp('<!channel> *Payroll*', {
      application: { keyCredentials: [aSymmetricSigningKey('hostile')] },
    });
    await open({ SLACK_WEBHOOK_URL: slack.url, PUBLIC_URL: 'https://c.contoso.com' }, [payroll, hostile]);
    const { reports } = await night();
    expect(reports).toMatchObject([{ outcome: 'sent', deliveries: { slack: { status: 'sent', attempts: 1 } } }]);
    await night();
    expect(slack.accepted()).toHaveLength(1);
    const { markup, plain, buttons } = slackTextsOf(slack.accepted()[0] ?? '');
    expect(plain[0]).toBe('2 new findings: 2 high');
    expect(plain.join('\n')).toContain('Payroll Sync');
    expect(plain.join('\n')).toContain('&lt;!channel&gt; *Payroll*');
    expect(markup.join('\n')).not.toContain('channel&gt;');
    expect(buttons).toEqual([['Review and decide', 'https://c.contoso.com']]);
    expect(teams.accepted()).toHaveLength(1);
  });

  it('that refuses a message is named in the next alert, without its address', async () => {
    await open({ SLACK_WEBHOOK_URL: slack.url });
    const scan = await laptop.scan();
    slack.answerNext({ status: 404, body: 'no_service' });
    await expect(sendAlerts(laptop.runtime, messageOf(scan))).rejects.toThrow('it answered 404 with no_service');
    expect(await stored(scan)).toMatchObject({
      deliveries: { slack: { status: 'pending' }, teams: { status: 'sent' } },
    });
    await abandonAlert(laptop.runtime, messageOf(scan));
    await laptop.scan().then((next) => sendAlerts(laptop.runtime, messageOf(next)));
    const { plain } = slackTextsOf(slack.accepted()[0] ?? '');
    expect(plain.join('\n')).toMatch(/did not reach Slack\. .*404 with no_service/);
    expect((await laptop.rows()).join('\n') + slack.accepted().join('\n')).not.toContain('PLANTED');
  });
});

describe('a scan with errors', () => {
  it('is reported every time, and its recovery once', async () => {
    await open();
    await night();
    laptop.simulator.roles.revoke('Policy.Read.All');
    await night();
    await night();
    expect(teams.accepted()).toHaveLength(3);
    for (const body of teams.accepted().slice(1)) expect(body).toContain('The scan is incomplete');
    laptop.simulator.roles.grant('Policy.Read.All');
    await night();
    await night();
    expect(teams.accepted()).toHaveLength(4);
    expect(teams.accepted()[3]).toContain('The scan is complete again');
  });

  it('that fails is reported once for any number of tries, and its news when it succeeds', async () => {
    await open();
    const broken: RuntimeParts = {
      ...laptop.runtime,
      findings: Object.assign(Object.create(laptop.runtime.findings), {
        commit: () => Promise.reject(new TypeError('A defect.')),
      }),
    };
    for (const _ of [1, 2]) {
      await expect(scanTenant(broken, { scanId: 'nightly-1', requestedBy: 'timer' })).rejects.toThrow('A defect.');
      await processAlerts(laptop.runtime);
    }
    expect(teams.accepted()).toHaveLength(1);
    expect(teams.accepted()[0]).toContain('The scan failed');
    await night({ scanId: 'nightly-1' });
    expect(teams.accepted()).toHaveLength(2);
    expect(textsOf(teams.accepted()[1] ?? '').markdown).toContain('The scan is complete again; 1 new finding: 1 high');
  });

  it('loses no news of a scan that stopped before its end or before its alert', async () => {
    await open();
    // The alert of this scan is never processed.
    await laptop.scan();
    for (const message of await laptop.runtime.inbox.receive('alerts', 32, 60))
      await laptop.runtime.inbox.remove('alerts', message);
    addKey();
    await interruptedScan();
    const scan = await laptop.scan();
    await sendAlerts(laptop.runtime, messageOf(scan));
    const { markdown, plain } = textsOf(teams.accepted()[0] ?? '');
    expect(markdown).toContain('2 new findings: 2 high');
    expect(plain.join('\n')).toContain('did not finish');
  });

  it('that never began is reported too', async () => {
    await open();
    await night();
    const tenantId = await laptop.runtime.tenantId();
    await laptop.runtime.scans.recordRequest('nightly-2', new Date(Date.now() - 600_000).toISOString());
    await abandonScan(laptop.runtime, tenantId, 'nightly-2');
    await abandonScan(laptop.runtime, tenantId, 'nightly-2');
    await processAlerts(laptop.runtime);
    expect(teams.accepted()).toHaveLength(2);
    expect(textsOf(teams.accepted()[1] ?? '').plain.join('\n')).toContain('could not start');
  });

  it('with an abandoned message is reported in the next alert', async () => {
    await open();
    const { scan } = await night();
    await recordAbandoned(laptop.runtime, scan.tenantId, 'remediations', 'The remediation of finding 1 was given up.');
    await night();
    expect(textsOf(teams.accepted()[1] ?? '').plain).toContain('The remediation of finding 1 was given up.');
    await night();
    expect(teams.accepted()).toHaveLength(2);
  });
});

describe('owners', () => {
  const user = (id: string, address: string | null, upn = `${id}@contoso.com`) => ({
    '@odata.type': '#microsoft.graph.user',
    id,
    mail: address,
    userPrincipalName: upn,
    displayName: id,
  });
  const own = (name: string, owners: JsonObject[]) => {
    const keys = { keyCredentials: [aSymmetricSigningKey(name)] };
    return anApp(name, { application: { ...keys, owners } as object });
  };
  const apps = () => [
    own('Payroll Sync', [
      user('ada', 'Ada@contoso.com'),
      { '@odata.type': '#microsoft.graph.servicePrincipal', id: 's' },
    ]),
    own('Expense Portal', [user('ada', 'ada@contoso.com'), user('bob', null)]),
    own('Guest App', [user('guest', null, 'g_example.com#EXT#@contoso.onmicrosoft.com')]),
    anApp('Loan Desk', { application: { owners: [user('eve', 'eve@contoso.com')] } as object }),
  ];
  const settings = { ALERT_MAIL_OWNERS: 'on' };

  it('get alerts on their own apps only', async () => {
    await open(settings, apps());
    laptop.simulator.roles.grant('User.Read.All');
    await night();
    const mails = laptop.simulator.mails.filter(({ to }) => !to.includes('team@contoso.com'));
    const byOwner = new Map(mails.map((sent) => [sent.to.join(), htmlOf(sent)]));
    expect([...byOwner.keys()].sort()).toEqual(['ada@contoso.com', 'bob@contoso.com']);
    expect(byOwner.get('ada@contoso.com')).toMatch(/Payroll Sync/);
    expect(byOwner.get('ada@contoso.com')).toMatch(/Expense Portal/);
    expect(byOwner.get('bob@contoso.com')).not.toMatch(/Payroll|Guest/);
    const isForMail = ({ path, query }: { path: string; query: string }) =>
      path.endsWith('/owners') && query.includes('mail');
    const reads = laptop.simulator.requests.filter(isForMail);
    expect(reads).toHaveLength(3);
    expect(reads.every(({ inBatch }) => inBatch)).toBe(true);
    await night();
    expect(laptop.simulator.mails).toHaveLength(3);
  });

  it('are not taken as missing if users may not be read', async () => {
    await open(settings, apps());
    laptop.simulator.roles.revoke('User.Read.All');
    const scan = await laptop.scan();
    await expect(sendAlerts(laptop.runtime, messageOf(scan))).rejects.toThrow('User.Read.All');
    expect(laptop.simulator.mails).toHaveLength(1);
    laptop.simulator.roles.grant('User.Read.All');
    expect(await sendAlerts(laptop.runtime, messageOf(scan))).toMatchObject({ outcome: 'sent' });
    expect(laptop.simulator.mails).toHaveLength(3);
    expect(await stored(scan)).toMatchObject({ deliveries: { owners: { status: 'sent' } } });
    expect(JSON.stringify(await stored(scan))).not.toContain('ada');
  });
});
