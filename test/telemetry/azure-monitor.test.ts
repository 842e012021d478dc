import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../src/clock.js';
import { sendAlerts } from '../../src/jobs/alerts/send-alerts.js';
import { suppress } from '../../src/jobs/finding/suppress-finding.js';
import { approve, reject } from '../../src/jobs/remediation/approve.js';
import { runRemediations } from '../../src/jobs/remediation/queue.js';
import type { MeasureName } from '../../src/jobs/telemetry/measures.js';
import { demoTenant, simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { viewStatuses } from '../../src/model/finding/finding.js';
import { severities } from '../../src/model/rule/violation.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { environment } from '../../src/runtime.js';
import type { SimulatorOptions } from '../../src/simulator/http/server.js';
import { createAzureMonitor } from '../../src/telemetry/azure-monitor.js';
import { aShell } from '../support/cli.js';
import { anInsightsSink, type InsightsSink, type ReceivedMetric, type ReceivedSpan } from '../support/insights-sink.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { anOpenSink } from '../support/webhook-sink.js';

let sink: InsightsSink;
let laptop: Laptop | undefined;
beforeEach(async () => {
  sink = await anInsightsSink();
});
afterEach(async () => {
  await laptop?.close();
  laptop = undefined;
  await sink.close();
});

async function aTracedLaptop(options: Partial<SimulatorOptions> = {}, settings: Record<string, string> = {}) {
  const all = { APPLICATIONINSIGHTS_CONNECTION_STRING: sink.connectionString, ...settings };
  laptop = await aLaptop(options, all);
  return laptop;
}

const appWithSigningKey = (name: string) =>
  anApp(name, { application: { keyCredentials: [aSymmetricSigningKey(name)] } });

/** The sums of a measure by the value of one attribute. */
function sums(name: MeasureName, by: string): Record<string, number> {
  const result: Record<string, number> = {};
  for (const metric of sink.metrics().filter((each) => each.name === name)) {
    const key = metric.properties[by] ?? '';
    result[key] = (result[key] ?? 0) + metric.value;
  }
  return result;
}

const spanNamed = (name: string, spans: readonly ReceivedSpan[] = sink.spans()): ReceivedSpan => {
  const found = spans.filter((span) => span.name === name);
  if (found.length !== 1 || !found[0]) throw new Error(`There are ${found.length} spans ${name}.`);
  return found[0];
};
const metricsNamed = (name: MeasureName): ReceivedMetric[] => sink.metrics().filter((metric) => metric.name === name);

describe('a scan with a connection string', () => {
  it('is one trace: the scan, with one child span for each activity', async () => {
    const { runtime, scan } = await aTracedLaptop({ tenant: demoTenant({ objects: 6000 }) });
    const done = await scan({ requestedBy: 'cli' });
    await runtime.telemetry.flush();

    const root = spanNamed('scan');
    expect(root).toMatchObject({ kind: 'request', parentId: undefined, success: true });
    expect(root.properties).toMatchObject({
      scanId: done.id,
      tenantId: done.tenantId,
      requestedBy: 'cli',
      status: done.status,
      applications: String(done.counts.applications),
      servicePrincipals: String(done.counts.servicePrincipals),
      new: String(done.findings.new),
      pages: String(done.pages),
      requests: String(done.requests),
      retries: String(done.retries),
    });
    const children = sink.spans().filter(({ name }) => name !== 'scan');
    for (const child of children) expect(child).toMatchObject({ traceId: root.traceId, parentId: root.id });
    const names = children.map(({ name }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        'read findings',
        'load tenant',
        'list servicePrincipals',
        'list applications',
        'judge',
        'confirm absences',
        'plan remedies',
        'store findings',
        'resolve findings',
        'delete old rows',
        'read grants',
      ]),
    );
    // Pages have no spans: the number of spans does not depend on the size of the tenant.
    expect(new Set(names).size).toBe(names.length);
    expect(done.pages).toBeGreaterThan(4);
    expect(Number(spanNamed('list servicePrincipals').properties.times)).toBeGreaterThan(1);
  });

  it('sends the counts of the scan as measures', async () => {
    const { runtime, scan, simulator, stored } = await aTracedLaptop();
    const headers = { 'Retry-After': '0.01' };
    simulator.order({ kind: 'status', status: 503, match: { path: '/applications' }, times: 1, headers });
    const done = await scan();
    await runtime.telemetry.flush();

    const { tenantId, counts } = done;
    expect(sums('consentinel.objects', 'collection')).toEqual(counts);
    expect(sums('consentinel.pages', 'tenantId')).toEqual({ [tenantId]: done.pages });
    expect(sums('consentinel.requests', 'tenantId')).toEqual({ [tenantId]: done.requests });
    expect(sums('consentinel.retries', 'tenantId')).toEqual({ [tenantId]: done.retries });
    expect(done.retries).toBeGreaterThan(0);
    const units = runtime.directory.stats.resourceUnits;
    expect(sums('consentinel.resource_units', 'tenantId')).toEqual({ [tenantId]: units });
    expect(metricsNamed('consentinel.scan_time')).toMatchObject([{ count: 1, properties: { status: 'complete' } }]);

    const findings = await stored();
    expect(findings.length).toBeGreaterThan(5);
    const expected: Record<string, number> = {};
    for (const { ruleId } of findings) expected[ruleId] = (expected[ruleId] ?? 0) + 1;
    const { '': ofNoRule, ...byRule } = sums('consentinel.findings', 'ruleId');
    expect(byRule).toEqual(expected);
    expect(ofNoRule).toBe(0);
    const none = { open: 0, suppressed: 0, resolved: 0 };
    expect(sums('consentinel.findings', 'status')).toEqual({ new: findings.length, ...none });
  });

  it('sends zero for every severity and status without findings', async () => {
    const { runtime, scan, simulator, stored } = await aTracedLaptop({
      tenant: simulatedTenantOf([appWithSigningKey('Payroll Sync')]),
    });
    await scan();
    await runtime.telemetry.flush();
    const { length } = metricsNamed('consentinel.findings');
    const [finding, ...more] = await stored();
    expect(more).toEqual([]);
    simulator.directory.update('applications', finding?.objectId ?? '', { keyCredentials: [] });
    const { tenantId } = await scan();
    await runtime.telemetry.flush();

    const now = metricsNamed('consentinel.findings').slice(length);
    const series = now.map(({ properties: { severity, status } }) => `${severity} ${status}`);
    expect(new Set(series).size).toBe(series.length);
    expect(series).toHaveLength(severities.length * viewStatuses.length);
    const [remaining, ...others] = now.filter(({ value }) => value !== 0);
    expect([remaining?.value, remaining?.properties, others]).toEqual([
      1,
      { tenantId, ruleId: finding?.ruleId, severity: finding?.severity, status: 'resolved' },
      [],
    ]);
    for (const { value, properties } of now) if (value === 0) expect(properties).not.toHaveProperty('ruleId');
  });

  it('sends each value once, also after several flushes', async () => {
    const { runtime, scan } = await aTracedLaptop();
    await scan();
    await runtime.telemetry.flush();
    const { length } = sink.bodies;
    await runtime.telemetry.flush();
    expect(sink.bodies).toHaveLength(length);
  });

  it('that is incomplete reports the error codes and the rules without messages', async () => {
    const { runtime, scan, simulator } = await aTracedLaptop();
    simulator.order({ kind: 'status', status: 403, match: { path: '/applications' }, times: 99 });
    const done = await scan();
    await runtime.telemetry.flush();
    expect(spanNamed('scan').properties).toMatchObject({ status: 'incomplete', errors: 'permission-missing' });
    expect(spanNamed('scan').properties.notExamined?.split(' ')).toEqual([
      ...new Set(done.notExamined.map(({ ruleId }) => ruleId)),
    ]);
    expect(metricsNamed('consentinel.scan_time')).toMatchObject([{ properties: { status: 'incomplete' } }]);
  });

  it('that is repeated has the same trace and another root; its alert belongs to the last root', async () => {
    const webhook = await anOpenSink();
    const { runtime, scan, simulator } = await aTracedLaptop({}, { ALERT_WEBHOOK_URL: webhook.url });
    const stop = new AbortController();
    const scanId = 'nightly-1';
    await expect(scan({ scanId, signal: stop.signal, onProgress: () => stop.abort() })).rejects.toThrow();
    const done = await scan({ scanId });
    await sendAlerts(runtime, { tenantId: done.tenantId, scanId });
    await runtime.telemetry.flush();
    await webhook.close();

    const [failed, complete] = sink.spans().filter(({ name }) => name === 'scan');
    expect([failed?.success, complete?.success]).toEqual([false, true]);
    expect(failed?.traceId).toBe(complete?.traceId);
    expect(failed?.id).not.toBe(complete?.id);
    expect(spanNamed('alert')).toMatchObject({
      traceId: complete?.traceId,
      parentId: complete?.id,
      properties: { scanId, outcome: 'sent' },
    });
    expect(simulator.requests.length).toBeGreaterThan(0);
  });

  it('sends no names, only object ids', async () => {
    const webhook = await anOpenSink();
    const { runtime, scan, stored } = await aTracedLaptop({}, { ALERT_WEBHOOK_URL: webhook.url });
    const done = await scan({ requestedBy: 'ada@contoso.example' });
    await sendAlerts(runtime, { tenantId: done.tenantId, scanId: done.id });
    const findings = await stored();
    const first = findings.find(({ remediation }) => remediation);
    const subject = { tenantId: done.tenantId, findingId: first?.id ?? '', author: 'ada@contoso.example' };
    await reject(runtime, { ...subject, comment: 'Grace owns this one.' });
    await suppress(runtime, { ...subject, reason: 'Grace fixes it.', until: '2126-01-01' }).catch(() => {});
    await runtime.telemetry.flush();
    await webhook.close();

    const sent = sink.bodies.join('\n');
    expect(sent).toContain('consentinel.time_to_decision');
    for (const { displayName } of findings.filter(({ displayName }) => displayName))
      expect(sent).not.toContain(displayName);
    expect(sent).not.toMatch(/@|Grace|\bada\b/);
  });
});

