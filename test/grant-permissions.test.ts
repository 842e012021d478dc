import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { GraphDirectory, graphAppId } from './support/graph-directory.js';
import { describeScript, type Shell, StandIn } from './support/scripts.js';

const json = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
const roles: Record<'reader' | 'web' | 'remediator' | 'remediatorWithReviewers', string[]> =
  json('infra/graph-roles.json');
const permissions = [...new Set(Object.values(roles).flat())];
const settings = {
  AZURE_ENV_NAME: 'night',
  AZURE_TENANT_ID: 'the-tenant',
  READER_PRINCIPAL_ID: 'the-reader',
  WEB_PRINCIPAL_ID: 'the-web-app',
  REMEDIATOR_PRINCIPAL_ID: 'the-remediator',
  SERVICE_WEB_ENDPOINT: 'https://app.example',
};
const signIn = ['sign-in'];
const pageApi = json('infra/page-api.json');
const azureCli = '04b07795-8ddb-461a-bbee-02f9e1bf7b46';
const allowedApi = {
  ...pageApi,
  preAuthorizedApplications: [{ appId: azureCli, delegatedPermissionIds: [pageApi.oauth2PermissionScopes[0].id] }],
};
const verbs: {
  readonly verb: readonly string[];
  readonly after?: readonly (readonly string[])[];
  readonly writes: number;
}[] = [
  { verb: ['reader'], writes: roles.reader.length },
  { verb: ['web'], writes: roles.web.length },
  { verb: ['remediator'], writes: roles.remediator.length },
  { verb: signIn, writes: 4 },
  { verb: ['tenants'], writes: 4 + roles.reader.length },
  { verb: ['role', 'Consentinel.Approver', 'a-user'], after: [signIn], writes: 1 },
  {
    verb: ['revoke'],
    after: [['web'], ['remediator'], ['tenants']],
    writes: roles.web.length + roles.reader.length + roles.remediator.length,
  },
];

let directory: GraphDirectory;
let standIn: StandIn;
beforeEach(async () => {
  directory = new GraphDirectory([...permissions, 'Mail.Send']);
  for (const id of ['the-reader', 'the-web-app', 'the-remediator']) directory.addPrincipal(id);
  standIn = await StandIn.create();
  standIn.az.graph = await directory.start();
});
afterEach(() => {
  directory.stop();
  return standIn.close();
});

/** Runs the script with the writes to Graph counted from zero. What it must run first has run before. */
async function grant(shell: Shell, args: readonly string[], given: Record<string, string> = settings) {
  directory.writes = [];
  const client = [...directory.applications].find(([name]) => name === 'consentinel-night')?.[1].appId;
  const env = { ...given, ...(client && { AUTH_CLIENT_ID: client }) };
  const { code, shown, calls } = await standIn.run(shell, 'grant-permissions', args, env);
  return { code, shown, calls, writes: directory.writes };
}
async function prepared(shell: Shell, after: readonly (readonly string[])[] = []) {
  for (const args of after) expect(await grant(shell, args)).toMatchObject({ code: 0 });
}

