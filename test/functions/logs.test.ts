import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { readConfig } from '../../src/config.js';
import { sharedInstallation } from '../../src/functions/shared-runtime.js';
import { approve } from '../../src/jobs/remediation/approve.js';
import { messageFor } from '../../src/jobs/remediation/message.js';
import { demoTenant } from '../../src/local/demo-tenant.js';
import { FunctionsCore } from '../../src/local/functions-core.js';
import type { Finding } from '../../src/model/finding/finding.js';
import { createRuntime, environment } from '../../src/runtime.js';
import { anInsightsSink, type InsightsSink } from '../support/insights-sink.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { type RuntimeParts, withParts } from '../support/runtime-parts.js';
import { aTeamsSink, type WebhookSink } from '../support/webhook-sink.js';

// The functions share the account's own tables with other test files.
const tenant = { ...demoTenant(), id: randomUUID() };
const scanId = 'nightly-1';

let core: FunctionsCore;
let laptop: Laptop;
let runtime: RuntimeParts;
let sink: InsightsSink;
let teams: WebhookSink;
beforeAll(async () => {
  core = new FunctionsCore();
  // jest replaces the module that the Functions worker provides.
  jest.mock('@azure/functions-core', () => core, { virtual: true });
  sink = await anInsightsSink();
  teams = await aTeamsSink();
  const settings = {
    TEAMS_WEBHOOK_URL: teams.url,
    ALERT_MAIL_FROM: 'consentinel@woodgrove.example',
    ALERT_MAIL_TO: 'identity-team@woodgrove.example',
    REMEDIATION: 'on',
    TENANT_ID: tenant.id,
  };
  laptop = await aLaptop({ tenant }, settings);
  laptop.simulator.roles.grant('Mail.Send');
  // Uses the tables of the functions, without telemetry.
  runtime = withParts(await createRuntime(readConfig(laptop.settings), laptop.settings));
  // The functions read the process's environment.
  const listening = { APPLICATIONINSIGHTS_CONNECTION_STRING: sink.connectionString };
  Object.assign(environment, laptop.settings, listening);
  await import('../../src/functions/all.js');
});
afterAll(async () => {
  await laptop.close();
  await teams.close();
  await sink.close();
});

/** All lines logged so far. */
const logged: string[] = [];
/** The level of each. */
const levels: [{ event: string; status?: string }, string][] = [];
async function invoke(name: string, message: object) {
  const invocation = await core.invoke(name, { json: JSON.stringify(message) });
  logged.push(...invocation.logs);
  invocation.logs.forEach((text, i) => {
    levels.push([JSON.parse(text), invocation.levels[i] ?? '']);
  });
  return invocation;
}
const events = (event: string) => logged.map((line) => JSON.parse(line)).filter((line) => line.event === event);

async function stored(): Promise<Finding[]> {
  const findings: Finding[] = [];
  for await (const { value } of runtime.findings.findings(tenant.id)) findings.push(value);
  return findings;
}

describe('a probe', () => {
  it('neither sends telemetry nor waits for it', async () => {
    const { telemetry } = await sharedInstallation();
    telemetry.measure([{ name: 'consentinel.pages', value: 1, attributes: { tenantId: tenant.id } }]);
    const url = 'https://app.example/api/health';
    const probe = await core.invoke('health', { http: { method: 'GET', url } });
    expect(probe).toMatchObject({ ok: true, http: { status: 200 } });
    expect(sink.bodies).toEqual([]);
  });
});

