import { afterEach, describe, expect, it } from '@jest/globals';
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

const many = (count: number) => Array.from({ length: count }, (_, n) => anApplication(n + 1));
const withKeys = aTenant({ applications: [anApplication(1, { keyCredentials: [signingKey, certificate] })] });

describe('a listing', () => {
  it('answers as Graph does', async () => {
    const { get } = await startClient();
    const { status, headers, json } = await get('/applications?$select=id,appId,keyCredentials&$top=2', {
      headers: { 'client-request-id': 'mine' },
    });
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe(
      'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8',
    );
    expect(headers.get('request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get('client-request-id')).toBe('mine');
    expect(headers.get('x-ms-resource-unit')).toBe('1');
    expect(headers.get('date')).toBeTruthy();
    expect(json).toEqual({
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#applications(id,appId,keyCredentials)',
      '@odata.nextLink': expect.stringMatching(
        /^https:\/\/graph\.microsoft\.com\/v1\.0\/applications\?\$select=id,appId,keyCredentials&\$top=2&\$skiptoken=[\w-]{30,}$/,
      ),
      value: [1, 2].map((n) => ({ id: id('a', n), appId: id('c', n), keyCredentials: [] })),
    });
  });

  it('shows 100 objects per page by default, at most 999, and each object once', async () => {
    const { get, all } = await startClient({ tenant: aTenant({ applications: many(1001) }) });
    expect((await get('/applications')).json.value).toHaveLength(100);
    expect((await get('/applications?$top=999')).json.value).toHaveLength(999);
    const listed = (await all('/applications?$select=id&$top=999')).map((application) => application.id);
    expect(listed).toEqual(many(1001).map((application) => application.id));
  });

  it('shows null and empty collections for properties that were never set', async () => {
    const { get } = await startClient();
    expect((await get('/servicePrincipals?$top=1')).json.value[0]).toMatchObject({
      notes: null,
      tags: [],
      keyCredentials: [],
      appRoleAssignmentRequired: false,
    });
  });

  it.each([
    ['/applications?$top=1000', 'Request_BadRequest'],
    ['/applications?$top=0', 'Request_BadRequest'],
    ['/applications?$select=id,nonsense', 'Request_BadRequest'],
    ['/applications?$skip=5', 'Request_BadRequest'],
    ['/applications?$orderby=displayName', 'Request_UnsupportedQuery'],
    ['/applications?$skiptoken=100', 'Request_BadRequest'],
    ['/nonsense', 'BadRequest'],
  ])('rejects %s', async (path, code) => {
    const { get } = await startClient();
    const { status, json } = await get(path);
    expect([status, json.error.code]).toEqual([400, code]);
    expect(json.error.innerError.date).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    expect(json.error.innerError['request-id']).toBeTruthy();
  });

  it('names the property that the type does not have', async () => {
    const { get } = await startClient();
    expect((await get('/applications?$select=nonsense')).json.error.message).toContain(
      "Could not find a property named 'nonsense' on type 'microsoft.graph.application'.",
    );
  });

  it('answers 501 where the simulator lacks a feature of Graph', async () => {
    const { get } = await startClient();
    expect((await get('/applications?$expand=owners')).status).toBe(501);
  });
});

describe('counting', () => {
  const eventual = { headers: { ConsistencyLevel: 'eventual' } };

  it('returns $count on the first page only, and only for an advanced query', async () => {
    const { get } = await startClient();
    const first = await get('/applications?$count=true&$top=2', eventual);
    expect(first.json['@odata.count']).toBe(3);
    expect((await get(first.json['@odata.nextLink'], eventual)).json).not.toHaveProperty(['@odata.count']);
    expect((await get('/applications?$count=true')).json).not.toHaveProperty(['@odata.count']);
  });

  it('answers /$count as text, and rejects it without the header', async () => {
    const { get } = await startClient();
    const { headers, text } = await get('/applications/$count', eventual);
    expect([headers.get('content-type'), text]).toEqual(['text/plain', '3']);
    const refused = await get('/applications/$count');
    expect([refused.status, refused.json.error.message]).toEqual([400, '$count is not currently supported.']);
  });
});

describe('changes during a listing', () => {
  it('hide no other object after a deletion or addition between two pages', async () => {
    const { simulator, get, all } = await startClient({ tenant: aTenant({ applications: many(6) }) });
    const first = await get('/applications?$top=2&$select=id');
    simulator.directory.delete('applications', id('a', 1));
    simulator.directory.delete('applications', id('a', 3));
    simulator.directory.addApplication({ id: id('a', 7) });
    const rest = await all(first.json['@odata.nextLink']);
    expect(rest.map((application) => application.id)).toEqual([4, 5, 6, 7].map((n) => id('a', n)));
    expect(simulator.counts()).toEqual({ applications: 5, servicePrincipals: 1 });
  });
});

describe('key material', () => {
  const keys = async (path: string, keysInLists = false) => {
    const { get } = await startClient({ tenant: withKeys, keysInLists });
    const { json } = await get(path);
    const [object] = json.value ?? [json];
    return object.keyCredentials.map((key: { key: string | null }) => key.key);
  };
  const one = `/applications/${id('a', 1)}`;

  it.each([
    ['null in a list', '/applications', false, [null, null]],
    ['null in a list that selects it', '/applications?$select=keyCredentials', false, [null, null]],
    [
      'returned in a list that selects it, with the option',
      '/applications?$select=keyCredentials',
      true,
      [signingKey.key, certificate.key],
    ],
    ['null on an object', one, false, [null, null]],
    [
      'returned for public keys on an object that selects it',
      `${one}?$select=keyCredentials`,
      false,
      [null, certificate.key],
    ],
  ])('is %s', async (_, path, keysInLists, expected) => {
    expect(await keys(path, keysInLists)).toEqual(expected);
  });

  it('includes the hint of a password, never its text', async () => {
    const password = { keyId: id('6', 1), secretText: 'never', hint: 'nev' };
    const { get } = await startClient({
      tenant: aTenant({ servicePrincipals: [aPrincipal(1, { passwordCredentials: [password] })] }),
    });
    const { json } = await get('/servicePrincipals?$select=passwordCredentials');
    expect(json.value).toEqual([{ passwordCredentials: [{ ...password, secretText: null }] }]);
  });
});

describe('reading one object', () => {
  it.each([
    [`/applications/${id('a', 2)}`, 'applications'],
    [`/applications(appId='${id('c', 2)}')`, 'applications'],
    [`/applications%28appId%3D%27${id('c', 2)}%27%29`, 'applications'],
    [`/servicePrincipals(appId='${id('c', 2)}')`, 'servicePrincipals'],
  ])('answers %s', async (path, collection) => {
    const { get } = await startClient();
    const { status, json } = await get(`${path}?$select=appId`);
    expect(status).toBe(200);
    expect(json).toEqual({
      '@odata.context': `https://graph.microsoft.com/v1.0/$metadata#${collection}(appId)/$entity`,
      appId: id('c', 2),
    });
  });

  it.each([
    [`/applications/${id('a', 9)}`, 404, 'Request_ResourceNotFound'],
    [`/servicePrincipals(appId='${id('c', 3)}')`, 404, 'Request_ResourceNotFound'],
    ['/applications/nonsense', 400, 'Request_BadRequest'],
    ['/policies/nonsense', 404, 'Request_ResourceNotFound'],
  ])('answers %s with %d', async (path, status, code) => {
    const { get } = await startClient();
    const answer = await get(path);
    expect([answer.status, answer.json.error.code]).toEqual([status, code]);
  });
});

describe('the index behind filters on key credentials', () => {
  it('lags in what it lists, in what it counts and in what it shows, and no other listing does', async () => {
    const tenant = aTenant({
      applications: [anApplication(1, { keyCredentials: [signingKey] }), anApplication(2)],
    });
    const { simulator, get } = await startClient({ tenant, keyIndexLag: 3_600_000 });
    const { directory } = simulator;
    directory.update('applications', id('a', 1), { keyCredentials: [certificate] });
    directory.update('applications', id('a', 2), { keyCredentials: [certificate] });
    const headers = { ConsistencyLevel: 'eventual' };
    const holders = `$filter=${encodeURIComponent('keyCredentials/any(k:k/endDateTime ge 1970-01-01T00:00:00Z)')}`;
    const keysIn = async (query: string) => {
      const { json } = await get(`/applications?$select=id,keyCredentials&${query}`, { headers });
      return json.value.map((one: { keyCredentials: { keyId: string }[] }) =>
        one.keyCredentials.map(({ keyId }) => keyId),
      );
    };
    const counted = async () => Number((await get(`/applications/$count?${holders}`, { headers })).text);
    expect(await keysIn(`${holders}&$count=true`)).toEqual([[signingKey.keyId]]);
    expect(await counted()).toBe(1);
    expect(await keysIn('$top=2')).toEqual([[certificate.keyId], [certificate.keyId]]);
    directory.catchUp();
    expect(await keysIn(`${holders}&$count=true`)).toEqual([[certificate.keyId], [certificate.keyId]]);
    expect(await counted()).toBe(2);
  });
});

describe('filtering', () => {
  const tenant = aTenant({
    applications: [
      anApplication(1, { displayName: "O'Hara's", tags: ['One'], keyCredentials: [signingKey] }),
      anApplication(2, { createdDateTime: '2024-05-01T00:00:00Z', identifierUris: ['api://two'] }),
      anApplication(3, { createdDateTime: '2020-05-01T00:00:00Z' }),
    ],
  });
  const found = async (path: string, headers = {}) => {
    const { get } = await startClient({ tenant });
    const { status, json } = await get(path, { headers });
    return status === 200 ? json.value.map((object: { id: string }) => Number(object.id.slice(-3))) : json.error.code;
  };
  const filter = (text: string) => `$filter=${encodeURIComponent(text)}`;

  it.each([
    ['applications', `appId eq '${id('c', 2)}'`, [2]],
    ['applications', `appId in ('${id('c', 3)}','${id('c', 1)}', '${id('c', 9)}')`, [1, 3]],
    ['applications', `id eq '${id('a', 1)}' or id eq '${id('a', 2)}'`, [1, 2]],
    ['applications', "displayName eq 'application 2'", [2]],
    ['applications', "displayName eq 'O''Hara''s'", [1]],
    ['applications', "startsWith(displayName,'Appl') and createdDateTime ge 2022-01-01T00:00:00Z", [2]],
    ['applications', "tags/any(t:t eq 'one')", [1]],
    ['applications', "identifierUris/any(x:startsWith(x,'api://'))", [2]],
    ['servicePrincipals', "startswith(appId,'c')", [1, 2]],
    ['servicePrincipals', "startswith(appId,'0')", []],
    ['servicePrincipals', "servicePrincipalType eq 'Application'", [1, 2]],
  ])('finds in %s by %s', async (collection, text, expected) => {
    expect(await found(`/${collection}?${filter(text)}`)).toEqual(expected);
  });

  it.each([
    ['applications', "startsWith(appId,'c')", 'Request_UnsupportedQuery'],
    ['applications', "displayName ne 'x'", 'Request_UnsupportedQuery'],
    ['applications', "keyCredentials/any(k:k/type eq 'Symmetric')", 'Request_UnsupportedQuery'],
    ['applications', "passwordCredentials/any(p:p/displayName eq 'x')", 'Request_UnsupportedQuery'],
    ['servicePrincipals', `appOwnerOrganizationId eq ${id('a', 1)}`, 'Request_UnsupportedQuery'],
    ['applications', "nonsense eq 'x'", 'Request_BadRequest'],
    ['applications', "appId equals 'x'", 'Request_BadRequest'],
    ['applications', "appId eq 'x", 'Request_BadRequest'],
  ])('rejects in %s %s', async (collection, text, code) => {
    expect(await found(`/${collection}?${filter(text)}`)).toBe(code);
  });

  it.each([
    ['applications', 'keyCredentials/any(k:k/endDateTime ge 2021-01-01T00:00:00Z)', [1]],
    ['applications', "not startsWith(displayName,'Appl')", [1]],
    ['applications', "displayName ne 'Application 2'", [1, 3]],
    ['applications', 'owners/$count eq 0', [1, 2, 3]],
    ['servicePrincipals', `not (appId eq '${id('c', 1)}')`, [2]],
  ])('supports an advanced query in %s: %s', async (collection, text, expected) => {
    const path = `/${collection}?${filter(text)}&$count=true`;
    expect(await found(path)).toBe('Request_UnsupportedQuery');
    expect(await found(path, { ConsistencyLevel: 'eventual' })).toEqual(expected);
  });
});
