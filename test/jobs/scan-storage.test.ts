import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { processAlerts } from '../../src/jobs/alerts/process-alerts.js';
import { scanOnRequest } from '../../src/jobs/scan/request-scan.js';
import { scanTenant } from '../../src/jobs/scan/scan-tenant.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { aHungServer, type HungServer } from '../support/hung-server.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { azuriteConnectionString } from '../support/storage.js';
import { aTeamsSink, type WebhookSink } from '../support/webhook-sink.js';

const payroll = anApp('Payroll Sync', { application: { keyCredentials: [aSymmetricSigningKey('payroll')] } });
const tenant = simulatedTenantOf([payroll]);
const storageTimeouts = { attempt: 2_000, call: 4_000 };

let hung: HungServer;
let teams: WebhookSink;
let laptop: Laptop | undefined;
beforeEach(async () => {
  [hung, teams] = await Promise.all([aHungServer(), aTeamsSink()]);
});
afterEach(async () => {
  hung.close();
  await Promise.all([teams.close(), laptop?.close()]);
  laptop = undefined;
});

/** Opens a laptop, after the one before. With `service`, its tables or queues never answer. */
async function open(tablePrefix: string, service?: 'Table' | 'Queue', { origin } = hung): Promise<Laptop> {
  await laptop?.close();
  laptop = undefined;
  const endpoint = new RegExp(`(${service}Endpoint=)http://127.0.0.1:\\d+`);
  const settings = {
    AzureWebJobsStorage: azuriteConnectionString().replace(endpoint, `$1${origin}`),
    TEAMS_WEBHOOK_URL: teams.url,
  };
  laptop = await aLaptop({ tenant }, settings, { tablePrefix, storageTimeouts });
  return laptop;
}

describe('a scan without queues', () => {
  it('is complete, and the alert of the next scan covers it', async () => {
    const owed: unknown[] = [];
    const cut = await open('scanwithoutqueue', 'Queue');
    const scan = await cut.scan({ onAlertOwed: (error) => owed.push(error) });
    expect(scan).toMatchObject({ status: 'complete', writes: 1 });
    expect(scan.alerts).toBeUndefined();
    expect(owed).toEqual([expect.objectContaining({ code: 'storage-unavailable' })]);
    const whole = await open('scanwithoutqueue');
    expect(await whole.scan()).toMatchObject({ status: 'complete', writes: 0 });
    expect(await processAlerts(whole.runtime)).toMatchObject({ reports: [{ outcome: 'sent' }], failures: [] });
    expect(teams.accepted()[0]).toContain('Payroll Sync');
  });

  it('has its message delivered again, which requests the alert and does not scan again', async () => {
    const { runtime } = await open('scanonrequest', 'Queue');
    const message = { scanId: 'nightly-1', requestedBy: 'timer' };
    const delivery = { messageId: 'm1', insertedAt: new Date().toISOString() };
    await expect(scanOnRequest(runtime, message, { delivery: { ...delivery, count: 1 } })).rejects.toMatchObject({
      code: 'storage-unavailable',
    });
    const whole = await open('scanonrequest');
    const again = await scanOnRequest(whole.runtime, message, { delivery: { ...delivery, count: 2 } });
    expect(again).toMatchObject({ id: 'nightly-1', status: 'complete' });
    expect(await processAlerts(whole.runtime)).toMatchObject({ reports: [{ outcome: 'sent' }] });
  });
});

it('nothing begins while tables do not answer', async () => {
  await expect(open('scanwithouttables', 'Table')).rejects.toMatchObject({ code: 'storage-unavailable' });
  expect(hung.requests()).toBeGreaterThan(0);
});

it('a scan fails when tables stop answering in the middle', async () => {
  const tables = /TableEndpoint=(http:\/\/[^/]+)/.exec(azuriteConnectionString())?.[1];
  const proxy = await aHungServer(tables);
  try {
    const { runtime } = await open('scanwhosetableshang', 'Table', proxy);
    const servicePrincipals: typeof runtime.directory.servicePrincipals = (...args) => {
      proxy.hang();
      return runtime.directory.servicePrincipals(...args);
    };
    const directory = { ...runtime.directory, servicePrincipals };
    await expect(scanTenant({ ...runtime, directory }, { requestedBy: 'test' })).rejects.toMatchObject({
      code: 'storage-unavailable',
    });
  } finally {
    proxy.close();
  }
});
