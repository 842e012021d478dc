import { afterEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../src/simulator/http/server.js';
import { aTenant, closeSimulators, id, startClient } from './client.js';

afterEach(closeSimulators);

const failure = (n: number, errorCode: number, minutesAgo: number) => ({
  id: `s${n}`,
  minutesAgo,
  appId: id('c', 1),
  resourceId: id('c', 2),
  userId: id('d', n),
  userDisplayName: 'Adele Vance',
  userPrincipalName: 'adele.vance@contoso.example',
  ipAddress: '198.51.100.7',
  status: { errorCode },
});
const signIns = [failure(1, 50000, 30), failure(2, 65001, 20), failure(3, 0, 10), failure(4, 50000, 3 * 1_440)];
const premium = aTenant({ signIns });
const filtered = (filter: string, more = '') => `/auditLogs/signIns?$filter=${encodeURIComponent(filter)}${more}`;
const yesterday = () => new Date(Date.now() - 86_400_000).toISOString();
const idsIn = (json: { value: { id: string }[] }) => json.value.map((one) => one.id);

describe('the sign-in log', () => {
  it('returns the newest first, with the names that the real log has', async () => {
    const { get } = await startClient({ tenant: premium });
    const { json } = await get('/auditLogs/signIns');
    expect(idsIn(json)).toEqual(['s3', 's2', 's1', 's4']);
    expect(json.value[0]).toMatchObject({
      userPrincipalName: 'adele.vance@contoso.example',
      ipAddress: '198.51.100.7',
    });
  });

  it('filters by time and by code', async () => {
    const { get } = await startClient({ tenant: premium });
    const codes = '(status/errorCode eq 50000 or status/errorCode eq 65001)';
    const { json } = await get(filtered(`createdDateTime ge ${yesterday()} and ${codes}`));
    expect(idsIn(json)).toEqual(['s2', 's1']);
    expect((await get(filtered("ipAddress eq '198.51.100.7' and location eq 'x'"))).status).toBe(400);
  });

  it('has pages of at most 1,000 entries', async () => {
    const { get } = await startClient({ tenant: premium });
    const first = await get(filtered('status/errorCode ne 0', '&$top=2'));
    expect(idsIn(first.json)).toEqual(['s2', 's1']);
    const next = await get(first.json['@odata.nextLink'].replace(/^.*\/v1\.0/, ''));
    expect(idsIn(next.json)).toEqual(['s4']);
    expect(next.json['@odata.nextLink']).toBeUndefined();
    expect((await get('/auditLogs/signIns?$top=1001')).status).toBe(400);
  });

  it('is refused without AuditLog.Read.All, and without Entra ID P1', async () => {
    const { simulator, get } = await startClient({ tenant: premium });
    simulator.roles.revoke('AuditLog.Read.All');
    const refused = await get('/auditLogs/signIns');
    expect([refused.status, refused.json.error.code]).toEqual([403, 'Authorization_RequestDenied']);
    const free = await startClient({ tenant: aTenant({ signIns, premium: false }) });
    const unlicensed = await free.get('/auditLogs/signIns');
    expect([unlicensed.status, unlicensed.json.error.code]).toEqual([
      403,
      'Authentication_RequestFromNonPremiumTenantOrB2CTenant',
    ]);
    expect((await free.get('/auditLogs/directoryAudits')).status).toBe(200);
  });

  it('computes a million entries on request', async () => {
    const signInFiller = { count: 1_000_000, appIds: [id('c', 1)], users: 7 };
    const { get } = await startClient({ tenant: aTenant({ signInFiller }) });
    const { json } = await get(filtered(`createdDateTime ge ${yesterday()} and status/errorCode eq 50000`));
    expect(json.value).toHaveLength(1_000);
    expect(json['@odata.nextLink']).toBeTruthy();
    expect(json.value[3]).toMatchObject({ userPrincipalName: 'generated.person.3@woodgrove.example' });
  });

  it('allows 5 requests in 10 seconds', async () => {
    const { get } = await startClient({ tenant: premium, throttled: true });
    const statuses = [];
    for (let i = 0; i < 6; i++) statuses.push((await get('/auditLogs/signIns')).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
  });
});

describe('the audit log', () => {
  const entry = (n: number, activityDisplayName: string, target: string) => ({
    id: `a${n}`,
    minutesAgo: n,
    activityDisplayName,
    targetResources: [{ id: target, modifiedProperties: [] }],
  });
  const name = 'Update application – Certificates and secrets management ';
  const directoryAudits = [entry(1, 'Consent to application', id('b', 1)), entry(2, name, id('a', 1))];

  it('filters by time, target and the beginning of the name, which keeps its dash and blank', async () => {
    const { get } = await startClient({ tenant: aTenant({ directoryAudits }) });
    const read = async (filter: string) =>
      idsIn((await get(`/auditLogs/directoryAudits?$filter=${encodeURIComponent(filter)}`)).json);
    const since = `activityDateTime ge ${yesterday()}`;
    expect(await read(`${since} and targetResources/any(t:t/id eq '${id('a', 1)}')`)).toEqual(['a2']);
    expect(await read(`${since} and startswith(activityDisplayName,'Consent')`)).toEqual(['a1']);
    expect(await read(`activityDisplayName eq '${name}'`)).toEqual(['a2']);
    expect(await read("activityDisplayName eq 'Update application - Certificates and secrets management'")).toEqual([]);
  });

  it('records who updates the authorization policy, and which properties', async () => {
    const authorizationPolicy = { id: 'authorizationPolicy', allowInvitesFrom: 'everyone' };
    const policies = { authorizationPolicy, adminConsentRequestPolicy: {} };
    const { get, request, simulator } = await startClient({ tenant: aTenant({ policies }) });
    simulator.roles.grant('Policy.ReadWrite.Authorization', 'remediator');
    const patch = (body: JsonObject) => request('PATCH', '/policies/authorizationPolicy', { as: 'remediator', body });
    expect((await patch({ allowInvitesFrom: 'none' })).status).toBe(204);
    await patch({ defaultUserRolePermissions: { permissionGrantPoliciesAssigned: ['a'] } });
    const filter = encodeURIComponent("activityDisplayName eq 'Update authorization policy'");
    const { value } = (await get(`/auditLogs/directoryAudits?$filter=${filter}`)).json as { value: JsonObject[] };
    const app = { appId: simulator.identities.remediator.clientId };
    const entry = (displayName: string, newValue: string) => ({
      initiatedBy: { app },
      targetResources: [{ modifiedProperties: [{ displayName, newValue }] }],
    });
    expect(value).toMatchObject([
      entry('PermissionGrantPolicyIdsAssignedToDefaultUserRole', '["a"]'),
      entry('AllowInvitesFrom', '"none"'),
    ]);
  });
});
