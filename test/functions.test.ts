import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { simulatedTenantOf } from '../src/local/demo-tenant.js';
import { anApp, aSymmetricSigningKey } from '../src/rules/testing/cases.js';
import { aLaptop, type Laptop } from './support/laptop.js';
import { runFunctions } from './support/run-function.js';

let laptop: Laptop | undefined;
afterEach(async () => {
  await laptop?.close();
  laptop = undefined;
});

const tenant = {
  ...simulatedTenantOf([anApp('Payroll Sync', { application: { keyCredentials: [aSymmetricSigningKey('payroll')] } })]),
  // The functions share the account's own tables with other test files.
  id: randomUUID(),
};
const timer = {
  json: JSON.stringify({
    schedule: {},
    isPastDue: false,
    scheduleStatus: { last: '2026-11-23T02:00:00Z', next: '2026-11-24T02:00:00Z' },
  }),
};
const message = (content: object) => ({ string: JSON.stringify(content) });

describe('the built functions', () => {
  it('load without settings, and register triggers that read the environment', async () => {
    const { functions } = await runFunctions([]);
    const trigger = (name: string) =>
      Object.values(functions[name]?.bindings ?? {}).find(({ type }) => /trigger$/i.test(type));
    expect(trigger('nightlyScan')).toMatchObject({ type: 'timerTrigger', schedule: '%SCAN_SCHEDULE%' });
    expect(functions.nightlyScan).toHaveProperty('retryOptions');
    expect(trigger('scanRequests')).toMatchObject({
      type: 'queueTrigger',
      queueName: 'scan-requests',
      connection: 'AzureWebJobsStorage',
    });
    expect(trigger('remediations')).toMatchObject({ type: 'queueTrigger', queueName: 'remediations' });
  });

  it('have a timer for the sentinel only where its schedule is set', async () => {
    expect((await runFunctions([])).functions).not.toHaveProperty('sentinel');
    const { functions } = await runFunctions([], { SENTINEL_SCHEDULE: '0 0 * * * *' });
    const [trigger] = Object.values(functions.sentinel?.bindings ?? {});
    expect(trigger).toMatchObject({ type: 'timerTrigger', schedule: '%SENTINEL_SCHEDULE%' });
  });

  it('run the sentinel: the timer requests a run, and the queue runs it', async () => {
    laptop = await aLaptop({ tenant });
    const run = { kind: 'sentinel', scanId: 'sentinel-test', requestedBy: 'timer' };
    const { invocations } = await runFunctions(
      [
        { name: 'sentinel', data: timer },
        { name: 'scanRequests', data: message(run) },
        { name: 'scanRequests', data: message({ ...run, scanId: 'nightly-test' }) },
        { name: 'scanRequests', data: message({ scanId: 'sentinel-test', requestedBy: 'timer' }) },
      ],
      { ...laptop.settings, SENTINEL_SCHEDULE: '0 0 * * * *' },
    );
    expect(invocations.map(({ ok }) => ok)).toEqual([true, true, false, false]);
    const logged = invocations.map(({ logs }) => JSON.parse(logs.at(-1) ?? '{}'));
    expect(logged[0]).toMatchObject({ event: 'sentinel-requested', scanId: expect.stringMatching(/^sentinel-/) });
    expect(logged[1]).toMatchObject({ event: 'sentinel-finished', scanId: 'sentinel-test', status: 'complete' });
    expect(invocations[2]?.error).toContain('scanId');
    expect(invocations[3]?.error).toContain('scanId');
  });

  it('fail an invocation, not the loading, for a faulty setting', async () => {
    const { invocations } = await runFunctions([{ name: 'nightlyScan', data: timer }], { TENANT_ID: 'contoso' });
    expect(invocations).toEqual([
      { ok: false, logs: expect.anything(), error: expect.stringContaining('TENANT_ID = "contoso"') },
    ]);
  });

  it('scan the tenant at night: the timer requests one scan per night, and the queue runs it', async () => {
    laptop = await aLaptop({ tenant });
    const { settings } = laptop;
    const { invocations } = await runFunctions(
      [
        { name: 'nightlyScan', data: timer },
        { name: 'nightlyScan', data: timer },
        { name: 'scanRequests', data: message({ scanId: 'nightly-test', requestedBy: 'timer' }) },
        { name: 'scanRequests', data: message({ scanId: 'nightly-test', requestedBy: 'timer' }) },
        { name: 'scanRequests', data: message({ what: 'ever' }) },
      ],
      settings,
    );
    expect(invocations.map(({ ok, error }) => [ok, error])).toEqual([
      [true, undefined],
      [true, undefined],
      [true, undefined],
      [true, undefined],
      [false, expect.any(String)],
    ]);
    const logged = invocations.map(({ logs }) => JSON.parse(logs.at(-1) ?? '{}'));
    expect(logged[0]).toMatchObject({ event: 'scan-requested', requestedBy: 'timer' });
    expect(logged[1].scanId).toBe(logged[0].scanId);
    expect(logged[2]).toMatchObject({ event: 'scan-finished', status: 'complete', counts: { applications: 1 } });
    // The same process has run it: nothing is scanned twice, and nothing is logged as finished again.
    expect(logged[3]).toMatchObject({ event: 'scan-replayed', scanId: 'nightly-test', reason: 'own-scan' });
    expect(invocations[4]).toMatchObject({ ok: false, error: expect.stringContaining('scanId') });
  });
});

it('host.json decodes no messages, because the queue client encodes none', () => {
  const host = JSON.parse(readFileSync('host.json', 'utf8'));
  expect(host.extensions.queues).toMatchObject({ messageEncoding: 'none', maxDequeueCount: 5 });
});