describe('decisions and fixes', () => {
  it('are measured since the appearance of the finding, by rule and severity', async () => {
    const tenant = simulatedTenantOf([
      appWithSigningKey('Payroll Sync'),
      appWithSigningKey('Loan Desk'),
      appWithSigningKey('Time Clock'),
    ]);
    const { runtime, scan, stored } = await aTracedLaptop({ tenant }, { REMEDIATION: 'on' });
    await scan();
    const [one, two, three] = (await stored()).filter(({ ruleId }) => ruleId === 'no-symmetric-signing-key');
    const of = (finding = one) => ({ tenantId: tenant.id, findingId: finding?.id ?? '', author: 'local:test' });
    await approve(runtime, { ...of(one), acknowledgeWarnings: true });
    await reject(runtime, of(two));
    const until = new Date(Date.now() + 86_400_000).toISOString();
    await suppress(runtime, { ...of(three), reason: 'It is on its way out.', until });
    const { outcomes } = await runRemediations(await runtime.remediation(), { maxPerRun: 5 });
    expect(outcomes).toMatchObject([{ status: 'applied' }]);
    await runtime.telemetry.flush();

    const attributes = { tenantId: tenant.id, ruleId: 'no-symmetric-signing-key', severity: one?.severity };
    const decided = metricsNamed('consentinel.time_to_decision');
    expect(decided.map(({ properties }) => properties.decision).sort()).toEqual(['approved', 'rejected', 'suppressed']);
    for (const { count, value, properties } of decided) {
      expect(properties).toMatchObject(attributes);
      expect([count, value > 0]).toEqual([1, true]);
    }
    const resolved = (await stored()).find(({ id }) => id === one?.id);
    const waited = (Date.parse(resolved?.resolvedAt ?? '') - Date.parse(resolved?.appearedAt ?? '')) / 1000;
    expect(metricsNamed('consentinel.time_to_fix')).toMatchObject([
      { count: 1, value: waited, properties: attributes },
    ]);
  });
});

