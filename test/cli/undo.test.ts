import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Simulator, startSimulator } from '../../src/simulator/http/server.js';
import { aShell, type Shell } from '../support/cli.js';
import { grantRemediator, reviewerId, undoTenant } from '../support/undo-tenant.js';

let shell: Shell;
let simulator: Simulator;
let settings: Record<string, string>;
beforeAll(async () => {
  simulator = await startSimulator({ keysInLists: true, tenant: undoTenant });
  grantRemediator(simulator);
  const remediator = simulator.identities.remediator.clientId;
  settings = { ...simulator.settings, ADMIN_CONSENT_REVIEWERS: reviewerId, REMEDIATOR_CLIENT_ID: remediator };
  shell = await aShell();
}, 60_000);
afterAll(async () => {
  await shell.close();
  await simulator.close();
});

/** The output of a command that succeeds. */
async function text(args: readonly string[]) {
  const { exitCode, out, log } = await shell.run(args, settings);
  expect({ exitCode, log }).toEqual({ exitCode: 0, log: expect.any(String) });
  return out;
}
const json = async (args: readonly string[]) => JSON.parse(await text([...args, '--output', 'json']));
const found = async (ruleId: string) =>
  (await json(['findings'])).find((one: { ruleId: string }) => one.ruleId === ruleId);
const workflow = () => simulator.directory.policies.get('adminConsentRequestPolicy');

it('undo proposes a plan, shows the exact request, and needs an approval', async () => {
  await text(['scan']);
  const { id } = await found('require-consent-route');
  const refused = await shell.run(['undo', id], settings);
  expect([refused.exitCode, refused.log]).toEqual([1, expect.stringMatching(/no applied remediation/)]);
  await text(['approve', id, '--acknowledge-warnings']);
  await text(['remediate']);
  expect(workflow()).toMatchObject({ isEnabled: true });
  expect(await found('require-consent-route')).toMatchObject({
    status: 'resolved',
    undo: { offered: true, requests: [{ method: 'PUT', body: { isEnabled: false } }] },
  });

  const shown = await text(['undo', id]);
  expect(shown).toMatch(/PUT \/policies\/adminConsentRequestPolicy\n.*"isEnabled": false/s);
  expect(shown).toMatch(/brings the problem back/);
  expect(shown).toContain(`consentinel approve ${id} --acknowledge-warnings`);
  const again = await json(['undo', id]);
  expect(again).toMatchObject({ id, status: 'resolved', remediationStatus: 'proposed', requests: [{ method: 'PUT' }] });
  expect((await found('require-consent-route')).remediation).toMatchObject({
    undoes: { before: { isEnabled: false } },
  });

  await text(['approve', id, '--acknowledge-warnings', '--plan', again.planHash]);
  expect(await text(['remediate'])).toMatch(/applied Undone and verified/);
  expect(workflow()).toMatchObject({ isEnabled: false });
  expect((await found('require-consent-route')).undo).toMatchObject({
    offered: false,
    reason: expect.stringMatching(/was an undo/),
  });
}, 120_000);

it('undo of a removed key says why there is none', async () => {
  const { id } = await found('no-symmetric-signing-key');
  await text(['approve', id, '--acknowledge-warnings']);
  await text(['remediate']);
  const { exitCode, log } = await shell.run(['undo', id], settings);
  expect([exitCode, log]).toEqual([1, expect.stringMatching(/never returns the value of the key/)]);
  expect((await found('no-symmetric-signing-key')).undo).toEqual({
    offered: false,
    reason: expect.stringMatching(/never returns the value/),
  });
}, 60_000);
