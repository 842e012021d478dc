import { afterEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../src/clock.js';
import { readConfig } from '../../src/config.js';
import type { Check } from '../../src/jobs/doctor/check.js';
import { examineInstallation } from '../../src/jobs/doctor/doctor.js';
import { readerPermissions } from '../../src/jobs/doctor/roles.js';
import { runSentinel } from '../../src/jobs/sentinel/run-sentinel.js';
import { demoTenant } from '../../src/local/demo-tenant.js';
import { optionalPermissions, permissionsOf, remediatorPermissions } from '../../src/model/rule/permissions.js';
import { checkRoles } from '../../src/model/tenant/role-check.js';
import { rules } from '../../src/rules/index.js';
import { createRuntime } from '../../src/runtime.js';
import { connectStorage } from '../../src/storage/azure/connect-storage.js';
import { StorageQueues } from '../../src/storage/outbox.js';
import { anInsightsSink } from '../support/insights-sink.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { azuriteConnectionString, otherAccount } from '../support/storage.js';
import { anOpenSink, aTeamsSink } from '../support/webhook-sink.js';

let laptop: Laptop;
afterEach(() => laptop?.close());

const examine = async (more: object = {}) => examineInstallation({ ...(await laptop.runtime.doctor()), ...more });
const named = (checks: readonly Check[], name: string) => checks.filter(({ check }) => check === name);
const failing = (checks: readonly Check[]) => checks.filter(({ outcome }) => outcome === 'fails');

describe('the doctor', () => {
  it('finds no fault in a valid installation', async () => {
    laptop = await aLaptop();
    await laptop.scan();
    const checks = await examine();
    expect(failing(checks)).toEqual([]);
    for (const name of ['storage', 'queues', 'scans', 'tenant', 'reader', 'remediator', 'clock'])
      expect(named(checks, name)).toContainEqual(expect.objectContaining({ outcome: 'ok' }));
    for (const name of ['reader', 'remediator'])
      expect(named(checks, name).filter(({ outcome }) => outcome !== 'ok')).toEqual([]);
    expect(named(checks, 'reader')[0]?.detail).toContain(await laptop.runtime.directory.principal());
    expect(named(checks, 'tenant')[0]?.detail).toContain(demoTenant().id);
  });

  it('says whether the sentinel is on, and why it does not complete its runs', async () => {
    laptop = await aLaptop();
    expect(named(await examine(), 'sentinel')).toMatchObject([
      { outcome: 'ok', detail: expect.stringMatching(/^Off:/) },
    ]);
    await laptop.close();
    laptop = await aLaptop({}, { SENTINEL_SCHEDULE: '0 0 * * * *' });
    const on = { outcome: 'ok', detail: 'On: SENTINEL_SCHEDULE is 0 0 * * * *.' };
    expect(named(await examine(), 'sentinel')).toMatchObject([on]);
    const body = { error: { code: 'Request_UnsupportedQuery', message: 'x' } };
    laptop.simulator.order({ kind: 'status', status: 400, body, match: { path: '/applications' }, times: 1 });
    await runSentinel(laptop.runtime, { requestedBy: 'test' });
    expect(named(await examine(), 'sentinel')).toMatchObject([
      {
        outcome: 'warning',
        detail: expect.stringMatching(/^On: .* has not completed a run yet\..*refused the filter/),
        fix: expect.stringMatching(/^Fix the cause, then run/),
      },
    ]);
  });

  it.each(readerPermissions(rules, []))(
    'names %s if it is missing, and the rules that are not examined without it',
    async (permission) => {
      laptop = await aLaptop();
      laptop.simulator.roles.revoke(permission);
      const outcome = optionalPermissions.has(permission) ? 'warning' : 'fails';
      const checks = (await examine()).filter((one) => one.check === 'reader' && one.outcome !== 'ok');
      const [check, ...others] = checks;
      expect(others).toEqual([]);
      expect(check).toMatchObject({
        outcome,
        detail: expect.stringContaining(permission),
        fix: expect.stringContaining(permission),
      });
    },
  );

  it('names a permission that is granted but not needed', async () => {
    laptop = await aLaptop();
    laptop.simulator.roles.grant('Application.ReadWrite.All');
    expect(await examine()).toContainEqual(
      expect.objectContaining({
        check: 'reader',
        outcome: 'warning',
        detail: expect.stringContaining('Application.ReadWrite.All'),
      }),
    );
  });

  it('reports a read-only installation if no remediator is configured', async () => {
    laptop = await aLaptop({}, { REMEDIATOR_CLIENT_ID: '' });
    expect(await examine()).toContainEqual(
      expect.objectContaining({ check: 'remediator', outcome: 'ok', detail: expect.stringMatching(/read-only/i) }),
    );
  });

  it('reports when the last complete scan ended, and whether a scan is overdue', async () => {
    laptop = await aLaptop();
    expect(named(await examine(), 'scans')).toEqual([
      expect.objectContaining({ outcome: 'warning', detail: 'No scan is finished.' }),
    ]);
    const { finishedAt } = await laptop.scan();
    expect(named(await examine(), 'scans')).toEqual([
      { check: 'scans', outcome: 'ok', detail: `The last complete scan ended at ${finishedAt}.` },
    ]);
    const later = new Date(Date.parse(finishedAt ?? '') + 27 * 3_600_000).toISOString();
    expect(named(await examine({ clock: { ...systemClock, now: () => later } }), 'scans')).toEqual([
      expect.objectContaining({ outcome: 'fails', detail: expect.stringContaining('every 26 hours') }),
    ]);
    laptop.simulator.roles.revoke('Policy.Read.All');
    await laptop.scan();
    expect(named(await examine(), 'scans')).toEqual([
      expect.objectContaining({ outcome: 'ok' }),
      expect.objectContaining({ outcome: 'warning', detail: expect.stringContaining('is incomplete') }),
    ]);
  });

  it('counts the waiting messages and the abandoned messages of each queue', async () => {
    laptop = await aLaptop();
    const { AzureWebJobsStorage: connectionString = '' } = laptop.settings;
    const prefix = `d${demoTenant().id.slice(0, 4)}${process.pid}`;
    const runtime = await createRuntime(readConfig(laptop.settings), laptop.settings, { tablePrefix: prefix });
    const queues = new StorageQueues(connectStorage({ kind: 'connection-string', connectionString }, { prefix }));
    for (const _ of [1, 2]) await queues.send('alerts', { scanId: 's' });
    const [message] = await queues.receive('alerts', 1, 30);
    if (message) await queues.poison('alerts', message);
    const checks = await examineInstallation(await runtime.doctor());
    expect(named(checks, 'queues')).toEqual([
      { check: 'queues', outcome: 'ok', detail: 'scan-requests: 0 queued, 0 abandoned.' },
      { check: 'queues', outcome: 'ok', detail: 'remediations: 0 queued, 0 abandoned.' },
      {
        check: 'queues',
        outcome: 'warning',
        detail: 'alerts: 1 queued, 1 abandoned.',
        fix: expect.stringContaining('alerts-poison'),
      },
    ]);
  });

  it('checks that the tenant of the settings is the tenant of the token', async () => {
    const other = '99999999-9999-4999-8999-999999999999';
    laptop = await aLaptop({}, { TENANT_ID: other });
    expect(failing(await examine())).toContainEqual(
      expect.objectContaining({ check: 'tenant', detail: expect.stringContaining(other) }),
    );
  });

  it('reports where telemetry goes, without its key, and sends none', async () => {
    const sink = await anInsightsSink();
    laptop = await aLaptop({}, { APPLICATIONINSIGHTS_CONNECTION_STRING: sink.connectionString });
    const checks = await examine();
    await laptop.runtime.telemetry.flush();
    expect(sink.bodies).toEqual([]);
    const { host } = new URL(sink.connectionString.split('IngestionEndpoint=')[1] ?? '');
    expect(named(checks, 'telemetry')).toMatchObject([
      { outcome: 'ok', detail: `On: traces and metrics of scans go to ${host}.` },
    ]);
    expect(JSON.stringify(checks)).not.toContain(/InstrumentationKey=([^;]+)/.exec(sink.connectionString)?.[1]);
    await sink.close();
  });

  it('reports that telemetry is off if its setting is missing', async () => {
    laptop = await aLaptop();
    expect(named(await examine(), 'telemetry')).toMatchObject([
      { outcome: 'ok', detail: 'Off: APPLICATIONINSIGHTS_CONNECTION_STRING is not set.' },
    ]);
  });

  it('warns if no alert channel is configured', async () => {
    laptop = await aLaptop();
    expect(named(await examine(), 'alerts')).toEqual([expect.objectContaining({ outcome: 'warning' })]);
  });

  it('connects to webhooks, posts nothing, and does not show their addresses', async () => {
    const [teams, webhook] = [await aTeamsSink(), await anOpenSink()];
    laptop = await aLaptop({}, { TEAMS_WEBHOOK_URL: teams.url, ALERT_WEBHOOK_URL: webhook.url });
    const checks = await examine();
    for (const [name, sink] of [
      ['teams', teams],
      ['webhook', webhook],
    ] as const) {
      expect(named(checks, name)).toEqual([
        expect.objectContaining({ outcome: 'ok', detail: expect.stringContaining(new URL(sink.url).host) }),
      ]);
      expect(sink.received.map(({ method, path, body }) => [method, path, body])).toEqual([['HEAD', '/', '']]);
      await sink.close();
    }
    const gone = await examine();
    expect(failing(gone).map(({ check }) => check)).toEqual(['teams', 'webhook']);
    expect(JSON.stringify(gone)).not.toContain('PLANTED-SIGNATURE');
  });

  it.each([
    ['grace@woodgrove.example', [], 'ok', 'unknown'],
    ['nobody@woodgrove.example', [], 'fails', 'unknown'],
    ['grace@woodgrove.example', ['Mail.Send'], 'ok', 'warning'],
    ['grace@woodgrove.example', ['-User.Read.All'], 'unknown', 'unknown'],
  ])('checks the mailbox %s and, with the roles %j, the permission to send', async (from, roles, exists, may) => {
    const users = [{ id: 'u1', userPrincipalName: 'grace@woodgrove.example' }];
    const mail = { ALERT_MAIL_FROM: from, ALERT_MAIL_TO: 'ada@woodgrove.example' };
    laptop = await aLaptop({ tenant: { ...demoTenant(), users } }, mail);
    for (const role of roles) {
      if (role.startsWith('-')) laptop.simulator.roles.revoke(role.slice(1));
      else laptop.simulator.roles.grant(role);
    }
    const checks = await examine();
    expect(named(checks, 'sender').map(({ outcome }) => outcome)).toEqual([exists, may]);
    expect(named(checks, 'mail')).toEqual([expect.objectContaining({ outcome: 'ok' })]);
    expect(failing(checks).filter(({ detail }) => detail.includes('Mail.Send'))).toEqual([]);
  });

  it('needs the permission to read users if owners get alerts', async () => {
    const needing = rules.filter((rule) => permissionsOf(rule).includes('User.Read.All')).map(({ id }) => id);
    const owners = { ALERT_MAIL_FROM: 'grace@woodgrove.example', ALERT_MAIL_OWNERS: 'on' };
    laptop = await aLaptop({}, { ...owners, RULES_OFF: needing.join() });
    const permissions = laptop.runtime.channels.flatMap((channel) => channel.permissions ?? []);
    expect(readerPermissions([], permissions)).toEqual(['User.Read.All']);
    laptop.simulator.roles.revoke('User.Read.All');
    expect(failing(await examine())).toContainEqual(
      expect.objectContaining({ check: 'reader', detail: expect.stringContaining('User.Read.All') }),
    );
  });

  const reviewers = '0a0a0a0a-0000-4000-8000-000000000a5e';

  it.each(remediatorPermissions(rules, { adminConsentReviewers: [reviewers] }))(
    'names %s if the remediator does not have it',
    async (permission) => {
      laptop = await aLaptop({}, { ADMIN_CONSENT_REVIEWERS: reviewers });
      laptop.simulator.roles.revoke(permission, 'remediator');
      expect(failing(await examine())).toContainEqual(
        expect.objectContaining({ check: 'remediator', detail: expect.stringContaining(permission) }),
      );
    },
  );

  it('asks for Policy.ReadWrite.ConsentRequest only where ADMIN_CONSENT_REVIEWERS enables the remedy', async () => {
    const check = { check: 'remediator', detail: expect.stringContaining('Policy.ReadWrite.ConsentRequest') };
    laptop = await aLaptop();
    expect(await examine()).not.toContainEqual(expect.objectContaining(check));
    await laptop.close();
    laptop = await aLaptop();
    laptop.simulator.roles.grant('Policy.ReadWrite.ConsentRequest', 'remediator');
    expect(await examine()).toContainEqual(expect.objectContaining({ ...check, outcome: 'warning' }));
    await laptop.close();
    laptop = await aLaptop({}, { ADMIN_CONSENT_REVIEWERS: reviewers });
    expect(await examine()).toContainEqual(expect.objectContaining({ ...check, outcome: 'fails' }));
  });

  it("checks the remediator's own storage account, where it has one", async () => {
    laptop = await aLaptop();
    expect(named(await examine(), 'remediator storage')).toEqual([]);
    await laptop.close();
    const data = azuriteConnectionString();
    laptop = await aLaptop({}, { ConsentinelStorage: data, AzureWebJobsStorage: otherAccount('hostaccount') });
    expect(named(await examine(), 'remediator storage')).toEqual([expect.objectContaining({ outcome: 'ok' })]);
    await laptop.close();
    const gone =
      'DefaultEndpointsProtocol=http;AccountName=own;AccountKey=a2V5;TableEndpoint=http://127.0.0.1:1/own;QueueEndpoint=http://127.0.0.1:1/own;';
    const storageTimeouts = { attempt: 500, call: 1000 };
    const wiring = { storageTimeouts, unprepared: true };
    laptop = await aLaptop({}, { ConsentinelStorage: data, AzureWebJobsStorage: gone }, wiring);
    const checks = await examine();
    expect(named(checks, 'storage')).toEqual([expect.objectContaining({ outcome: 'ok' })]);
    expect(named(checks, 'remediator storage')).toEqual([
      expect.objectContaining({ outcome: 'fails', detail: expect.stringContaining('remediatorState') }),
    ]);
    await laptop.close();
    // A process that only reads does not touch that account.
    laptop = await aLaptop({}, { ConsentinelStorage: data, AzureWebJobsStorage: gone, REMEDIATOR_CLIENT_ID: '' });
    expect(named(await examine(), 'remediator storage')).toEqual([]);
    await laptop.close();
    laptop = await aLaptop({}, { ConsentinelStorage: data, AzureWebJobsStorage: '' });
    expect(named(await examine(), 'remediator storage')).toEqual([
      expect.objectContaining({ outcome: 'fails', fix: expect.stringContaining('AzureWebJobsStorage__accountName') }),
    ]);
  });
});

it.each([
  [['Application.Read.All'], ['Application.Read.All'], [], []],
  [['Directory.Read.All'], ['Application.Read.All'], [], ['Directory.Read.All']],
  [[], ['Policy.Read.All'], ['Policy.Read.All'], []],
  [['Mail.Send', 'Policy.Read.All'], ['Policy.Read.All'], [], ['Mail.Send']],
])('roles %j against needs %j: missing %j, excessive %j', (roles, needed, missing, excessive) => {
  expect(checkRoles(roles, needed)).toMatchObject({ missing, excessive });
});
