import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { demoTenant, simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { type Simulator, startSimulator } from '../../src/simulator/http/server.js';
import { aShell, type Shell } from '../support/cli.js';
import { aTeamsSink, type WebhookSink } from '../support/webhook-sink.js';

const payroll = anApp('Payroll Sync', { application: { keyCredentials: [aSymmetricSigningKey('payroll')] } });
let shell: Shell;
let simulator: Simulator;
let teams: WebhookSink;
beforeAll(async () => {
  [simulator, teams] = await Promise.all([startSimulator({ tenant: simulatedTenantOf([payroll]) }), aTeamsSink()]);
});
afterEach(() => shell.close());
afterAll(() => Promise.all([simulator.close(), teams.close()]));

const run = async (args: readonly string[], more: Record<string, string> = {}) => {
  shell = await aShell();
  return shell.run(['sentinel', ...args], { ...simulator.settings, ...more });
};

it('prints what it read and found, and exits with 0', async () => {
  const { exitCode, out, log } = await run([]);
  expect([exitCode, log]).toEqual([0, '']);
  expect(out).toContain('Sentinel complete: 1 object with keys, 1 app examined');
  expect(out).toContain('Findings seen: 1 new, 0 open, 0 suppressed. The sentinel resolves none.');
});

it('prints JSON with the names of the JSON of a scan', async () => {
  const { exitCode, out } = await run(['--json']);
  expect(exitCode).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    scanId: expect.stringMatching(/^sentinel-/),
    tenantId: demoTenant().id,
    status: 'complete',
    counts: { applications: 1, servicePrincipals: 0 },
    findings: { new: 1, open: 0, resolved: 0, suppressed: 0 },
    writes: 1,
    read: { listed: { applications: 1, servicePrincipals: 0 }, apps: 1, position: expect.any(String) },
    notExamined: [],
    errors: [],
    undetermined: [],
  });
});

it('sends the alert with --alert', async () => {
  const { exitCode, log } = await run(['--alert'], { TEAMS_WEBHOOK_URL: teams.url });
  expect(exitCode).toBe(0);
  expect(log).toContain('Alert sent: teams.');
  expect(teams.accepted()[0]).toContain('Payroll Sync');
});

it('says that Graph refuses the filter, and exits with 1', async () => {
  const body = { error: { code: 'Request_UnsupportedQuery', message: 'x' } };
  simulator.order({ kind: 'status', status: 400, body, match: { path: '/servicePrincipals' }, times: 1 });
  const { exitCode, out, log } = await run([]);
  expect(exitCode).toBe(1);
  expect(out).toContain('Sentinel incomplete');
  expect(log).toContain('graph-rejected: Microsoft Graph refused the filter on keyCredentials of servicePrincipals');
});

it('exits with 2 for a faulty schedule, and with --alert without a channel', async () => {
  const faulty = await run([], { SENTINEL_SCHEDULE: 'hourly' });
  expect([faulty.exitCode, faulty.log]).toEqual([2, expect.stringContaining('SENTINEL_SCHEDULE = "hourly"')]);
  await shell.close();
  expect((await run(['--alert'])).exitCode).toBe(2);
});
