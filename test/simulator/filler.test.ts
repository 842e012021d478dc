import { afterEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../../src/simulator/http/server.js';
import { anApplication, aTenant, closeSimulators, id, startClient, tenantId } from './client.js';

afterEach(closeSimulators);

const filled = (objects: number, more: { seed?: number; plantEvery?: number } = {}) => ({
  tenant: aTenant({ filler: { objects, seed: 1, ...more } }),
});
const isPlanted = (key: JsonObject) => key.type === 'Symmetric' && key.usage === 'Sign';

describe('the filler', () => {
  it('adds the given number of objects after the tenant’s own', async () => {
    const { simulator, get, all } = await startClient(filled(1000));
    const applications = await all('/applications?$top=999');
    const principals = await all('/servicePrincipals?$top=999');
    expect(simulator.counts()).toEqual({ applications: 403, servicePrincipals: 602 });
    expect([applications.length, principals.length]).toEqual([403, 602]);
    expect(applications.slice(0, 3).map((application) => application.id)).toEqual([1, 2, 3].map((n) => id('a', n)));
    expect(new Set([...applications, ...principals].map((object) => object.id)).size).toBe(1005);
    const { json } = await get('/servicePrincipals?$count=true', { headers: { ConsistencyLevel: 'eventual' } });
    expect(json['@odata.count']).toBe(602);
  });

  it('generates a service principal per application, and others with another owner or of a managed identity', async () => {
    const { all } = await startClient(filled(1000));
    const appIds = new Set((await all('/applications?$top=999')).slice(3).map((application) => application.appId));
    const principals = (await all('/servicePrincipals?$top=999')).slice(2);
    const own = principals.filter((principal) => principal.appOwnerOrganizationId === tenantId);
    expect(new Set(own.map((principal) => principal.appId))).toEqual(appIds);
    const managed = principals.filter((principal) => principal.servicePrincipalType === 'ManagedIdentity');
    expect([appIds.size, own.length, managed.length]).toEqual([400, 400, 50]);
  });

  it('depends on the seed', async () => {
    const page = async (seed: number) =>
      (await (await startClient(filled(100, { seed }))).get('/applications')).json.value[30];
    expect(await page(7)).toEqual(await page(7));
    expect((await page(7)).id).not.toBe((await page(8)).id);
  });

  it('complies, except for the planted findings', async () => {
    const { simulator, all } = await startClient(filled(500, { plantEvery: 30 }));
    const objects = [...(await all('/applications?$top=999')), ...(await all('/servicePrincipals?$top=999'))];
    const found = objects.flatMap((object) =>
      object.keyCredentials.filter(isPlanted).map((key: JsonObject) => ({
        collection: 'applications',
        objectId: object.id,
        appId: object.appId,
        keyId: key.keyId,
        kind: 'symmetric-signing-key',
      })),
    );
    expect(found).toHaveLength(6);
    expect(simulator.planted()).toEqual(found);
    expect((await startClient(filled(500))).simulator.planted()).toEqual([]);
  });

  it('supports reads, filters, changes and deletions', async () => {
    const { simulator, request, get, all } = await startClient(filled(1000, { plantEvery: 100 }));
    const [first] = simulator.planted();
    const path = `/applications/${first?.objectId}`;
    const { json } = await get(`${path}?$select=id,appId,keyCredentials`);
    expect(json).toMatchObject({ appId: first?.appId, keyCredentials: [{ keyId: first?.keyId, key: null }] });
    expect((await get(`/servicePrincipals(appId='${first?.appId}')`)).json.appId).toBe(first?.appId);
    expect((await get(`/applications?$filter=appId eq '${first?.appId}'`)).json.value).toHaveLength(1);
    expect((await request('PATCH', path, { as: 'remediator', body: { keyCredentials: [] } })).status).toBe(204);
    expect((await all('/applications?$top=999')).find(({ id }) => id === first?.objectId).keyCredentials).toEqual([]);
    expect((await request('DELETE', path, { as: 'remediator' })).status).toBe(204);
    expect(simulator.counts()).toEqual({ applications: 402, servicePrincipals: 601 });
    expect((await get(path)).status).toBe(404);
  });

  it('has objects for each first digit of appId', async () => {
    const { all } = await startClient(filled(1000));
    const parts = await Promise.all(
      [...'0123456789abcdef'].map((digit) => all(`/servicePrincipals?$filter=startsWith(appId,'${digit}')&$select=id`)),
    );
    expect(new Set(parts.flat().map((principal) => principal.id)).size).toBe(602);
    expect(Math.min(...parts.map((part) => part.length))).toBeGreaterThan(10);
  });

  it('reaches the last of a million objects', async () => {
    const { simulator, get } = await startClient(filled(1_000_000, { plantEvery: 100_000 }));
    const last = simulator.planted().at(-1);
    expect((await get(`/applications/${last?.objectId}?$select=appId`)).json.appId).toBe(last?.appId);
    expect(simulator.counts()).toEqual({ applications: 400_003, servicePrincipals: 600_002 });
  });

  it('rejects an invalid size, and ids that the tenant uses', async () => {
    await expect(startClient(filled(1_000_001))).rejects.toThrow('Give a whole number from 0 to 1000000.');
    const { json } = await (await startClient(filled(10))).get('/applications');
    const taken = anApplication(1, { id: json.value[3].id });
    const tenant = aTenant({ applications: [taken], filler: { objects: 10, seed: 1 } });
    await expect(startClient({ tenant })).rejects.toThrow('Choose another filler.seed.');
  });
});
