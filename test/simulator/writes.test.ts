import { afterEach, describe, expect, it } from '@jest/globals';
import type { JsonObject, SimulatorOptions } from '../../src/simulator/http/server.js';
import { anApplication, aPrincipal, asked, aTenant, certificate, closeAll, id, signingKey } from './client.js';

afterEach(closeAll);

const path = `/applications/${id('a', 1)}`;
const samlSign = { ...certificate, keyId: id('5', 3), type: 'X509CertAndPassword', usage: 'Sign', key: 'cHJpdmF0ZQ==' };
const stored = [signingKey, certificate, samlSign];
const echo = (key: JsonObject): JsonObject => ({ ...key, key: null });
const { keyId, startDateTime: _start, endDateTime: _end, ...documentedExample } = certificate;
const { key: _key, ...withoutKey } = certificate;

/** PATCHes the keyCredentials of an application that has `stored`. */
async function patchKeys(keyCredentials: unknown, options: Partial<SimulatorOptions> = {}) {
  const tenant = aTenant({ applications: [anApplication(1, { keyCredentials: stored })] });
  const { simulator, ask } = await asked({ tenant, ...options });
  const answer = await ask('PATCH', path, { as: 'remediator', body: { keyCredentials } });
  return { ...answer, after: simulator.directory.find('applications', id('a', 1))?.keyCredentials };
}

describe('PATCH of keyCredentials', () => {
  it.each([
    ['deletes what is left out', [certificate, samlSign].map(echo), [certificate, samlSign]],
    ['deletes all', [], []],
    ['keeps an entry whose key is left out', [withoutKey], [certificate]],
    ['keeps an entry with its key', [certificate], [certificate]],
    ['keeps the documented example: a certificate without keyId and dates', [documentedExample], [certificate]],
    [
      'keeps symmetric and SAML entries, whose key nobody can read',
      [signingKey, samlSign].map(echo),
      [signingKey, samlSign],
    ],
  ])('%s', async (_, sent, after) => {
    const answer = await patchKeys(sent);
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(answer.after).toEqual(after);
  });

  it('adds an entry that brings a key', async () => {
    const added = { type: 'AsymmetricX509Cert', usage: 'Encrypt', key: 'bmV3' };
    const { status, after } = await patchKeys([echo(certificate), added]);
    expect(status).toBe(204);
    expect(after).toEqual([
      certificate,
      expect.objectContaining({ ...added, keyId: expect.stringMatching(/^[0-9a-f-]{36}$/) }),
    ]);
  });

  it.each<[string, JsonObject]>([
    ['a date without its fraction', { ...echo(signingKey), endDateTime: '2029-03-01T00:00:00Z' }],
    ['another case', { ...echo(certificate), type: 'asymmetricX509cert' }],
    ['a member that is missing', { keyId: keyId ?? null, type: 'AsymmetricX509Cert', usage: 'Verify' }],
    ['another key', { ...certificate, key: 'b3RoZXI=' }],
  ])('refuses a kept entry with %s', async (_, entry) => {
    const { status, json, after } = await patchKeys([entry]);
    expect([status, json.error.code]).toEqual([400, 'Request_BadRequest']);
    expect(json.error.message).toBe(`Update to existing credential with KeyId '${entry.keyId}' is not allowed.`);
    expect(after).toEqual(stored);
  });

  it.each([
    ['a new entry without a key', [{ type: 'Symmetric', usage: 'Verify' }], /required for property 'key'/],
    ['an unknown type', [{ type: 'Quantum', usage: 'Verify', key: 'a' }], /"type"/],
    [
      'an unknown usage',
      [{ type: 'Symmetric', usage: 'Wrap', key: 'a' }],
      /"usage".*Acceptable values are Sign, Verify\./,
    ],
    ['a member that the type does not have', [{ ...echo(certificate), thumbprint: 'x' }], /thumbprint/],
    ['one entry twice', [echo(certificate), echo(certificate)], /distinct/],
    ['what is no list', null, /collection/],
  ])('refuses %s', async (_, sent, message) => {
    const { status, json, after } = await patchKeys(sent);
    expect([status, json.error.code, json.error.message]).toEqual([
      400,
      'Request_BadRequest',
      expect.stringMatching(message),
    ]);
    expect(after).toEqual(stored);
  });

  it('refuses a null key where the switch says so, but not the key itself', async () => {
    expect((await patchKeys([echo(certificate)], { nullKeyEchoRefused: true })).status).toBe(400);
    expect((await patchKeys([certificate], { nullKeyEchoRefused: true })).status).toBe(204);
  });
});