it('a decision that loses a version conflict is not measured', async () => {
  const tenant = simulatedTenantOf([appWithSigningKey('Payroll Sync')]);
  const { runtime, scan, stored } = await aTracedLaptop({ tenant });
  await scan();
  const [{ id = '' } = {}] = (await stored()).filter(({ ruleId }) => ruleId === 'no-symmetric-signing-key');
  const seen = await runtime.findings.finding(tenant.id, id);
  if (!seen) throw new Error('There is no finding.');
  await reject(runtime, { tenantId: tenant.id, findingId: id, author: 'local:test' });
  const at = new Date().toISOString();
  const { ruleId } = seen.value;
  const event = { tenantId: tenant.id, ruleId, findingId: id, at, author: 'local:late', summary: '', detail: {} };
  const late = { finding: seen.value, etag: seen.etag, events: [{ ...event, type: 'approved' as const }] };
  expect(await runtime.findings.commit([late])).toMatchObject({ conflicts: [id] });
  await runtime.telemetry.flush();
  expect(metricsNamed('consentinel.time_to_decision')).toMatchObject([{ properties: { decision: 'rejected' } }]);
});

describe('an identity', () => {
  const scopesRead: string[] = [];
  const credential = {
    getToken: async (scopes: string | string[]) => {
      scopesRead.push(...[scopes].flat());
      return { token: 'PLANTED-TOKEN', expiresOnTimestamp: Date.now() + 3_600_000 };
    },
  };
  const key = 'InstrumentationKey=0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0';
  async function sendingTo(endpoint: string) {
    const connectionString = `${key};IngestionEndpoint=${endpoint}`;
    const telemetry = createAzureMonitor({
      connectionString,
      endpoint,
      credential,
      version: '1',
      clock: systemClock,
      environment,
    });
    telemetry.measure([{ name: 'consentinel.pages', value: 1, attributes: {} }]);
    await telemetry.close();
  }

  it('provides a token for Azure Monitor', async () => {
    await sendingTo('https://127.0.0.1:9');
    expect([...new Set(scopesRead)]).toEqual(['https://monitor.azure.com/.default']);
  });

  it('never sends its token without encryption', async () => {
    await sendingTo(new URL(sink.connectionString.split('IngestionEndpoint=')[1] ?? '').origin);
    expect(sink.bodies).toEqual([]);
  });
});

