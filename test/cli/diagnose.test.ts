import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable, Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DiagnoseOptions, diagnose } from '../../src/cli/commands/diagnose.js';
import { readConfig } from '../../src/config.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import {
  aGrant,
  anAppRole,
  asking,
  foreignApi,
  mailRead,
  microsoftGraph,
  userRead,
} from '../../src/rules/testing/case-apis.js';
import {
  anApp,
  aPassword,
  aSymmetricSigningKey,
  type CaseApp,
  caseTenant,
  cleanTenantParts,
  guidOf,
} from '../../src/rules/testing/cases.js';
import { createDiagnosis, environment } from '../../src/runtime.js';
import { type JsonObject, type Simulator, startSimulator } from '../../src/simulator/http/server.js';
import { bareEnvironment } from '../support/bare-environment.js';
import { formOf, oboParameters, seconds } from '../support/token-requests.js';

const now = caseTenant.observedAt;
const hostile = '\u001b]0;owned\u0007\u202eevil';
const read = asking({ of: microsoftGraph, scopes: [userRead] });
const payroll = anApp('Payroll API', {
  application: { ...read, identifierUris: ['api://payroll'], passwordCredentials: [aPassword('payroll')] },
});
const lost = anApp('Lost', { application: read, servicePrincipal: null });
const unasked = anApp('Unasked', { application: asking({ of: microsoftGraph, scopes: [userRead, mailRead] }) });
const signer = anApp('Signer', { application: { ...read, keyCredentials: [aSymmetricSigningKey('signer')] } });
const principalSigner = anApp('Principal Signer', {
  application: read,
  servicePrincipal: { keyCredentials: [aSymmetricSigningKey('principal signer')] },
});
const robots = foreignApi('Robots Only', { appRoles: [anAppRole('Robot.Drive')], oauth2PermissionScopes: [] });
const driver = anApp('Driver', { application: asking({ of: robots, scopes: [{ ...userRead, id: guidOf('gone') }] }) });
const stranger = anApp(hostile, { application: { ...read, keyCredentials: [aSymmetricSigningKey('hostile')] } });
const apps: CaseApp[] = [payroll, lost, unasked, signer, principalSigner, driver, robots, stranger];

const aUser = (name: string, members: JsonObject = {}): JsonObject => ({
  id: guidOf(`user ${name}`),
  userPrincipalName: `${name}@woodgrove.example`,
  ...{ accountEnabled: true, userType: 'Member', passwordPolicies: null, onPremisesProvisioningErrors: [] },
  lastPasswordChangeDateTime: '2026-11-01T00:00:00Z',
  signInSessionsValidFromDateTime: '2026-11-01T00:00:00Z',
  ...members,
});
const tenant = {
  ...simulatedTenantOf(
    apps,
    {
      ...cleanTenantParts,
      authorizationPolicy: {
        id: 'authorizationPolicy',
        defaultUserRolePermissions: { allowedToCreateApps: false, permissionGrantPoliciesAssigned: [] },
      },
    },
    undefined,
    {
      grants: [payroll, signer, principalSigner, unasked, stranger].map((app) =>
        aGrant(app, microsoftGraph, [userRead]),
      ),
    },
  ),
  organization: { onPremisesSyncEnabled: true, onPremisesLastSyncDateTime: '2026-11-20T02:00:00Z' },
  domains: [
    { id: 'woodgrove.example', authenticationType: 'Managed', isVerified: true, passwordValidityPeriodInDays: 90 },
  ],
  users: [
    aUser('ada'),
    aUser('expired', { lastPasswordChangeDateTime: '2026-01-01T00:00:00Z' }),
    aUser('revoked', { signInSessionsValidFromDateTime: '2026-11-24T01:55:00Z' }),
    aUser('synced', { onPremisesSyncEnabled: true, passwordPolicies: 'DisablePasswordExpiration' }),
  ],
};

let simulator: Simulator;
let folder: string;
beforeAll(async () => {
  simulator = await startSimulator({ tenant, keysInLists: true });
  folder = await mkdtemp(path.join(tmpdir(), 'consentinel-'));
  // `@azure/identity` reads the process's environment.
  const { IDENTITY_ENDPOINT, IDENTITY_HEADER } = simulator.settings;
  Object.assign(environment, { IDENTITY_ENDPOINT, IDENTITY_HEADER });
});
afterAll(async () => {
  await simulator.close();
  await rm(folder, { recursive: true, force: true });
});

interface CommandResult {
  exitCode: number;
  out: string;
  log: string;
}

/** Runs the command in this process, with the time of the simulated tenant. */
async function run(options: DiagnoseOptions, request?: string): Promise<CommandResult> {
  let [out, log] = ['', ''];
  const stream = (take: (text: string) => void) =>
    new Writable({
      write(chunk, _, done) {
        take(String(chunk));
        done();
      },
    });
  const screen = { out: stream((text) => (out += text)), log: stream((text) => (log += text)), colour: false };
  const context = { ...createDiagnosis(readConfig(simulator.settings), simulator.settings), clock: { now: () => now } };
  const allOptions = request === undefined ? options : { ...options, request: '-' };
  const signal = new AbortController().signal;
  const exitCode = await diagnose(context, screen, allOptions, Readable.from([request ?? '']), signal);
  return { exitCode, out, log };
}

