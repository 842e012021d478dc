import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { type Simulator, startSimulator } from '../../src/simulator/http/server.js';
import { aShell, type Shell } from '../support/cli.js';

let shell: Shell;
let simulator: Simulator;
let settings: Record<string, string>;
let id: string;
beforeAll(async () => {
  const app = anApp('Payroll Sync', { application: { keyCredentials: [aSymmetricSigningKey('payroll')] } });
  simulator = await startSimulator({ keysInLists: true, tenant: simulatedTenantOf([app]) });
  settings = { ...simulator.settings };
  shell = await aShell();
  await shell.run(['scan'], settings);
  id = (await json(['findings'])).find(({ ruleId }: { ruleId: string }) => ruleId === 'no-symmetric-signing-key').id;
});
afterAll(async () => {
  await shell.close();
  await simulator.close();
});

/** The JSON of a command that succeeds. */
async function json(args: readonly string[]) {
  const { exitCode, out, log } = await shell.run([...args, '--output', 'json'], settings);
  expect({ exitCode, log }).toEqual({ exitCode: 0, log: '' });
  return JSON.parse(out);
}

it('approve refuses a plan with another hash, and nothing changes', async () => {
  const args = ['approve', id, '--acknowledge-warnings', '--plan', 'f'.repeat(64)];
  const { exitCode, log } = await shell.run(args, settings);
  expect([exitCode, log]).toEqual([1, expect.stringMatching(/The plan of the finding .* Read the finding again/)]);
  const [finding] = await json(['findings', '--search', id]);
  expect(finding.remediation.status).toBe('proposed');
});

it('approve, reject, suppress and unsuppress show the decision as JSON', async () => {
  const [{ remediation }] = await json(['findings', '--search', id]);
  const { planHash } = remediation;
  expect(await json(['approve', id, '--acknowledge-warnings', '--plan', planHash])).toMatchObject({
    ...{ id, planHash, status: 'open', remediationStatus: 'approved', approvals: 1 },
    expiresAt: expect.stringMatching(/^\d{4}-/),
  });
  expect(await json(['reject', id])).toMatchObject({ id, remediationStatus: 'rejected', approvals: 0 });
  const until = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  expect(await json(['suppress', id, '--reason', 'retired', '--until', until])).toMatchObject({
    ...{ id, status: 'suppressed', suppressedUntil: expect.stringContaining(until) },
  });
  expect(await json(['unsuppress', id])).toMatchObject({ id, status: 'open' });
});

it('verify-audit shows the chains and what they were compared with as JSON', async () => {
  expect(await json(['verify-audit'])).toMatchObject({
    intact: true,
    chains: expect.arrayContaining([{ ruleId: 'no-symmetric-signing-key', events: 6 }]),
    anchors: { compared: true, count: 1, faults: [] },
  });
});