describe('a sink', () => {
  it('that never responds does not stop a scan, and delays a flush only briefly', async () => {
    sink.hang();
    const { runtime, scan } = await aTracedLaptop();
    expect(await scan()).toMatchObject({ status: 'complete' });
    await runtime.telemetry.flush();
    expect(sink.bodies.length).toBeGreaterThan(0);
    await runtime.close();
  });

  it('that is closed does not affect a command, which ends by itself', async () => {
    const { settings } = await aTracedLaptop();
    await sink.close();
    const shell = await aShell();
    const { exitCode, out } = await shell.run(['scan', '--json'], shellSettings(settings));
    await shell.close();
    expect(JSON.parse(out)).toMatchObject({ status: 'complete' });
    expect(exitCode).toBe(0);
    sink = await anInsightsSink();
  });
});

describe('the command line', () => {
  it.each([
    ['loads no exporter and sends nothing without the setting', false],
    ['sends telemetry before it ends with the setting', true],
  ])('%s', async (_, on) => {
    const { settings } = await aTracedLaptop();
    const shell = await aShell();
    const { APPLICATIONINSIGHTS_CONNECTION_STRING: connectionString = '', ...others } = shellSettings(settings);
    const loader = `
      import { register } from 'node:module';
      const hooks = 'export async function load(url, context, next) { process._rawDebug("loads " + url); return next(url, context); }';
      register('data:text/javascript,' + encodeURIComponent(hooks));`;
    const { exitCode, log } = await shell.run(['scan', '--json'], {
      ...others,
      ...(on && { APPLICATIONINSIGHTS_CONNECTION_STRING: connectionString }),
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(loader)}`,
    });
    await shell.close();
    expect(exitCode).toBe(0);
    expect(log).toMatch(/loads .*\/dist\/cli\.js/);
    expect(/loads .*\/azure-monitor-/.test(log)).toBe(on);
    expect(sink.spans().some(({ name }) => name === 'scan')).toBe(on);
  });
});

/** The settings of the laptop without its storage: the shell embeds its own. */
function shellSettings({ AzureWebJobsStorage: _other, ...settings }: Readonly<Record<string, string>>) {
  return settings;
}