describeScript('grant-permissions', (shell) => {
  const dryRun = shell.option('dry-run');

  describe.each(verbs)('$verb', ({ verb, after, writes }) => {
    it('writes on the first run, and nothing on the second', async () => {
      await prepared(shell, after);
      const first = await grant(shell, verb);
      expect(first).toMatchObject({ code: 0 });
      expect(first.writes).toHaveLength(writes);
      const made = directory.contents();
      const second = await grant(shell, verb);
      expect(second).toMatchObject({ code: 0, writes: [] });
      expect(directory.contents()).toEqual(made);
    });

    it('writes nothing in a dry run, wherever the option is, and shows what it would write', async () => {
      await prepared(shell, after);
      const made = directory.contents();
      for (let i = 0; i <= verb.length; i++) {
        const run = await grant(shell, [...verb.slice(0, i), dryRun, ...verb.slice(i)]);
        expect(run).toMatchObject({ code: 0, writes: [], shown: expect.stringContaining('(not sent)') });
      }
      expect(directory.contents()).toEqual(made);
    });

    it('writes nothing where Graph refuses to read, and stops at the first refused write', async () => {
      await prepared(shell, after);
      const made = directory.contents();
      directory.refuses = (call) => call.startsWith('GET ');
      const read = await grant(shell, verb);
      expect(read).toMatchObject({ writes: [], shown: expect.stringContaining('Authorization_RequestDenied') });
      expect(read.code).not.toBe(0);
      directory.refuses = (call) => !call.startsWith('GET ');
      const write = await grant(shell, verb);
      expect(write.code).not.toBe(0);
      expect(write.writes).toHaveLength(1);
      expect(directory.contents()).toEqual(made);
    });

    it('completes an interrupted run', async () => {
      await prepared(shell, after);
      // Each run writes one more than the last one that failed.
      for (let left = writes, point = 1; point <= left; left -= point, point++) {
        directory.writesUntilInterruption = point;
        const interrupted = await grant(shell, verb);
        expect([interrupted.writes.length, interrupted.code === 0]).toEqual([point, false]);
      }
      directory.writesUntilInterruption = Number.POSITIVE_INFINITY;
      expect(await grant(shell, verb)).toMatchObject({ code: 0 });
      const made = directory.contents();
      const again = await reference(shell, { verb, ...(after && { after }) });
      expect(made).toEqual(again);
    });
  });

  it('takes only a 404 for absent', async () => {
    for (const verb of ['sign-in', 'tenants']) {
      directory.refuses = (call) => call.startsWith('GET /applications(');
      const refused = await grant(shell, [verb]);
      expect(refused.writes).toEqual([]);
      expect(refused.code).not.toBe(0);
      directory.refuses = (call) => call.startsWith('GET /servicePrincipals(appId=') && !call.includes(graphAppId);
      const { code, writes } = await grant(shell, [verb]);
      expect(code).not.toBe(0);
      expect(writes.filter(({ path }) => path === '/servicePrincipals')).toEqual([]);
      directory.refuses = () => false;
    }
  });

  it('rejects unknown and missing arguments before any call', async () => {
    for (const args of [
      [],
      ['everything'],
      ['reader', 'everything'],
      ['reader', 'Consentinel.Reader'],
      ['reader', shell.option('dryrun-now')],
      ['role'],
      ['role', 'Consentinel.Owner', 'a-user'],
      ['role', 'Consentinel.Approver'],
      ['role', 'Consentinel.Approver', 'a-user', 'another'],
    ]) {
      const run = await grant(shell, args);
      expect([args, run.code === 0, run.calls]).toEqual([args, false, []]);
      expect(run.shown).not.toBe('');
    }
  });

  it('names the value that it needs', async () => {
    const { READER_PRINCIPAL_ID: _reader, ...others } = settings;
    const run = await grant(shell, ['reader'], others);
    expect(run).toMatchObject({ writes: [], shown: expect.stringContaining('READER_PRINCIPAL_ID is not known') });
    expect(run.code).not.toBe(0);
  });

  it.each([
    ['reader', 'the-reader', roles.reader],
    ['web', 'the-web-app', roles.web],
    ['remediator', 'the-remediator', roles.remediator],
  ])('%s shows each call and grants each role once', async (verb, principalId, list) => {
    const { writes, shown } = await grant(shell, [verb]);
    expect(writes.map(({ body }) => body.appRoleId)).toEqual(list.map((role) => `id-of-${role}`));
    for (const { method, path, body } of writes) {
      expect([method, path]).toEqual(['POST', '/servicePrincipals/graph-id/appRoleAssignedTo']);
      expect(body).toMatchObject({ principalId, resourceId: 'graph-id' });
      expect(shown).toContain(`"appRoleId":"${body.appRoleId}"`);
    }
    for (const role of list) expect(shown).toContain(`${role} is granted.`);
  });

  it('grants what a remedy needs only where its setting enables it', async () => {
    const without = await grant(shell, ['remediator']);
    expect(without.shown).toContain(
      `Not granted, because ADMIN_CONSENT_REVIEWERS is not set: ${roles.remediatorWithReviewers.join(' ')}`,
    );
    const reviewers = { ...settings, ADMIN_CONSENT_REVIEWERS: '0a0a0a0a-0000-4000-8000-000000000a5e' };
    const { writes } = await grant(shell, ['remediator'], reviewers);
    expect(writes.map(({ body }) => body.appRoleId)).toEqual(
      roles.remediatorWithReviewers.map((role) => `id-of-${role}`),
    );
  });

  it('registers the application of the page without a secret, and gives it the roles', async () => {
    const { writes, shown } = await grant(shell, signIn);
    const [application, trust, principal] = writes;
    expect(application).toMatchObject({
      method: 'PATCH',
      path: "/applications(uniqueName='consentinel-night')",
      body: {
        signInAudience: 'AzureADMyOrg',
        appRoles: json('infra/app-roles.json'),
        web: {
          redirectUris: ['https://app.example/.auth/login/aad/callback'],
          implicitGrantSettings: { enableIdTokenIssuance: true },
        },
      },
    });
    expect(trust?.body).toEqual({
      name: 'app-service',
      issuer: 'https://login.example/the-tenant/v2.0',
      subject: 'the-web-app',
      audiences: ['api://AzureADTokenExchange'],
    });
    const { appId } = directory.applications.get('consentinel-night') ?? {};
    expect(principal?.body).toEqual({ appId, appRoleAssignmentRequired: true });
    expect(JSON.stringify(writes)).not.toMatch(/password|secret/i);
    expect(shown).toContain(`azd env set AUTH_CLIENT_ID ${appId}`);
    // The command line decides with tokens of the Azure CLI for this application.
    expect(application?.body).toMatchObject({ api: pageApi });
    expect(directory.applications.get('consentinel-night')?.api).toEqual(allowedApi);

    await grant(shell, ['role', 'Consentinel.Reader', 'a-user']);
    await grant(shell, ['role', 'Consentinel.Approver', 'a-user']);
    const ids = json('infra/app-roles.json').map(({ id }: { id: string }) => id);
    expect(directory.assignments.map(({ principalId, appRoleId }) => [principalId, appRoleId])).toEqual(
      ids.map((id: string) => ['a-user', id]),
    );
  });

  it('adds the scope and the Azure CLI to the application of an earlier version', async () => {
    await grant(shell, signIn);
    const made = directory.contents();
    const held = directory.applications.get('consentinel-night');
    const none = { oauth2PermissionScopes: [], preAuthorizedApplications: [] };
    directory.applications.set('consentinel-night', { ...held, api: none } as never);
    const { code, writes } = await grant(shell, signIn);
    expect([code, writes.map(({ method }) => method)]).toEqual([0, ['PATCH', 'PATCH']]);
    expect(directory.contents()).toEqual(made);
  });

  it('does not replace the scopes or clients of others', async () => {
    await grant(shell, signIn);
    const held = directory.applications.get('consentinel-night');
    const foreign = { ...pageApi, preAuthorizedApplications: [{ appId: 'a-client', delegatedPermissionIds: [] }] };
    const scopes = { oauth2PermissionScopes: [{ id: 'a-scope' }], preAuthorizedApplications: [] };
    for (const api of [foreign, scopes]) {
      directory.applications.set('consentinel-night', { ...held, api } as never);
      const { code, writes, shown } = await grant(shell, signIn);
      expect([code, writes]).toEqual([0, []]);
      expect(shown).toContain('Allow the Azure CLI by hand');
    }
  });

  it('replaces the trust in an identity of an earlier deployment', async () => {
    await grant(shell, signIn);
    const { writes } = await grant(shell, signIn, { ...settings, WEB_PRINCIPAL_ID: 'the-new-web-app' });
    expect(writes).toEqual([
      expect.objectContaining({ method: 'PATCH', body: expect.objectContaining({ subject: 'the-new-web-app' }) }),
    ]);
    expect([...directory.credentials.values()].flat().map(({ subject }) => subject)).toEqual(['the-new-web-app']);
  });

  it('registers a multi-tenant app without a secret, which trusts reader and web app and requests the permissions', async () => {
    const { writes, shown } = await grant(shell, ['tenants']);
    const [app, trust, trustWeb, principal, ...grants] = writes.map(({ body }) => body);
    const resourceAccess = roles.reader.map((role) => ({ id: `id-of-${role}`, type: 'Role' }));
    expect(app).toMatchObject({
      signInAudience: 'AzureADMultipleOrgs',
      requiredResourceAccess: [{ resourceAppId: graphAppId, resourceAccess }],
      web: { redirectUris: ['https://entra.microsoft.com/'] },
    });
    expect(trust).toEqual({
      name: 'reader',
      issuer: 'https://login.example/the-tenant/v2.0',
      subject: 'the-reader',
      audiences: ['api://AzureADTokenExchange'],
    });
    expect(trustWeb).toEqual({ ...trust, name: 'web', subject: 'the-web-app' });
    const { appId } = directory.applications.get('consentinel-tenants-night') ?? {};
    expect(principal).toMatchObject({ appId });
    const made = [...directory.principals.values()].find((held) => held.appId === appId);
    expect(grants.map(({ principalId, appRoleId }) => [principalId, appRoleId])).toEqual(
      roles.reader.map((role) => [made?.id, `id-of-${role}`]),
    );
    expect(JSON.stringify(writes)).not.toMatch(/password|secret/i);
    expect(shown).toContain(`azd env set MULTI_TENANT_CLIENT_ID ${appId}`);
  });

  it('revokes the permissions in Graph of all identities and of the app for several tenants, and no others', async () => {
    await prepared(shell, [['reader'], ['web'], ['remediator'], ['tenants'], signIn]);
    await grant(shell, ['role', 'Consentinel.Reader', 'a-user']);
    directory.addPrincipal('another');
    const other = { id: 'x', principalId: 'another', resourceId: 'graph-id', appRoleId: 'id-of-Application.Read.All' };
    const elsewhere = { ...other, id: 'y', principalId: 'the-reader', resourceId: 'another-api' };
    directory.assignments.push(other, elsewhere);
    // Granted by hand: mail of the reader.
    directory.assignments.push({ ...other, id: 'z', principalId: 'the-reader', appRoleId: 'id-of-Mail.Send' });
    const { code, shown } = await grant(shell, ['revoke']);
    expect(code).toBe(0);
    expect(directory.assignments.map(({ principalId }) => principalId).sort()).toEqual([
      'a-user',
      'another',
      'the-reader',
    ]);
    expect(directory.assignments).toContainEqual(elsewhere);
    for (const { appId } of directory.applications.values()) expect(shown).toContain(`az ad app delete --id ${appId}`);
  });

  it('revokes what is left where an identity is gone or unknown', async () => {
    await grant(shell, ['web']);
    directory.principals.delete('the-reader');
    const { REMEDIATOR_PRINCIPAL_ID: _remediator, ...others } = settings;
    const { code, shown } = await grant(shell, ['revoke'], others);
    expect(code).toBe(0);
    expect(shown).toContain('The reader has no service principal: nothing to revoke.');
    expect(shown).toContain('REMEDIATOR_PRINCIPAL_ID is not known');
    expect(directory.assignments).toEqual([]);
  });
});

/** What an uninterrupted run leaves in a new directory. */
async function reference(shell: Shell, { verb, after }: Pick<(typeof verbs)[number], 'verb' | 'after'>) {
  directory.stop();
  directory = new GraphDirectory([...permissions, 'Mail.Send']);
  for (const id of ['the-reader', 'the-web-app', 'the-remediator']) directory.addPrincipal(id);
  standIn.az.graph = await directory.start();
  await prepared(shell, [...(after ?? []), verb]);
  return directory.contents();
}
