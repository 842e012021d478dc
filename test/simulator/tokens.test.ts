import { ManagedIdentityCredential } from '@azure/identity';
import { afterEach, describe, expect, it } from '@jest/globals';
import { closeSimulators, reply, startClient, tenantId, tokenOf } from './client.js';

afterEach(closeSimulators);

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
const scope = 'https://graph.microsoft.com/.default';

describe('the managed identity endpoint', () => {
  it('issues a token to @azure/identity that Graph accepts', async () => {
    const { simulator } = await startClient();
    Object.assign(process.env, simulator.settings);
    const credential = new ManagedIdentityCredential({ clientId: simulator.settings.REMEDIATOR_CLIENT_ID });
    const token = await credential.getToken(scope);
    expect(token.expiresOnTimestamp).toBeGreaterThan(Date.now());
    expect(claimsOf(token.token)).toMatchObject({
      aud: 'https://graph.microsoft.com',
      iss: `https://sts.windows.net/${tenantId}/`,
      tid: tenantId,
      appid: simulator.settings.REMEDIATOR_CLIENT_ID,
      oid: simulator.identities.remediator.objectId,
      roles: [
        'Application.ReadWrite.All',
        'Policy.Read.All',
        'Policy.ReadWrite.ApplicationConfiguration',
        'Policy.ReadWrite.PermissionGrant',
      ],
    });
    const headers = { authorization: `Bearer ${token.token}` };
    expect((await fetch(`${simulator.origin}/v1.0/applications`, { headers })).status).toBe(200);
  });

  it('answers as App Service does', async () => {
    const { simulator } = await startClient();
    const { settings } = simulator;
    const url = `${settings.IDENTITY_ENDPOINT}?resource=https://vault.azure.net&api-version=2019-08-01`;
    const { status, json } = await reply(
      await fetch(url, { headers: { 'X-IDENTITY-HEADER': settings.IDENTITY_HEADER } }),
    );
    expect(status).toBe(200);
    expect(json).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.$/),
      expires_on: expect.stringMatching(/^\d{10}$/),
      resource: 'https://vault.azure.net',
      token_type: 'Bearer',
      client_id: settings.READER_CLIENT_ID,
    });
  });

  it.each([
    ['a wrong secret', 'resource=r&api-version=2019-08-01', 'wrong', 401],
    ['another api-version', 'resource=r&api-version=2017-09-01', undefined, 400],
    ['no resource', 'api-version=2019-08-01', undefined, 400],
    ['an unassigned identity', `resource=r&api-version=2019-08-01&client_id=${tenantId}`, undefined, 400],
  ])('rejects %s', async (_, query, secret, status) => {
    const { settings } = (await startClient()).simulator;
    const headers = { 'X-IDENTITY-HEADER': secret ?? settings.IDENTITY_HEADER };
    const answer = await reply(await fetch(`${settings.IDENTITY_ENDPOINT}?${query}`, { headers }));
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject({ statusCode: status, message: expect.any(String) });
  });
});

describe('Graph', () => {
  it.each([
    ['without a token', undefined],
    ['with an unknown token', 'Bearer e30.e30.'],
  ])('answers 401 %s', async (_, authorization) => {
    const { simulator } = await startClient();
    const headers = authorization ? { authorization } : {};
    const answer = await reply(await fetch(`${simulator.origin}/v1.0/applications`, { headers }));
    expect([answer.status, answer.json.error.code]).toEqual([401, 'InvalidAuthenticationToken']);
    expect(answer.headers.get('request-id')).toBeTruthy();
  });

  it('answers 401 to an expired token', async () => {
    const { get } = await startClient({ tokenLifetime: 0 });
    const { status, json } = await get('/applications');
    expect([status, json.error.code]).toEqual([401, 'InvalidAuthenticationToken']);
  });

  it('answers 401 to a token for another service', async () => {
    const { simulator } = await startClient();
    const headers = { authorization: `Bearer ${await tokenOf(simulator, 'reader', 'https://vault.azure.net')}` };
    expect((await fetch(`${simulator.origin}/v1.0/applications`, { headers })).status).toBe(401);
  });

  it.each([
    ['/applications', 'Application.Read.All'],
    ['/servicePrincipals', 'Application.Read.All'],
    ['/policies/authorizationPolicy', 'Policy.Read.All'],
    ['/policies/adminConsentRequestPolicy', 'Policy.Read.All'],
    ['/domains', 'Domain.Read.All'],
    ['/directory/onPremisesSynchronization', 'OnPremDirectorySynchronization.Read.All'],
  ])('requires a permission for %s', async (path, permission) => {
    const { simulator, get } = await startClient();
    expect((await get(path)).status).toBe(200);
    simulator.roles.revoke(permission);
    const { status, json } = await get(path);
    expect([status, json.error.code]).toEqual([403, 'Authorization_RequestDenied']);
  });

  it('requires Organization.Read.All for the organization', async () => {
    const { simulator, get } = await startClient();
    simulator.roles.revoke('Organization.Read.All');
    expect((await get('/organization')).status).toBe(403);
    simulator.roles.grant('Organization.Read.All');
    expect((await get('/organization')).json.value).toMatchObject([{ id: tenantId, displayName: 'Contoso' }]);
  });

  it('rejects writes of the reader', async () => {
    const { request } = await startClient();
    const { status } = await request('PATCH', "/applications(appId='c0000000-0000-4000-8000-000000000001')", {
      body: {},
    });
    expect(status).toBe(403);
  });
});
