import { afterEach, describe, expect, it } from '@jest/globals';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { aScope, asking } from '../../src/rules/testing/case-apis.js';
import { anApp, caseTenant } from '../../src/rules/testing/cases.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

let laptop: Laptop;
afterEach(() => laptop.close());

const ownerInCapitals = { appOwnerOrganizationId: caseTenant.id.toUpperCase() };
/** The objects that were read one by one, by their appId. The reads of what depends on an app select the id only. */
const directLookups = () => {
  const batches = laptop.simulator.requests.filter(({ path }) => path.endsWith('$batch'));
  const items = batches.flatMap(({ body }) => (body as { requests: { url: string }[] }).requests);
  return items.map(({ url }) => url).filter((url) => /\(appId='[^']*'\)\?\$select=id,/.test(url));
};

describe('a service principal whose owner is this tenant, with the id in capitals,', () => {
  it('is judged together with its application, without a direct lookup', async () => {
    const app = anApp('Bare Console', {
      application: { isFallbackPublicClient: true },
      servicePrincipal: ownerInCapitals,
    });
    laptop = await aLaptop({ tenant: simulatedTenantOf([app]) });
    await laptop.scan();
    expect((await laptop.stored()).map(({ ruleId }) => ruleId)).toEqual(['require-declared-permission']);
    expect(directLookups()).toEqual([]);
  });

  it('is an API of this tenant: its preauthorized clients are looked up', async () => {
    const scope = aScope('Pay', { type: 'Admin' });
    const client = anApp('Payments Front');
    const preAuthorizedApplications = [{ appId: client.appId, delegatedPermissionIds: [scope.id ?? ''] }];
    const api = anApp('Payments API', {
      application: { api: { preAuthorizedApplications } },
      servicePrincipal: { ...ownerInCapitals, oauth2PermissionScopes: [scope] },
    });
    const asks = anApp('Payments Front', { application: asking({ of: api, scopes: [scope] }) });
    laptop = await aLaptop({ tenant: simulatedTenantOf([api, asks]) });
    await laptop.scan();
    expect(await laptop.stored()).toEqual([]);
  });
});
