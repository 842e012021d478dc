import { afterEach, describe, expect, it } from '@jest/globals';
import { aTenant, closeSimulators, id, reply, startClient } from './client.js';

afterEach(closeSimulators);

/** A simulator with a client for its control endpoint. */
async function startControl(headers: Record<string, string> = {}) {
  const client = await startClient({ tenant: aTenant({ filler: { objects: 10, seed: 1, plantEvery: 4 } }) });
  const control = async (method: string, path: string, body?: unknown) =>
    reply(
      await fetch(`${client.simulator.origin}/_simulator${path}`, {
        method,
        headers,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    );
  return { ...client, control };
}

describe('control from another process', () => {
  it('injects and removes faults', async () => {
    const { control, get } = await startControl();
    const match = { path: { regexp: '^/policies' } };
    expect((await control('POST', '/faults', [{ kind: 'status', status: 503, times: 5, match }])).status).toBe(204);
    expect((await get('/applications')).status).toBe(200);
    expect((await get('/policies/authorizationPolicy')).status).toBe(503);
    expect((await control('DELETE', '/faults')).status).toBe(204);
    expect((await get('/policies/authorizationPolicy')).status).toBe(200);
    expect((await control('POST', '/faults', { kind: 'nonsense' })).status).toBe(400);
  });

  it('returns the requests, the planted findings and the numbers of objects', async () => {
    const { simulator, control, get } = await startControl();
    await get('/applications?$top=1');
    expect((await control('GET', '/requests')).json.at(-1)).toMatchObject({
      method: 'GET',
      path: '/applications',
      query: '$top=1',
      status: 200,
      identity: 'reader',
    });
    expect((await control('GET', '/planted')).json).toEqual(simulator.planted());
    expect((await control('GET', '/counts')).json).toEqual({ applications: 7, servicePrincipals: 8 });
    expect((await control('GET', '/settings')).json).toEqual(simulator.settings);
    expect((await control('GET', '/mails')).json).toEqual([]);
  });

  it('grants and revokes permissions', async () => {
    const { control, get } = await startControl();
    await control('POST', '/roles', { revoke: 'Application.Read.All' });
    expect((await get('/applications')).status).toBe(403);
    await control('POST', '/roles', { grant: 'Directory.Read.All' });
    expect((await get('/applications')).status).toBe(200);
  });

  it('changes the directory as an administrator', async () => {
    const { simulator, control } = await startControl();
    const act = async (body: object) => (await control('POST', '/directory', body)).json;
    const where = { collection: 'applications', id: id('a', 1) };
    const { keyId } = await act({ action: 'addKey', ...where });
    expect(await act({ action: 'find', ...where })).toMatchObject({
      keyCredentials: [{ keyId, type: 'Symmetric', usage: 'Sign' }],
    });
    await act({ action: 'removeKey', ...where, keyId });
    expect(await act({ action: 'update', ...where, patch: { notes: 'n' } })).toMatchObject({
      notes: 'n',
      keyCredentials: [],
    });
    await act({ action: 'delete', ...where });
    expect(await act({ action: 'find', ...where })).toBeNull();
    const added = await act({ action: 'addApplication', object: { displayName: 'New' } });
    expect(simulator.directory.find('applications', added.id)).toMatchObject({ displayName: 'New' });
    await act({ action: 'updatePolicy', name: 'authorizationPolicy', patch: { allowInvitesFrom: 'none' } });
    expect(await act({ action: 'policy', name: 'authorizationPolicy' })).toMatchObject({ allowInvitesFrom: 'none' });
    expect((await control('POST', '/directory', { action: 'find', collection: 'users', id: 'x' })).status).toBe(400);
    expect((await control('POST', '/directory', { action: 'update', ...where })).status).toBe(404);
  });

  it('rejects requests from a page in a browser', async () => {
    const { control } = await startControl({ origin: 'https://attacker.example' });
    expect((await control('GET', '/counts')).status).toBe(403);
  });
});

describe('the documented limits', () => {
  it('allow 150 reads of keyCredentials per minute and collection', async () => {
    const { get } = await startClient({ throttled: true });
    const read = (collection: string) => get(`/${collection}?$select=id,keyCredentials`);
    for (let n = 0; n < 150; n++) expect((await read('applications')).status).toBe(200);
    const { status, headers } = await read('applications');
    expect(status).toBe(429);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(headers.get('x-ms-throttle-information')).toBe('ResourceUnitLimitExceeded');
    expect((await read('servicePrincipals')).status).toBe(200);
    expect((await get('/applications?$select=id')).status).toBe(200);
  });

  it('are not enforced by default', async () => {
    const { get } = await startClient();
    for (let n = 0; n < 160; n++) await get('/applications?$select=keyCredentials&$top=1');
    expect((await get('/applications?$select=keyCredentials&$top=1')).status).toBe(200);
  });
});
