import { afterEach, describe, expect, it } from '@jest/globals';
import type { JsonObject, SimulatorOptions } from '../../src/simulator/http/server.js';
import {
  anApplication,
  aPrincipal,
  aTenant,
  certificate,
  closeSimulators,
  id,
  signingKey,
  startClient,
} from './client.js';

afterEach(closeSimulators);

const path = `/applications/${id('a', 1)}`;
const samlSign = { ...certificate, keyId: id('5', 3), type: 'X509CertAndPassword', usage: 'Sign', key: 'cHJpdmF0ZQ==' };
const stored = [signingKey, certificate, samlSign];
const withNullKey = (key: JsonObject): JsonObject => ({ ...key, key: null });
const { keyId, startDateTime: _start, endDateTime: _end, ...documentedExample } = certificate;
const { key: _key, ...withoutKey } = certificate;

/** PATCHes the keyCredentials of an application whose keys are `stored`. */
async function patchKeys(keyCredentials: unknown, options: Partial<SimulatorOptions> = {}) {
  const tenant = aTenant({ applications: [anApplication(1, { keyCredentials: stored })] });
  const { simulator, request } = await startClient({ tenant, ...options });
  const answer = await request('PATCH', path, { as: 'remediator', body: { keyCredentials } });
  return { ...answer, after: simulator.directory.find('applications', id('a', 1))?.keyCredentials };
}

describe('PATCH of keyCredentials', () => {
  it.each([
    ['deletes omitted entries', [certificate, samlSign].map(withNullKey), [certificate, samlSign]],
    ['deletes all entries', [], []],
    ['keeps an entry without its key', [withoutKey], [certificate]],
    ['keeps an entry with its key', [certificate], [certificate]],
    ['keeps the documented example: a certificate without keyId and dates', [documentedExample], [certificate]],
    [
      'keeps symmetric and SAML entries, whose key is not readable',
      [signingKey, samlSign].map(withNullKey),
      [signingKey, samlSign],
    ],
  ])('%s', async (_, sent, after) => {
    const answer = await patchKeys(sent);
    expect([answer.status, answer.text]).toEqual([204, '']);
    expect(answer.after).toEqual(after);
  });

  it('adds an entry with a key', async () => {
    const added = { type: 'AsymmetricX509Cert', usage: 'Encrypt', key: 'bmV3' };
    const { status, after } = await patchKeys([withNullKey(certificate), added]);
    expect(status).toBe(204);
    expect(after).toEqual([
      certificate,
      expect.objectContaining({ ...added, keyId: expect.stringMatching(/^[0-9a-f-]{36}$/) }),
    ]);
  });

  it.each<[string, JsonObject]>([
    ['a date without its fractional seconds', { ...withNullKey(signingKey), endDateTime: '2029-03-01T00:00:00Z' }],
    ['a type in another case', { ...withNullKey(certificate), type: 'asymmetricX509cert' }],
    ['a missing member', { keyId: keyId ?? null, type: 'AsymmetricX509Cert', usage: 'Verify' }],
    ['another key', { ...certificate, key: 'b3RoZXI=' }],
  ])('rejects a kept entry with %s', async (_, entry) => {
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
    ['an unknown member', [{ ...withNullKey(certificate), thumbprint: 'x' }], /thumbprint/],
    ['a duplicate entry', [withNullKey(certificate), withNullKey(certificate)], /distinct/],
    ['a value that is not a list', null, /collection/],
  ])('rejects %s', async (_, sent, message) => {
    const { status, json, after } = await patchKeys(sent);
    expect([status, json.error.code, json.error.message]).toEqual([
      400,
      'Request_BadRequest',
      expect.stringMatching(message),
    ]);
    expect(after).toEqual(stored);
  });

  it('rejects a null key with the option, but accepts the key itself', async () => {
    expect((await patchKeys([withNullKey(certificate)], { nullKeyEchoRefused: true })).status).toBe(400);
    expect((await patchKeys([certificate], { nullKeyEchoRefused: true })).status).toBe(204);
  });
});