describe('a night of the functions', () => {
  it('sends its telemetry before an invocation ends', async () => {
    expect(await invoke('scanRequests', { scanId, requestedBy: 'ada@woodgrove.example' })).toMatchObject({ ok: true });
    expect(sink.spans().filter(({ name }) => name === 'scan')).toMatchObject([{ properties: { scanId } }]);
    expect(await invoke('alerts', { tenantId: tenant.id, scanId })).toMatchObject({ ok: true });
    expect(sink.spans().filter(({ name }) => name === 'alert')).toMatchObject([{ properties: { outcome: 'sent' } }]);
  });

  it('sends telemetry of a failed invocation too', async () => {
    const { length } = sink.bodies;
    teams.answerNext({ status: 500 });
    const failing = { scanId: 'nightly-2', requestedBy: 'timer' };
    laptop.simulator.order({ kind: 'status', status: 403, match: { path: '/applications' }, times: 99 });
    expect(await invoke('scanRequests', failing)).toMatchObject({ ok: true });
    expect(await invoke('alerts', { tenantId: tenant.id, scanId: 'nightly-2' })).toMatchObject({ ok: false });
    laptop.simulator.clearFaults();
    expect(sink.bodies.length).toBeGreaterThan(length);
    expect(sink.spans().filter(({ name }) => name === 'alert')[1]).toMatchObject({
      success: false,
      properties: { scanId: 'nightly-2', error: 'alert-undelivered' },
    });
  });

  it('logs one JSON object per line, with the id of the scan or the finding', async () => {
    const timer = { schedule: {}, isPastDue: false, scheduleStatus: { last: '2026-11-23T02:00:00Z' } };
    await invoke('nightlyScan', timer);
    const finding = (await stored()).find(({ ruleId }) => ruleId === 'no-symmetric-signing-key');
    const subject = { tenantId: tenant.id, findingId: finding?.id ?? '', author: 'ada@woodgrove.example' };
    const comment = 'Grace owns this one.';
    const approved = await approve(runtime, { ...subject, comment, acknowledgeWarnings: true });
    if (!approved.remediation) throw new Error('There is no plan.');
    laptop.simulator.order({
      kind: 'status',
      status: 403,
      body: { error: { code: 'Authorization_RequestDenied', message: `Not on ${approved.displayName}.` } },
      match: { method: 'PATCH' },
      times: 9,
    });
    const message = messageFor(approved, approved.remediation);
    await invoke('remediations', message);
    await invoke('remediationsPoison', { ...message, who: 'ada@woodgrove.example' });
    await invoke('alertsPoison', { tenantId: tenant.id, scanId });

    expect(events('scan-requested')).toEqual([
      {
        event: 'scan-requested',
        scanId: expect.stringMatching(/^nightly-/),
        requestedBy: 'timer',
        tenantId: tenant.id,
        late: false,
      },
    ]);
    expect(events('scan-finished')).toMatchObject([
      { scanId, tenantId: tenant.id, status: 'complete', requestedBy: 'other' },
      { scanId: 'nightly-2', status: 'incomplete', requestedBy: 'timer' },
    ]);
    expect(events('alert')).toMatchObject([{ scanId, outcome: 'sent', deliveries: { teams: { status: 'sent' } } }]);
    const { ruleId } = approved;
    expect(events('remediation')).toMatchObject([{ status: 'failed', findingId: approved.id, ruleId }]);
    expect(events('given-up')).toMatchObject([
      { queue: 'remediations', findingId: approved.id },
      { queue: 'remediations', findingId: approved.id, done: expect.any(String) },
      { queue: 'alerts', scanId },
      { queue: 'alerts', scanId, done: expect.any(String) },
    ]);
  });

  it('logs an incomplete scan as a warning, and a failed remediation as an error', () => {
    const outcomes = levels.filter(([{ event }]) => ['scan-finished', 'remediation'].includes(event));
    expect(outcomes.map(([{ event, status }, level]) => `${event} ${status}: ${level}`)).toEqual([
      'scan-finished complete: information',
      'scan-finished incomplete: warning',
      'remediation failed: error',
    ]);
  });

  it('logs no name of an app or a person, and no text that a person wrote', async () => {
    const lines = logged.join('\n');
    const names = (await stored()).flatMap(({ displayName }) => displayName || []);
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name) => lines.includes(name))).toEqual([]);
    expect(lines).not.toMatch(/@|Grace|woodgrove/);
    expect(sink.bodies.join('\n')).not.toMatch(/@|Grace|woodgrove/);
  });
});
