import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { readConfig } from '../../src/config.js';
import { scanTenant } from '../../src/jobs/scan/scan-tenant.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { FunctionsCore } from '../../src/local/functions-core.js';
import { anApp } from '../../src/rules/testing/cases.js';
import { createRuntime, environment } from '../../src/runtime.js';
import { anInsightsSink, type InsightsSink } from '../support/insights-sink.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { type RuntimeParts, withParts } from '../support/runtime-parts.js';

// The functions share the account's own tables with other test files.
const tenant = { ...simulatedTenantOf([anApp('Payroll Sync')]), id: randomUUID() };
const scanId = 'nightly-stopped';

let core: FunctionsCore;
let laptop: Laptop;
/** Another instance of the app, with the same tables. */
let other: RuntimeParts;
let sink: InsightsSink;
beforeAll(async () => {
  core = new FunctionsCore();
  // jest replaces the module that the Functions worker provides.
  jest.mock('@azure/functions-core', () => core, { virtual: true });
  sink = await anInsightsSink();
  laptop = await aLaptop({ tenant }, { TENANT_ID: tenant.id });
  other = withParts(await createRuntime(readConfig(laptop.settings), laptop.settings));
  Object.assign(environment, laptop.settings, { APPLICATIONINSIGHTS_CONNECTION_STRING: sink.connectionString });
  await import('../../src/functions/scanner.js');
});
afterAll(async () => {
  await laptop.close();
  await sink.close();
});

it('a scan that the platform stops stores its end, frees its lease and sends its telemetry; the next try scans', async () => {
  laptop.simulator.order({ kind: 'hang', times: 9, match: { path: /^\/applications\?/ } });
  const message = { json: JSON.stringify({ scanId, requestedBy: 'timer' }) };
  const invocation = core.invoke('scanRequests', message, { id: 'm1', dequeueCount: '1' });
  while (!laptop.simulator.requests.some(({ path, query }) => /^\/applications\?\$select/.test(`${path}?${query}`)))
    await new Promise((resolve) => setTimeout(resolve, 10));
  await core.terminate();

  // Nothing below waits for the invocation: the worker ends when the hook has returned.
  expect(await other.scans.scan(tenant.id, scanId)).toMatchObject({ status: 'failed', errors: [{ code: 'aborted' }] });
  expect(sink.spans().filter(({ name }) => name === 'scan')).toMatchObject([
    { success: false, properties: { scanId } },
  ]);
  // A failed invocation: the queue delivers the message again.
  expect(await invocation).toMatchObject({ ok: false, error: { code: 'aborted' } });

  laptop.simulator.clearFaults();
  const again = await scanTenant(other, { scanId, requestedBy: 'timer' });
  expect(again).toMatchObject({ id: scanId, status: 'complete' });
}, 30_000);