describe('PATCH', () => {
  it.each([
    [{ passwordCredentials: [] }, 'New password credentials must be generated using service actions.'],
    [{ nonsense: 1 }, "The property 'nonsense' does not exist on type 'microsoft.graph.application'."],
    [{ appId: id('c', 9) }, "Property 'appId' is read-only and cannot be set."],
  ])('rejects %j', async (body, message) => {
    const { request } = await startClient();
    const { status, json } = await request('PATCH', path, { as: 'remediator', body });
    expect([status, json.error.message]).toEqual([400, message]);
  });

  it('merges complex values and replaces collections', async () => {
    const application = anApplication(1, { web: { homePageUrl: 'h', logoutUrl: 'l' }, tags: ['a', 'b'] });
    const { request, get } = await startClient({ tenant: aTenant({ applications: [application] }) });
    await request('PATCH', path, { as: 'remediator', body: { web: { logoutUrl: null }, tags: ['c'] } });
    expect((await get(path)).json).toMatchObject({ web: { homePageUrl: 'h', logoutUrl: null }, tags: ['c'] });
  });

  const lock = (members: JsonObject) => ({ servicePrincipalLockConfiguration: { isEnabled: true, ...members } });
  it.each([
    ['all properties', lock({ allProperties: true }), 400],
    ['signing keys', lock({ credentialsWithUsageSign: true }), 400],
    ['verifying keys only', lock({ credentialsWithUsageVerify: true }), 204],
    ['all properties, if the lock is off', lock({ isEnabled: false, allProperties: true }), 204],
  ])('enforces a lock of %s', async (_, locked, status) => {
    const principal = aPrincipal(1, { keyCredentials: [signingKey] });
    const tenant = aTenant({ applications: [anApplication(1, locked)], servicePrincipals: [principal] });
    const { request } = await startClient({ tenant });
    const answer = await request('PATCH', `/servicePrincipals/${id('b', 1)}`, {
      as: 'remediator',
      body: { keyCredentials: [] },
    });
    expect(answer.status).toBe(status);
    if (status === 400) expect(answer.json.error.code).toBe('CannotUpdateLockedServicePrincipalProperty');
  });

  it('rejects changes of a managed identity', async () => {
    const tenant = aTenant({ servicePrincipals: [aPrincipal(1, { servicePrincipalType: 'ManagedIdentity' })] });
    const { request } = await startClient({ tenant });
    const { status } = await request('PATCH', `/servicePrincipals/${id('b', 1)}`, {
      as: 'remediator',
      body: { notes: 'x' },
    });
    expect(status).toBe(403);
  });

  it('allows OwnedBy to write only objects that the caller owns', async () => {
    const { simulator, request, get } = await startClient();
    simulator.roles.revoke('Application.ReadWrite.All', 'remediator');
    simulator.roles.grant('Application.ReadWrite.OwnedBy', 'remediator');
    const patch = () => request('PATCH', path, { as: 'remediator', body: { notes: 'x' } });
    expect((await patch()).status).toBe(403);
    const owner = { id: simulator.identities.remediator.objectId };
    simulator.directory.update('applications', id('a', 1), { owners: [owner] });
    expect((await patch()).status).toBe(204);
    expect((await get(`${path}/owners`)).json.value).toEqual([owner]);
  });
});

describe('creating a service principal', () => {
  const create = async (appId: unknown) => {
    const { simulator, request } = await startClient();
    return { simulator, ...(await request('POST', '/servicePrincipals', { as: 'remediator', body: { appId } })) };
  };

  it('creates one for an application without one', async () => {
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
    ['one that already exists', id('c', 1), 409, 'Request_MultipleObjectsWithSameKeyValue'],
    ['one without an application', id('c', 9), 400, 'Request_BadRequest'],
    ['one without an appId', undefined, 400, 'Request_BadRequest'],
  ])('rejects %s', async (_, appId, status, code) => {
    const answer = await create(appId);
    expect([answer.status, answer.json.error.code]).toEqual([status, code]);
  });
});

