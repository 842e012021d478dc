import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Simulator, startSimulator } from '../../src/simulator/http/server.js';
import { mark, obo, post } from '../model/diagnosis/pasted/pasted-failure.js';
import { aShell, type Shell } from '../support/cli.js';
import { type AppName, apps, diagnosedTenant } from '../support/diagnosed-tenant.js';

let simulator: Simulator;
let shell: Shell;
beforeAll(async () => {
  [simulator, shell] = await Promise.all([startSimulator({ tenant: diagnosedTenant }), aShell()]);
});
afterAll(async () => {
  await Promise.all([simulator.close(), shell.close()]);
});

/** Runs the built command. */
async function diagnose(app: AppName, args: readonly string[] = [], settings: Record<string, string> = {}) {
  const env = { ...simulator.settings, ...settings };
  const { exitCode, out, log } = await shell.run(['diagnose', '--app', apps[app].appId, '--json', ...args], env);
  return { exitCode, log, ...JSON.parse(out) };
}
const user = (name: string) => ['--user', `${name}@woodgrove.example`];
const assignment = ({ steps }: { steps: { step: string }[] }) =>
  steps.find(({ step }) => /user is assigned/.test(step));

describe('diagnose uses every rule', () => {
  it.each<[app: AppName, verdict: object]>([
    ['stale', { cause: 'request', code: 'AADSTS7000222' }],
    ['lapsedSaml', { cause: 'symmetric-key', code: 'AADSTS50146' }],
    ['ownKey', { cause: 'request', code: 'AADSTS50013' }],
    ['absent', { cause: 'consent', code: 'AADSTS7000229' }],
    ['disabled', { cause: 'consent', code: 'AADSTS7000112' }],
    ['signer', { cause: 'symmetric-key', code: 'AADSTS50000' }],
    ['portal', { cause: 'none' }],
  ])('on the app %s', async (app, verdict) => {
    const result = await diagnose(app);
    expect(result).toMatchObject({ exitCode: 0, checked: true, verdict });
  });

  it('and names the rules that lack a permission', async () => {
    simulator.roles.revoke('Organization.Read.All');
    try {
      const { steps } = await diagnose('portal');
      const unread = steps.find(({ step }: { step: string }) => step.includes('require-fresh-directory-sync'));
      expect(unread).toMatchObject({ outcome: 'unknown', detail: expect.stringContaining('Organization.Read.All') });
    } finally {
      simulator.roles.grant('Organization.Read.All');
    }
  });
});

it('diagnose shows the manual fix in three forms', async () => {
  const { id } = apps.signer.application ?? {};
  const { verdict } = await diagnose('signer');
  expect(verdict.manualFix.powershell[0]).toContain(`-ApplicationId ${id} -KeyId `);
  const { out } = await shell.run(['diagnose', '--app', apps.absent.appId], simulator.settings);
  expect(out).toContain(`\n  PowerShell:\n    New-MgServicePrincipal -AppId ${apps.absent.appId}\n`);
  expect(out).toContain(`\n  Graph request:\n    POST /v1.0/servicePrincipals {"appId":"${apps.absent.appId}"}\n`);
});

describe.each([
  ['with Directory.Read.All', true],
  ['without Directory.Read.All', false],
])('diagnose checks the assignment of the user %s:', (_, hasDirectoryRead) => {
  beforeAll(() => {
    if (hasDirectoryRead) simulator.roles.grant('Directory.Read.All');
    else simulator.roles.revoke('Directory.Read.All');
  });
  afterAll(() => simulator.roles.revoke('Directory.Read.All'));

  it.each([
    ['ada', { outcome: 'ok', detail: 'The user is assigned.' }],
    ['bea', { outcome: 'ok', detail: 'A group of the user is assigned.' }],
    ['carl', { outcome: 'fails', detail: expect.stringContaining('Nested groups give no access.') }],
    ['dora', { outcome: 'fails', detail: 'The user and the groups of the user are not assigned to the app.' }],
  ])('%s', async (name, step) => {
    const result = await diagnose('closed', user(name));
    expect(assignment(result)).toMatchObject(step);
    const verdict = step.outcome === 'ok' ? { cause: 'none' } : { cause: 'consent', code: 'AADSTS50105' };
    expect(result.verdict).toMatchObject(verdict);
  });
});

describe('diagnose', () => {
  it('does not decide the assignment of a user that it cannot read', async () => {
    simulator.roles.revoke('User.Read.All');
    try {
      const result = await diagnose('closed', user('dora'));
      expect(assignment(result)).toMatchObject({
        outcome: 'unknown',
        detail: expect.stringContaining('User.Read.All'),
      });
      expect(result.verdict.cause).toBe('none');
    } finally {
      simulator.roles.grant('User.Read.All');
    }
  });

  it('requires no assignment where the app does not', async () => {
    expect(assignment(await diagnose('portal', user('dora')))).toMatchObject({ outcome: 'ok' });
  });

  it('checks nothing without a sign-in, and says so', async () => {
    const settings = { IDENTITY_HEADER: 'wrong' };
    const result = await diagnose('signer', ['--code', '50000'], settings);
    expect(result).toMatchObject({ exitCode: 1, checked: false, steps: [], verdict: { cause: 'none' } });
    expect(result.verdict.summary).toBe('Not signed in. Consentinel checked nothing.');
    expect(result.verdict.fix).not.toBe('');
    const args = ['diagnose', '--app', apps.signer.appId];
    const { out } = await shell.run(args, { ...simulator.settings, ...settings });
    expect(out).toMatch(/^Not signed in\. Consentinel checked nothing\.\nFix: /);
    expect(out).not.toContain('Verdict');
  });

  it('lists other problems, and the ids of the pasted answer', async () => {
    const file = path.join(shell.folder, 'answer.txt');
    const answer =
      'AADSTS7000215: Invalid client secret. Correlation ID: aaaa0000-bb11-2222-33cc-444444dddddd Timestamp: 2026-11-24 01:58:12Z';
    await writeFile(file, `${post(obo())}\n\n${answer}`);
    const { verdict, failure } = await diagnose('signer', ['--request', file]);
    expect(verdict).toMatchObject({ cause: 'request', code: 'AADSTS7000215' });
    expect(verdict.alsoFound.map(({ cause }: { cause: string }) => cause)).toContain('symmetric-key');
    expect(failure).toEqual({
      code: 'AADSTS7000215',
      correlationId: 'aaaa0000-bb11-2222-33cc-444444dddddd',
      at: '2026-11-24T01:58:12.000Z',
      hasClaimsChallenge: false,
    });
    const { out } = await shell.run(['diagnose', '--app', apps.signer.appId, '--request', file], simulator.settings);
    expect(out).toMatch(/^Verdict: request \(AADSTS7000215\)\n/);
    expect(out).toContain('\nAlso found:\n');
    expect(out).toContain('correlation id aaaa0000-bb11-2222-33cc-444444dddddd');
    expect(out).not.toContain(mark);
  });
});
