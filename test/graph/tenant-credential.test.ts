import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createCredential } from '../../src/graph/auth/credential.js';
import { createTenantCredential } from '../../src/graph/auth/tenant-credential.js';
import { createDirectory } from '../../src/graph/reads/directory.js';
import { type Simulator, startSimulator } from '../../src/simulator/http/server.js';
import { aTenant } from '../simulator/client.js';
import { rejection } from './scripted-graph.js';

const contoso = 'aaaaaaaa-0000-4000-8000-000000000001';
const fabrikam = 'bbbbbbbb-0000-4000-8000-000000000002';
const tailspin = 'cccccccc-0000-4000-8000-000000000003';

describe('a tenant that the multi-tenant app reads', () => {
  let simulator: Simulator;
  beforeAll(async () => {
    const others = [aTenant({ id: fabrikam, displayName: 'Fabrikam' }), aTenant({ id: tailspin })];
    simulator = await startSimulator({ tenant: aTenant({ id: contoso }), others });
    simulator.tenant(fabrikam).consent();
    Object.assign(process.env, simulator.settings);
  });
  afterAll(async () => {
    for (const name of Object.keys(simulator.settings)) delete process.env[name];
    await simulator.close();
  });

  function open(
    tenantId: string,
    { clientId = simulator.settings.MULTI_TENANT_CLIENT_ID ?? '', reader = 'READER' } = {},
  ) {
    const graph = { endpoint: simulator.origin, simulated: true };
    const identity = simulator.settings[reader === 'READER' ? 'READER_CLIENT_ID' : 'REMEDIATOR_CLIENT_ID'];
    const credential = createTenantCredential({
      graph,
      tenantId,
      clientId,
      reader: createCredential({ simulated: true, clientId: identity, environment: simulator.settings }),
    });
    return createDirectory({ graph, credential, tenantId, wait: async () => undefined });
  }

  it.each([
    ['the home tenant', contoso, 'Contoso'],
    ['a tenant with admin consent', fabrikam, 'Fabrikam'],
  ])('is readable: %s', async (_, tenantId, displayName) => {
    expect(await open(tenantId).organization()).toEqual({ id: tenantId, displayName });
  });

  it('needs one token until the token expires', async () => {
    const directory = open(fabrikam);
    const before = simulator.requests.length;
    for (const _ of [1, 2, 3]) await directory.organization();
    const paths = simulator.requests.slice(before).map(({ path }) => path);
    expect(paths.filter((path) => path.includes('oauth2'))).toEqual([`/${fabrikam}/oauth2/v2.0/token`]);
  });

  it('needs admin consent; the error has the link for it', async () => {
    const error = await rejection(open(tailspin).organization());
    expect(error).toMatchObject({
      code: 'credential-missing',
      message: `The app has no service principal in the tenant ${tailspin} (AADSTS7000229).`,
      remedy: expect.stringContaining(
        `https://login.microsoftonline.com/${tailspin}/adminconsent?client_id=${simulator.settings.MULTI_TENANT_CLIENT_ID}`,
      ),
    });
  });

  it.each([
    ['https://graph.microsoft.com', 'api://AzureADTokenExchange'],
    ['https://graph.microsoft.us', 'api://AzureADTokenExchangeUSGov'],
    ['https://dod-graph.microsoft.us', 'api://AzureADTokenExchangeUSGov'],
    ['https://microsoftgraph.chinacloudapi.cn', 'api://AzureADTokenExchangeChina'],
  ])('needs a token for the exchange audience of its cloud: %s', async (endpoint, audience) => {
    const scopesRead: (string | string[])[] = [];
    const getToken = async (scopes: string | string[]) => {
      scopesRead.push(scopes);
      return null;
    };
    const settings = { graph: { endpoint, simulated: false }, tenantId: contoso, clientId: tailspin };
    const credential = createTenantCredential({ ...settings, reader: { getToken } });
    const error = await rejection(credential.getToken(`${endpoint}/.default`) as Promise<unknown>);
    expect(error).toMatchObject({ code: 'credential-missing', remedy: expect.stringContaining('READER_CLIENT_ID') });
    expect(scopesRead).toEqual([`${audience}/.default`]);
  });

  it.each<[string, string, Parameters<typeof open>[1], string, string]>([
    ['the app is unknown', contoso, { clientId: tailspin }, 'AADSTS700016', 'adminconsent'],
    // The error has Entra's message without its trace ids.
    ['the app does not trust the identity', contoso, { reader: 'REMEDIATOR' }, 'AADSTS700213', 'federated credential'],
    ['there is no such tenant', 'dddddddd-0000-4000-8000-000000000004', {}, 'AADSTS90002', 'TENANT_IDS'],
  ])('has a remedy when %s', async (_, tenantId, more, code, remedy) => {
    const error = await rejection(
      open(tenantId, more).applications([])[Symbol.asyncIterator]().next() as Promise<unknown>,
    );
    expect(error).toMatchObject({
      code: 'credential-missing',
      message: expect.stringMatching(new RegExp(`tenant ${tenantId}.*${code}`)),
      remedy: expect.stringContaining(remedy),
    });
  });
});
