import { afterEach, describe, expect, it } from '@jest/globals';
import { anApplication, asked, aTenant, closeAll, type Reply, reply, tenantId, tokenOf } from './client.js';

afterEach(closeAll);

const fabrikam = 'bbbbbbbb-0000-4000-8000-000000000002';
const nobody = 'dddddddd-0000-4000-8000-000000000004';
const exchange = 'api://AzureADTokenExchange';
const scope = 'https://graph.microsoft.com/.default';

const several = async (options = {}) => {
  const other = aTenant({ id: fabrikam, displayName: 'Fabrikam', applications: [anApplication(7)] });
  return (await asked({ others: [other], ...options })).simulator;
};
type Several = Awaited<ReturnType<typeof several>>;

/** Asks the token endpoint of a tenant, with all that is right but for what is given. */
async function exchanged(simulator: Several, tenant: string, form: Record<string, string> = {}): Promise<Reply> {
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

const idsIn = async (simulator: Several, token: string): Promise<string[]> => {
  const headers = { authorization: `Bearer ${token}` };
  const { json } = await reply(await fetch(`${simulator.origin}/v1.0/applications?$select=id`, { headers }));
  return json.value.map(({ id }: { id: string }) => id);
};

describe('several tenants in one simulator', () => {
  it('name themselves in the settings, and one tenant alone does not', async () => {
    expect((await several()).settings).toMatchObject({ TENANT_ID: tenantId, TENANT_IDS: `${tenantId},${fabrikam}` });
    expect(Object.keys((await asked()).simulator.settings)).not.toContain('TENANT_IDS');
  });

  it('give a token for the reader’s own, and it opens the tenant that gave it and no other', async () => {
    const simulator = await several();
    simulator.tenant(fabrikam).consent();
    const [own, foreign] = [await exchanged(simulator, tenantId), await exchanged(simulator, fabrikam)];
    expect([own.status, foreign.status]).toEqual([200, 200]);
    expect(foreign.json).toMatchObject({ token_type: 'Bearer', expires_in: 86_400 });
    expect(await idsIn(simulator, own.json.access_token)).toHaveLength(3);
    expect(await idsIn(simulator, foreign.json.access_token)).toEqual([anApplication(7).id]);
    expect(await idsIn(simulator, await tokenOf(simulator))).toHaveLength(3);
    const tenants = simulator.requests.filter(({ path }) => path === '/applications').map((record) => record.tenantId);
    expect(tenants).toEqual([tenantId, fabrikam, tenantId]);
  });

  it('strike with the faults and lack the permissions of one tenant alone', async () => {
    const simulator = await several();
    const other = simulator.tenant(fabrikam);
    other.consent();
    other.roles.revoke('Application.Read.All', 'app');
    const statusIn = async (tenant: string) => {
      const headers = { authorization: `Bearer ${(await exchanged(simulator, tenant)).json.access_token}` };
      return (await fetch(`${simulator.origin}/v1.0/applications`, { headers })).status;
    };
    expect([await statusIn(tenantId), await statusIn(fabrikam)]).toEqual([200, 403]);
    other.roles.grant('Application.Read.All', 'app');
    simulator.order({ kind: 'status', status: 503, times: 1 });
    expect([await statusIn(fabrikam), await statusIn(tenantId)]).toEqual([200, 503]);
  });

  it.each<[string, string, Record<string, string>, number, number]>([
    ['a tenant that has not consented', fabrikam, {}, 401, 7000229],
    ['a tenant that is not there', nobody, {}, 400, 90002],
    ['another app', tenantId, { client_id: nobody }, 400, 700016],
    ['another grant', tenantId, { grant_type: 'password' }, 400, 70003],
    ['no assertion', tenantId, { client_assertion: '' }, 401, 7000218],
    ['a secret in place of an assertion', tenantId, { client_assertion_type: '' }, 401, 7000218],
    ['an assertion that was not issued here', tenantId, { client_assertion: 'e30.e30.' }, 401, 700027],
  ])('refuse %s as Entra does', async (_, tenant, form, status, code) => {
    const answer = await exchanged(await several(), tenant, form);
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject({ error: expect.any(String), error_codes: [code] });
    expect(answer.json.error_description).toMatch(new RegExp(`^AADSTS${code}: .+ Trace ID: `));
  });

  it.each<[string, 'reader' | 'remediator', string, number]>([
    ['for another audience', 'reader', 'https://graph.microsoft.com', 700212],
    ['of an identity that the app does not trust', 'remediator', exchange, 700213],
  ])('refuse the token %s', async (_, identity, audience, code) => {
    const simulator = await several();
    const client_assertion = await tokenOf(simulator, identity, audience);
    expect((await exchanged(simulator, tenantId, { client_assertion })).json.error_codes).toEqual([code]);
  });

  it('refuse an assertion that has expired', async () => {
    expect((await exchanged(await several({ tokenLifetime: 0 }), tenantId)).json.error_codes).toEqual([700024]);
  });
});
