import { afterEach, describe, expect, it } from '@jest/globals';
import {
  anApplication,
  aTenant,
  closeSimulators,
  type Reply,
  reply,
  startClient,
  tenantId,
  tokenOf,
} from './client.js';

afterEach(closeSimulators);

const fabrikam = 'bbbbbbbb-0000-4000-8000-000000000002';
const unknownId = 'dddddddd-0000-4000-8000-000000000004';
const exchange = 'api://AzureADTokenExchange';
const scope = 'https://graph.microsoft.com/.default';

const startTenants = async (options = {}) => {
  const other = aTenant({ id: fabrikam, displayName: 'Fabrikam', applications: [anApplication(7)] });
  return (await startClient({ others: [other], ...options })).simulator;
};
type StartedTenants = Awaited<ReturnType<typeof startTenants>>;

/** Sends a valid token request to the token endpoint of a tenant; `form` overrides its parameters. */
async function requestToken(
  simulator: StartedTenants,
  tenant: string,
  form: Record<string, string> = {},
): Promise<Reply> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: simulator.settings.MULTI_TENANT_CLIENT_ID ?? '',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: form.client_assertion ?? (await tokenOf(simulator, 'reader', exchange)),
    scope,
    ...form,
  });
  return reply(await fetch(`${simulator.origin}/${tenant}/oauth2/v2.0/token`, { method: 'POST', body }));
}

const idsIn = async (simulator: StartedTenants, token: string): Promise<string[]> => {
  const headers = { authorization: `Bearer ${token}` };
  const { json } = await reply(await fetch(`${simulator.origin}/v1.0/applications?$select=id`, { headers }));
  return json.value.map(({ id }: { id: string }) => id);
};

describe('several tenants in one simulator', () => {
  it('are in the settings, which a single tenant is not', async () => {
    expect((await startTenants()).settings).toMatchObject({
      TENANT_ID: tenantId,
      TENANT_IDS: `${tenantId},${fabrikam}`,
    });
    expect(Object.keys((await startClient()).simulator.settings)).not.toContain('TENANT_IDS');
  });

  it('exchange the reader’s token for one that is valid in a single tenant', async () => {
    const simulator = await startTenants();
    simulator.tenant(fabrikam).consent();
    const [own, foreign] = [await requestToken(simulator, tenantId), await requestToken(simulator, fabrikam)];
    expect([own.status, foreign.status]).toEqual([200, 200]);
    expect(foreign.json).toMatchObject({ token_type: 'Bearer', expires_in: 86_400 });
    expect(await idsIn(simulator, own.json.access_token)).toHaveLength(3);
    expect(await idsIn(simulator, foreign.json.access_token)).toEqual([anApplication(7).id]);
    expect(await idsIn(simulator, await tokenOf(simulator))).toHaveLength(3);
    const tenants = simulator.requests.filter(({ path }) => path === '/applications').map((record) => record.tenantId);
    expect(tenants).toEqual([tenantId, fabrikam, tenantId]);
  });

  it('have separate faults and permissions', async () => {
    const simulator = await startTenants();
    const other = simulator.tenant(fabrikam);
    other.consent();
    other.roles.revoke('Application.Read.All', 'app');
    const statusIn = async (tenant: string) => {
      const headers = { authorization: `Bearer ${(await requestToken(simulator, tenant)).json.access_token}` };
      return (await fetch(`${simulator.origin}/v1.0/applications`, { headers })).status;
    };
    expect([await statusIn(tenantId), await statusIn(fabrikam)]).toEqual([200, 403]);
    other.roles.grant('Application.Read.All', 'app');
    simulator.order({ kind: 'status', status: 503, times: 1 });
    expect([await statusIn(fabrikam), await statusIn(tenantId)]).toEqual([200, 503]);
  });

  it.each<[string, string, Record<string, string>, number, number]>([
    ['a tenant without consent', fabrikam, {}, 401, 7000229],
    ['an unknown tenant', unknownId, {}, 400, 90002],
    ['another app', tenantId, { client_id: unknownId }, 400, 700016],
    ['another grant type', tenantId, { grant_type: 'password' }, 400, 70003],
    ['no assertion', tenantId, { client_assertion: '' }, 401, 7000218],
    ['a secret instead of an assertion', tenantId, { client_assertion_type: '' }, 401, 7000218],
    ['an assertion from another issuer', tenantId, { client_assertion: 'e30.e30.' }, 401, 700027],
  ])('reject %s with the error of Entra', async (_, tenant, form, status, code) => {
    const answer = await requestToken(await startTenants(), tenant, form);
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject({ error: expect.any(String), error_codes: [code] });
    expect(answer.json.error_description).toMatch(new RegExp(`^AADSTS${code}: .+ Trace ID: `));
  });

  it.each<[string, 'reader' | 'remediator', string, number]>([
    ['for another audience', 'reader', 'https://graph.microsoft.com', 700212],
    ['of an identity that the app does not trust', 'remediator', exchange, 700213],
  ])('reject the token %s', async (_, identity, audience, code) => {
    const simulator = await startTenants();
    const client_assertion = await tokenOf(simulator, identity, audience);
    expect((await requestToken(simulator, tenantId, { client_assertion })).json.error_codes).toEqual([code]);
  });

  it('reject an expired assertion', async () => {
    expect((await requestToken(await startTenants({ tokenLifetime: 0 }), tenantId)).json.error_codes).toEqual([700024]);
  });
});