describe('PATCH', () => {
  it.each([
    [{ passwordCredentials: [] }, 'New password credentials must be generated using service actions.'],
    [{ nonsense: 1 }, "The property 'nonsense' does not exist on type 'microsoft.graph.application'."],
    [{ appId: id('c', 9) }, "Property 'appId' is read-only and cannot be set."],
  ])('refuses %j', async (body, message) => {
    const { ask } = await asked();
    const { status, json } = await ask('PATCH', path, { as: 'remediator', body });
    expect([status, json.error.message]).toEqual([400, message]);
  });

  it('merges complex values and replaces collections', async () => {
    const application = anApplication(1, { web: { homePageUrl: 'h', logoutUrl: 'l' }, tags: ['a', 'b'] });
    const { ask, get } = await asked({ tenant: aTenant({ applications: [application] }) });
    await ask('PATCH', path, { as: 'remediator', body: { web: { logoutUrl: null }, tags: ['c'] } });
    expect((await get(path)).json).toMatchObject({ web: { homePageUrl: 'h', logoutUrl: null }, tags: ['c'] });
  });

  const lock = (members: JsonObject) => ({ servicePrincipalLockConfiguration: { isEnabled: true, ...members } });
  it.each([
    ['all properties', lock({ allProperties: true }), 400],
    ['signing keys', lock({ credentialsWithUsageSign: true }), 400],
    ['verifying keys only', lock({ credentialsWithUsageVerify: true }), 204],
    ['nothing, the lock being off', lock({ isEnabled: false, allProperties: true }), 204],
  ])('honours a lock of %s', async (_, locked, status) => {
    const principal = aPrincipal(1, { keyCredentials: [signingKey] });
    const tenant = aTenant({ applications: [anApplication(1, locked)], servicePrincipals: [principal] });
    const { ask } = await asked({ tenant });
    const answer = await ask('PATCH', `/servicePrincipals/${id('b', 1)}`, {
      as: 'remediator',
      body: { keyCredentials: [] },
    });
    expect(answer.status).toBe(status);
    if (status === 400) expect(answer.json.error.code).toBe('CannotUpdateLockedServicePrincipalProperty');
  });

  it('cannot change a managed identity', async () => {
    const tenant = aTenant({ servicePrincipals: [aPrincipal(1, { servicePrincipalType: 'ManagedIdentity' })] });
    const { ask } = await asked({ tenant });
    const { status } = await ask('PATCH', `/servicePrincipals/${id('b', 1)}`, {
      as: 'remediator',
      body: { notes: 'x' },
    });
    expect(status).toBe(403);
  });

  it('lets OwnedBy write what the caller owns, and nothing else', async () => {
    const { simulator, ask, get } = await asked();
    simulator.roles.revoke('Application.ReadWrite.All', 'remediator');
    simulator.roles.grant('Application.ReadWrite.OwnedBy', 'remediator');
    const patch = () => ask('PATCH', path, { as: 'remediator', body: { notes: 'x' } });
    expect((await patch()).status).toBe(403);
    const owner = { id: simulator.identities.remediator.objectId };
    simulator.directory.update('applications', id('a', 1), { owners: [owner] });
    expect((await patch()).status).toBe(204);
    expect((await get(`${path}/owners`)).json.value).toEqual([owner]);
  });
});

describe('creating a service principal', () => {
  const create = async (appId: unknown) => {
    const { simulator, ask } = await asked();
    return { simulator, ...(await ask('POST', '/servicePrincipals', { as: 'remediator', body: { appId } })) };
  };

  it('makes one of an application that has none', async () => {
    const { simulator, status, json } = await create(id('c', 3));
    expect(status).toBe(201);
    expect(json).toMatchObject({
      appId: id('c', 3),
      displayName: 'Application 3',
      servicePrincipalType: 'Application',
    });
    expect(simulator.directory.find('servicePrincipals', json.id)).toBeDefined();
    expect(simulator.counts().servicePrincipals).toBe(3);
  });

  it.each([
    ['one that exists', id('c', 1), 409, 'Request_MultipleObjectsWithSameKeyValue'],
    ['one of no application', id('c', 9), 400, 'Request_BadRequest'],
    ['one of nothing', undefined, 400, 'Request_BadRequest'],
  ])('refuses %s', async (_, appId, status, code) => {
    const answer = await create(appId);
    expect([answer.status, answer.json.error.code]).toEqual([status, code]);
  });
});

describe('deleting and restoring', () => {
  it('takes the service principal of an application along, both ways', async () => {
    const { simulator, ask, get } = await asked();
    expect((await ask('DELETE', path, { as: 'remediator' })).status).toBe(204);
    expect((await get(path)).status).toBe(404);
    expect(simulator.counts()).toEqual({ applications: 2, servicePrincipals: 1 });
    for (const [type, kind] of [
      ['application', 'a'],
      ['servicePrincipal', 'b'],
    ] as const) {
      const { json } = await get(`/directory/deletedItems/microsoft.graph.${type}`);
      expect(json.value).toMatchObject([{ id: id(kind, 1), deletedDateTime: expect.stringMatching(/Z$/) }]);
    }
    const restored = await ask('POST', `/directory/deletedItems/${id('a', 1)}/restore`, { as: 'remediator' });
    expect([restored.status, restored.json.id]).toEqual([200, id('a', 1)]);
    expect((await get(path)).json.deletedDateTime).toBeNull();
    expect(simulator.counts()).toEqual({ applications: 3, servicePrincipals: 2 });
  });

  it('answers 404 to the restoration of what is not there', async () => {
    const { ask } = await asked();
    expect((await ask('POST', `/directory/deletedItems/${id('a', 1)}/restore`, { as: 'remediator' })).status).toBe(404);
  });
});