async function verdictOf(options: DiagnoseOptions, request?: string) {
  const { exitCode, out } = await run({ ...options, json: true }, request);
  return { exitCode, ...JSON.parse(out) };
}

const facts = { appId: payroll.appId, tenantId: tenant.id, now };
const address = `https://login.microsoftonline.com/${tenant.id}/oauth2/v2.0/token`;
const obo = (changes: Record<string, string | undefined> = {}, claims: object = {}) =>
  `POST ${address}\n\n${formOf({ ...oboParameters(facts, claims), ...changes })}`;
const ofUser = (name: string) => obo({}, { oid: guidOf(`user ${name}`) });
const user = (name: string) => `${name}@woodgrove.example`;
const app = payroll.appId;

const situations: [name: string, options: DiagnoseOptions, request: string | undefined, verdict: object][] = [
  [
    'a password that has expired',
    { app, user: user('expired') },
    undefined,
    { cause: 'password', code: 'AADSTS50055' },
  ],
  [
    'a session that was revoked',
    { app, user: user('revoked') },
    ofUser('revoked'),
    { cause: 'password', code: 'AADSTS50173' },
  ],
  ['a synchronization that is stale', { app, user: guidOf('user synced') }, undefined, { cause: 'password' }],
  ['a user who is not there', { app, user: user('nobody') }, undefined, { cause: 'password', code: 'AADSTS50034' }],
  [
    'OBO without requested_token_use',
    { app },
    obo({ requested_token_use: undefined }),
    { cause: 'request', code: 'AADSTS900144' },
  ],
  [
    'OBO with a token for Graph',
    { app },
    obo({}, { aud: 'https://graph.microsoft.com' }),
    { cause: 'request', code: 'AADSTS500131' },
  ],
  [
    'OBO with an id_token',
    { app },
    obo({}, { scp: undefined, appid: undefined, idtyp: undefined, nonce: 'n', aud: app }),
    { cause: 'request', code: 'AADSTS240002' },
  ],
  [
    'OBO without a client credential',
    { app },
    obo({ client_secret: undefined }),
    { cause: 'request', code: 'AADSTS7000218' },
  ],
  [
    'OBO with a misspelt grant',
    { app },
    obo({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt_bearer' }),
    { cause: 'request', code: 'AADSTS70003' },
  ],
  [
    'OBO with an expired token',
    { app },
    obo({}, { exp: seconds(now) - 60 }),
    { cause: 'request', code: 'AADSTS500133' },
  ],
  [
    'OBO for an API of application permissions',
    { app },
    obo({ scope: `${robots.appId}/.default` }),
    { cause: 'application-only-resource', code: 'AADSTS50000' },
  ],
  [
    'OBO for an API that is not here',
    { app },
    obo({ scope: 'https://nowhere.example/.default' }),
    { cause: 'consent', code: 'AADSTS500011' },
  ],
  ['no service principal', { app: lost.appId }, undefined, { cause: 'consent' }],
  ['an app that is not here', { app: guidOf('no app') }, undefined, { cause: 'consent', code: 'AADSTS700016' }],
  [
    'a permission that users may not grant',
    { app: unasked.appId, user: user('ada') },
    undefined,
    { cause: 'consent', code: 'AADSTS90094' },
  ],
  [
    'a symmetric key on the application',
    { app: signer.appId, code: '50000' },
    undefined,
    { cause: 'symmetric-key', code: 'AADSTS50000' },
  ],
  [
    'a symmetric key on the service principal',
    { app: principalSigner.appId },
    undefined,
    { cause: 'symmetric-key', code: 'AADSTS50000' },
  ],
  [
    'delegated access to an API of application permissions',
    { app: driver.appId },
    undefined,
    { cause: 'application-only-resource', code: 'AADSTS50000' },
  ],
];

describe('diagnose names the cause of', () => {
  it.each(situations)('%s', async (_, options, request, verdict) => {
    const result = await verdictOf(options, request);
    expect(result.verdict).toMatchObject(verdict);
    expect(result.verdict.summary && result.verdict.fix).toBeTruthy();
    expect(result.exitCode).toBe(0);
  });

  it('none, where nothing is wrong', async () => {
    const { verdict, steps } = await verdictOf({ app, user: user('ada') }, ofUser('ada'));
    expect(steps.filter(({ outcome }: { outcome: string }) => outcome !== 'ok')).toEqual([]);
    expect(verdict).toMatchObject({ cause: 'none', summary: 'The checks found no problem in the directory.' });
    expect(steps.length).toBeGreaterThan(20);
  });

  it('prints JSON with the documented members only', async () => {
    const { verdict, steps } = await verdictOf({ app: signer.appId });
    // The tenant of these tests is synchronized from the premises, and not in time.
    expect(Object.keys(verdict)).toEqual(['cause', 'code', 'summary', 'fix', 'manualFix', 'alsoFound']);
    expect(verdict.alsoFound.map((one: object) => Object.keys(one))).toEqual([
      ['cause', 'code', 'summary', 'fix', 'manualFix'],
    ]);
    for (const step of steps) {
      expect(Object.keys(step).filter((name) => name !== 'fix')).toEqual(['cause', 'step', 'outcome', 'detail']);
    }
  });

  it('sends fewer than 30 requests', async () => {
    const before = simulator.requests.length;
    await run({ app, user: user('ada') }, ofUser('ada'));
    expect(simulator.requests.length - before).toBeLessThan(30);
  });
});

describe('diagnose', () => {
  it('shows the verdict first, then every step, with escaped names', async () => {
    const { out } = await run({ app: stranger.appId });
    expect(out).toMatch(/^Verdict: symmetric-key \(AADSTS50000\)\n/);
    expect(out).toMatch(
      /\n✗ No symmetric signing key on the application \(AADSTS50000\)\n.+\n {4}Fix: .+\n {4}https:\/\/entra\.microsoft\.com/,
    );
    expect(out).toContain('\n✓ The app has a service principal in the tenant\n');
    const { out: refused } = await run({ app: unasked.appId });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there
    for (const text of [out, refused]) expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });

  const permissions: [permission: string, step: RegExp][] = [
    ['User.Read.All', /user is in the directory/],
    ['Domain.Read.All', /password of the user/],
    ['DelegatedPermissionGrant.Read.All', /permissions are granted/],
    ['Policy.Read.All', /permissions are granted/],
  ];

  it.each(permissions)('reports the missing permission %s', async (permission, step) => {
    simulator.roles.revoke(permission);
    try {
      const { exitCode, verdict, steps } = await verdictOf({ app, user: user('ada') });
      expect(exitCode).toBe(0);
      expect(verdict.cause).toBe('none');
      const unknownStep = steps.find((each: { step: string }) => step.test(each.step));
      expect(unknownStep).toMatchObject({ outcome: 'unknown', detail: expect.stringContaining(permission) });
    } finally {
      simulator.roles.grant(permission);
    }
  });

  it('exits 1 where the app cannot be read, and still checks the request', async () => {
    simulator.roles.revoke('Application.Read.All');
    try {
      const { exitCode, verdict } = await verdictOf({ app }, obo({ requested_token_use: undefined }));
      expect([exitCode, verdict.cause]).toEqual([1, 'request']);
    } finally {
      simulator.roles.grant('Application.Read.All');
    }
  });

  const unusable: [name: string, options: DiagnoseOptions][] = [
    ['--app', { app: 'PLANTED~SECRET' }],
    ['--code', { app, code: 'PLANTED~SECRET' }],
    ['--user', { app, user: ' ' }],
    ['--request', { app, request: 'PLANTED~SECRET' }],
  ];

  it.each(unusable)('rejects an invalid %s without showing it', async (option, options) => {
    const error = await run(options).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'usage-invalid', message: `The value of ${option} is not valid.` });
    expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain('PLANTED');
  });

  it.each(['50000x', 'AADSTS50000x', ' aadsts5000O', '123', '123456789'])(
    'names the mistyped code %j and what to give',
    async (code) => {
      const error = await run({ app, code }).catch((thrown: unknown) => thrown);
      const message = `The value of --code is not valid: ${JSON.stringify(code.trim())}.`;
      expect(error).toMatchObject({
        code: 'usage-invalid',
        message,
        remedy: expect.stringContaining('Give AADSTS50000'),
      });
    },
  );

  it('needs no storage, and shows no secret of the request', async () => {
    const secrets = ['PLANTED~SECRET.client-value', String(oboParameters(facts).assertion), 'PLANTED~SECRET.stray'];
    const request = path.join(folder, 'request.txt');
    const broken = obo({
      scope: 'PLANTED~SECRET.stray',
      requested_token_use: undefined,
      client_id: 'PLANTED~SECRET.stray',
    });
    await writeFile(request, `${broken}&PLANTED~SECRET.stray&PLANTED~SECRET.stray=1`);
    for (const json of [[], ['--json']]) {
      const args = [path.resolve('dist/cli.js'), 'diagnose', '--app', app, '--user', user('ada'), '--request', request];
      const env = { ...bareEnvironment(), ...simulator.settings };
      const output = await new Promise<string>((resolve, reject) =>
        execFile(process.execPath, [...args, ...json], { cwd: folder, env }, (error, out, log) =>
          error ? reject(error) : resolve(out + log),
        ),
      );
      expect(output).toContain('requested_token_use');
      for (const secret of [...secrets, 'PLANTED', ...secrets.flatMap((each) => each.split('.'))]) {
        if (secret.length > 8) expect(output).not.toContain(secret);
      }
    }
    expect(await readdir(folder)).toEqual(['request.txt']);
    expect(JSON.stringify(simulator.requests)).not.toContain('PLANTED');
  });
});
