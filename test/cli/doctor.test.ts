import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { anApp } from '../../src/rules/testing/cases.js';
import { type Simulator, startSimulator } from '../../src/simulator/http/server.js';
import { aShell, type Shell } from '../support/cli.js';

let shell: Shell;
let simulator: Simulator;
beforeAll(async () => {
  [shell, simulator] = await Promise.all([
    aShell(),
    startSimulator({ tenant: simulatedTenantOf([anApp('Payroll Sync')]) }),
  ]);
});
afterAll(async () => {
  await shell.close();
  await simulator.close();
});

const examine = async (settings: Readonly<Record<string, string>>) => {
  const { exitCode, out, log } = await shell.run(['doctor', '--json'], { ...simulator.settings, ...settings });
  const checks: { check: string; outcome: string; detail: string; fix?: string }[] = JSON.parse(out);
  return { exitCode, log, checks, of: (name: string) => checks.filter(({ check }) => check === name) };
};

it('examines the whole installation, and prints nothing but JSON', async () => {
  const { exitCode, log, checks, of } = await examine({});
  expect([exitCode, log]).toEqual([0, '']);
  expect(of('version')).toEqual([expect.objectContaining({ outcome: 'ok' })]);
  expect(of('settings')).toEqual([{ check: 'settings', outcome: 'ok', detail: 'Every setting is valid.' }]);
  expect([...new Set(checks.map(({ check }) => check))]).toEqual([
    'version',
    'settings',
    'storage',
    'queues',
    'scans',
    'sentinel',
    'tenant',
    'reader',
    'remediator',
    'clock',
    'telemetry',
    'alerts',
  ]);
});

it('has a failed check for each invalid setting, without the value of a secret', async () => {
  const { exitCode, log, checks, of } = await examine({ TENANT_ID: 'contoso', TEAMS_WEBHOOK_URL: 'http://HIDE-ME' });
  expect([exitCode, log]).toEqual([1, '']);
  expect(of('settings')).toEqual([
    { check: 'settings', outcome: 'fails', detail: 'TENANT_ID = "contoso"', fix: expect.stringContaining('GUID') },
    {
      check: 'settings',
      outcome: 'fails',
      detail: 'TEAMS_WEBHOOK_URL = (a secret, not shown)',
      fix: expect.stringContaining('https'),
    },
  ]);
  expect(JSON.stringify(checks)).not.toContain('HIDE-ME');
});

it('has a failed check for a setting with an unknown rule', async () => {
  const { of } = await examine({ RULES_OFF: 'no-such-rule' });
  expect(of('settings')).toEqual([expect.objectContaining({ outcome: 'fails', fix: expect.any(String) })]);
});

it('continues with the other checks where storage is unavailable', async () => {
  const unavailable =
    'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;TableEndpoint=http://127.0.0.1:1/a;QueueEndpoint=http://127.0.0.1:1/a;';
  const { exitCode, of } = await examine({ AzureWebJobsStorage: unavailable });
  expect(exitCode).toBe(1);
  expect(of('storage')).toEqual([
    expect.objectContaining({ outcome: 'fails', detail: expect.stringContaining('could not be reached') }),
  ]);
  for (const name of ['queues', 'scans']) expect(of(name)).toEqual([expect.objectContaining({ outcome: 'unknown' })]);
  for (const name of ['reader', 'clock']) expect(of(name)).toContainEqual(expect.objectContaining({ outcome: 'ok' }));
});

it('shows the checks as text, with a mark and a fix', async () => {
  const { exitCode, out } = await shell.run(['doctor'], { ...simulator.settings, SCAN_SCHEDULE: 'nightly' });
  expect(exitCode).toBe(1);
  expect(out).toContain('✗ settings: SCAN_SCHEDULE = "nightly"\n    Give six fields');
});