describe('policies', () => {
  const workflow = {
    isEnabled: true,
    notifyReviewers: true,
    remindersEnabled: false,
    requestDurationInDays: 30,
    reviewers: [],
  };
  const consent = '/policies/adminConsentRequestPolicy';

  it('takes the admin consent workflow as a whole', async () => {
    const { ask, get } = await asked();
    expect((await ask('PUT', consent, { as: 'remediator', body: { isEnabled: true } })).status).toBe(400);
    expect((await ask('PUT', consent, { as: 'remediator', body: workflow })).status).toBe(204);
    expect((await get(consent)).json).toMatchObject({ ...workflow, version: 1 });
  });

  it('has a default app management policy, which can be switched on', async () => {
    const { ask, get } = await asked();
    const policy = '/policies/defaultAppManagementPolicy';
    expect((await get(policy)).json.isEnabled).toBe(false);
    expect((await ask('PATCH', policy, { as: 'remediator', body: { isEnabled: true } })).status).toBe(204);
    expect((await get(policy)).json.isEnabled).toBe(true);
  });

  it('lets an administrator change them in process', async () => {
    const { simulator, get } = await asked();
    simulator.directory.policies.update('authorizationPolicy', { guestUserRoleId: 'g' });
    expect((await get('/policies/authorizationPolicy')).json).toMatchObject({
      id: 'authorizationPolicy',
      guestUserRoleId: 'g',
    });
  });

  it('shows the collections of the tenant, with their members and parts', async () => {
    const low = { id: 'microsoft-user-default-low', includes: [{ id: 'one' }], excludes: [] };
    const policies = { ...aTenant().policies, permissionGrantPolicies: { value: [low] } };
    const { simulator, get } = await asked({ tenant: aTenant({ policies }) });
    simulator.roles.revoke('Policy.Read.PermissionGrant');
    expect((await get('/policies/permissionGrantPolicies')).status).toBe(403);
    simulator.roles.grant('Policy.Read.PermissionGrant');
    expect((await get('/policies/permissionGrantPolicies')).json.value).toEqual([low]);
    expect((await get(`/policies/permissionGrantPolicies/${low.id}`)).json.id).toBe(low.id);
    expect((await get(`/policies/permissionGrantPolicies/${low.id}/includes`)).json.value).toEqual([{ id: 'one' }]);
  });
});

describe('mail', () => {
  const message = { subject: 'Findings', toRecipients: [{ emailAddress: { address: 'admin@contoso.com' } }] };

  it('is accepted with the permission, and kept', async () => {
    const { simulator, ask } = await asked();
    const mail = () => ask('POST', '/users/alerts@contoso.com/sendMail', { body: { message, saveToSentItems: false } });
    expect((await mail()).status).toBe(403);
    simulator.roles.grant('Mail.Send');
    const { status, text } = await mail();
    expect([status, text]).toEqual([202, '']);
    expect(simulator.mails).toMatchObject([{ from: 'alerts@contoso.com', to: ['admin@contoso.com'], message }]);
  });
});

describe('replication', () => {
  it('shows the old state for a while, to every kind of read', async () => {
    const { simulator, ask, get, all } = await asked({ replicationLag: 60_000 });
    await ask('PATCH', path, { as: 'remediator', body: { notes: 'new' } });
    await ask('DELETE', `/applications/${id('a', 2)}`, { as: 'remediator' });
    const created = await ask('POST', '/servicePrincipals', { as: 'remediator', body: { appId: id('c', 3) } });
    simulator.directory.policies.update('authorizationPolicy', { blockMsolPowerShell: true });
    expect((await get(path)).json.notes).toBeNull();
    expect(await all('/applications')).toHaveLength(3);
    expect((await get(`/servicePrincipals/${created.json.id}`)).status).toBe(404);
    expect((await get('/policies/authorizationPolicy')).json).not.toHaveProperty('blockMsolPowerShell');
    expect(simulator.directory.find('applications', id('a', 1))?.notes).toBe('new');
  });

  it('shows the new state when the lag is over', async () => {
    const { ask, get } = await asked({ replicationLag: 20 });
    await ask('PATCH', path, { as: 'remediator', body: { notes: 'new' } });
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect((await get(path)).json.notes).toBe('new');
  });
});