describe('deleting and restoring', () => {
  it('includes the service principal of an application', async () => {
    const { simulator, request, get } = await startClient();
    expect((await request('DELETE', path, { as: 'remediator' })).status).toBe(204);
    expect((await get(path)).status).toBe(404);
    expect(simulator.counts()).toEqual({ applications: 2, servicePrincipals: 1 });
    for (const [type, kind] of [
      ['application', 'a'],
      ['servicePrincipal', 'b'],
    ] as const) {
      const { json } = await get(`/directory/deletedItems/microsoft.graph.${type}`);
      expect(json.value).toMatchObject([{ id: id(kind, 1), deletedDateTime: expect.stringMatching(/Z$/) }]);
    }
    const restored = await request('POST', `/directory/deletedItems/${id('a', 1)}/restore`, { as: 'remediator' });
    expect([restored.status, restored.json.id]).toEqual([200, id('a', 1)]);
    expect((await get(path)).json.deletedDateTime).toBeNull();
    expect(simulator.counts()).toEqual({ applications: 3, servicePrincipals: 2 });
  });

  it('answers 404 for the restore of an unknown object', async () => {
    const { request } = await startClient();
    expect((await request('POST', `/directory/deletedItems/${id('a', 1)}/restore`, { as: 'remediator' })).status).toBe(
      404,
    );
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

  it('requires all properties of the admin consent workflow, and keeps no others', async () => {
    const { simulator, request, get } = await startClient();
    simulator.roles.grant('Policy.ReadWrite.ConsentRequest', 'remediator');
    simulator.directory.policies.update('adminConsentRequestPolicy', { undocumented: true });
    expect((await request('PUT', consent, { as: 'remediator', body: { isEnabled: true } })).status).toBe(400);
    expect((await request('PUT', consent, { as: 'remediator', body: workflow })).status).toBe(204);
    const { json } = await get(consent);
    expect(json).toMatchObject({ ...workflow, version: 1 });
    expect(json).not.toHaveProperty('undocumented');
  });

  it('includes a default app management policy that a client can enable', async () => {
    const { request, get } = await startClient();
    const policy = '/policies/defaultAppManagementPolicy';
    expect((await get(policy)).json.isEnabled).toBe(false);
    expect((await request('PATCH', policy, { as: 'remediator', body: { isEnabled: true } })).status).toBe(204);
    expect((await get(policy)).json.isEnabled).toBe(true);
  });

  it('can be changed in process', async () => {
    const { simulator, get } = await startClient();
    simulator.directory.policies.update('authorizationPolicy', { guestUserRoleId: 'g' });
    expect((await get('/policies/authorizationPolicy')).json).toMatchObject({
      id: 'authorizationPolicy',
      guestUserRoleId: 'g',
    });
  });

  it('shows collections of policies with their members and parts', async () => {
    const low = { id: 'microsoft-user-default-low', includes: [{ id: 'one' }], excludes: [] };
    const policies = { ...aTenant().policies, permissionGrantPolicies: { value: [low] } };
    const { simulator, get } = await startClient({ tenant: aTenant({ policies }) });
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

  it('is accepted with the permission and stored', async () => {
    const { simulator, request } = await startClient();
    const mail = () =>
      request('POST', '/users/alerts@contoso.com/sendMail', { body: { message, saveToSentItems: false } });
    expect((await mail()).status).toBe(403);
    simulator.roles.grant('Mail.Send');
    const { status, text } = await mail();
    expect([status, text]).toEqual([202, '']);
    expect(simulator.mails).toMatchObject([{ from: 'alerts@contoso.com', to: ['admin@contoso.com'], message }]);
  });
});

describe('replication', () => {
  it('shows the old state to all reads during the lag', async () => {
    const { simulator, request, get, all } = await startClient({ replicationLag: 60_000 });
    await request('PATCH', path, { as: 'remediator', body: { notes: 'new' } });
    await request('DELETE', `/applications/${id('a', 2)}`, { as: 'remediator' });
    const created = await request('POST', '/servicePrincipals', { as: 'remediator', body: { appId: id('c', 3) } });
    simulator.directory.policies.update('authorizationPolicy', { blockMsolPowerShell: true });
    expect((await get(path)).json.notes).toBeNull();
    expect(await all('/applications')).toHaveLength(3);
    expect((await get(`/servicePrincipals/${created.json.id}`)).status).toBe(404);
    expect((await get('/policies/authorizationPolicy')).json).not.toHaveProperty('blockMsolPowerShell');
    expect(simulator.directory.find('applications', id('a', 1))?.notes).toBe('new');
  });

  it('shows the new state after the lag', async () => {
    const { request, get } = await startClient({ replicationLag: 20 });
    await request('PATCH', path, { as: 'remediator', body: { notes: 'new' } });
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect((await get(path)).json.notes).toBe('new');
  });
});
