import { afterEach, describe, expect, it } from '@jest/globals';
import type { PageFault } from '../../src/simulator/faults/fault.js';
import type { Fault } from '../../src/simulator/faults/pending-faults.js';
import { launchSimulator, parseFault } from '../../src/simulator/launch-simulator.js';
import { aPrincipal, aTenant, closeSimulators, id, startClient } from './client.js';

afterEach(closeSimulators);

const application = `/applications/${id('a', 1)}`;
const withFault = async (fault: Fault) => {
  const client = await startClient();
  client.simulator.order(fault);
  return client;
};
const patch = { as: 'remediator', body: { notes: 'mine' } } as const;

describe('a fault', () => {
  it('affects the given number of requests', async () => {
    const { get } = await withFault({ kind: 'status', status: 503, times: 2 });
    const statuses = [await get('/applications'), await get('/applications'), await get('/applications')];
    expect(statuses.map(({ status }) => status)).toEqual([503, 503, 200]);
  });

  it('affects matching requests, from the n-th on', async () => {
    const match = { method: 'GET', path: /^\/applications\?\$top=1$/, nth: 2 };
    const { get } = await withFault({ kind: 'status', status: 500, times: 1, match });
    const paths = [
      '/applications',
      '/applications?$top=1',
      '/servicePrincipals',
      '/applications?$top=1',
      '/applications?$top=1',
    ];
    const statuses: number[] = [];
    for (const path of paths) statuses.push((await get(path)).status);
    expect(statuses).toEqual([200, 200, 200, 500, 200]);
  });

  it('matches the start of a path, with or without /v1.0', async () => {
    const { simulator, get } = await startClient();
    for (const path of ['/policies', '/v1.0/policies'])
      simulator.order({ kind: 'html-502', times: 1, match: { path } });
    expect((await get('/applications')).status).toBe(200);
    const answers = [await get('/policies/authorizationPolicy'), await get('/policies/authorizationPolicy')];
    expect(answers.map(({ status }) => status)).toEqual([502, 502]);
  });

  it('affects the identity endpoint only if it names its path', async () => {
    const { simulator } = await withFault({ kind: 'status', status: 500, times: 1, match: { path: '/msi/token' } });
    const request = () => fetch(`${simulator.settings.IDENTITY_ENDPOINT}`);
    expect((await request()).status).toBe(500);
    simulator.order({ kind: 'status', status: 500, times: 1 });
    expect((await request()).status).toBe(401);
  });
});

describe('the kinds of faults', () => {
  it('status: with its own headers and body', async () => {
    const { get } = await withFault({ kind: 'status', status: 429, headers: { 'Retry-After': '2.128' }, times: 1 });
    const { headers, json } = await get('/applications');
    expect(headers.get('retry-after')).toBe('2.128');
    expect(json.error).toMatchObject({ code: 'TooManyRequests', innerError: { code: '429', status: '429' } });
  });

  it.each([
    ['before', { kind: 'drop', when: 'before', times: 1 }],
    ['inside-body', { kind: 'drop', when: 'inside-body', times: 1 }],
  ] as const)('drop: the connection closes, %s', async (_, fault) => {
    const { get } = await withFault(fault);
    await expect(get('/applications')).rejects.toThrow(/fetch failed|terminated/);
    expect((await get('/applications')).status).toBe(200);
  });

  it('malformed-json: half of the text', async () => {
    const { get } = await withFault({ kind: 'malformed-json', times: 1 });
    await expect(get('/applications')).rejects.toThrow(SyntaxError);
  });

  it('html-502: a gateway page', async () => {
    const { get } = await withFault({ kind: 'html-502', times: 1 });
    const { status, headers, text } = await get('/applications');
    expect([status, headers.get('content-type')]).toEqual([502, 'text/html']);
    expect(text).toMatch(/^<html>/);
  });

  it('hang: no answer, until the simulator closes', async () => {
    const { simulator, get } = await withFault({ kind: 'hang', times: 1 });
    const answer = get('/applications').then(
      () => 'answered',
      () => 'cut off',
    );
    while (simulator.requests.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    await simulator.close();
    expect(await answer).toBe('cut off');
  });

  it('expired-page-token: Graph rejects a page token', async () => {
    const { get } = await withFault({ kind: 'expired-page-token', times: 1 });
    const first = await get('/applications?$top=1');
    const { status, json } = await get(first.json['@odata.nextLink']);
    expect([status, json.error.code]).toEqual([400, 'Directory_ExpiredPageToken']);
    expect((await get(first.json['@odata.nextLink'])).status).toBe(200);
  });

  it('repeat-object: a later page repeats an object of the first page', async () => {
    const { all } = await withFault({ kind: 'repeat-object', times: 1 });
    const ids = (await all('/applications?$top=2')).map((object) => object.id);
    expect(ids).toEqual([1, 2, 1, 3].map((n) => id('a', n)));
  });

  it('empty-page: no object, but a next link', async () => {
    const { get, all } = await withFault({ kind: 'empty-page', times: 1 });
    const { json } = await get('/applications');
    expect(json.value).toEqual([]);
    expect(await all(json['@odata.nextLink'])).toHaveLength(3);
  });

  it('repeat-object with a patch: the second copy differs', async () => {
    const { all } = await withFault({ kind: 'repeat-object', patch: { displayName: 'changed' }, times: 1 });
    const names = (await all('/applications?$top=2')).map((object) => object.displayName);
    expect(names).toEqual(['Application 1', 'Application 2', 'changed', 'Application 3']);
  });

  it.each([
    ['no-next-link', [1]],
    ['skip-page', [1, 3]],
    ['empty-page-skip', [2, 3]],
  ] as const)('%s: the listing loses objects', async (kind, left) => {
    const { all } = await withFault({ kind, times: 1 });
    expect((await all('/applications?$top=1')).map((object) => object.id)).toEqual(left.map((n) => id('a', n)));
  });

  describe.each([
    ['grants', '/oauth2PermissionGrants', 'clientId'],
    ['assignments to an app', `/servicePrincipals/${id('b', 1)}/appRoleAssignedTo`, 'principalId'],
    ['assignments of a client', `/servicePrincipals/${id('b', 1)}/appRoleAssignments`, 'resourceId'],
    ['classifications', `/servicePrincipals/${id('b', 1)}/delegatedPermissionClassifications`, 'permissionId'],
  ])('a fault of a page of %s', (_name, path, member) => {
    const three = [1, 2, 3].map(String);
    const principal = id('b', 1);
    const tenant = aTenant({
      servicePrincipals: [
        aPrincipal(1, { delegatedPermissionClassifications: three.map((permissionId) => ({ permissionId })) }),
      ],
      oauth2PermissionGrants: three.map((clientId) => ({ clientId })),
      appRoleAssignments: three.flatMap((other) => [
        { principalId: other, resourceId: principal },
        { principalId: principal, resourceId: other },
      ]),
    });

    it.each<[PageFault['kind'], string[]]>([
      ['no-next-link', ['1']],
      ['skip-page', ['1', '3']],
      ['empty-page-skip', ['2', '3']],
      ['empty-page', ['1', '2', '3']],
      ['loop', ['1', '1', '2', '3']],
    ])('%s: the list loses or repeats entries', async (kind, left) => {
      const { simulator, all } = await startClient({ tenant });
      const whole = await all(`${path}?$top=1`);
      simulator.order({ kind, times: 1, match: { path } });
      const entries = await all(`${path}?$top=1`);
      expect([whole, entries].map((list) => list.map((entry) => entry[member]))).toEqual([three, left]);
    });
  });

  it('loop: the next link leads to the first page, with a new token', async () => {
    const { get } = await withFault({ kind: 'loop', times: 2 });
    const first = (await get('/applications?$top=2')).json;
    const again = (await get(first['@odata.nextLink'])).json;
    expect(again.value).toEqual(first.value);
    expect(again['@odata.nextLink']).not.toBe(first['@odata.nextLink']);
  });

  it('refused: as if a permission is missing', async () => {
    const { get } = await withFault({
      kind: 'refused',
      permission: 'Policy.Read.All',
      times: Number.POSITIVE_INFINITY,
    });
    expect((await get('/applications')).status).toBe(200);
    for (let n = 0; n < 2; n++) expect((await get('/policies/authorizationPolicy')).status).toBe(403);
  });

  it('after-write-status: the write succeeds, the answer is an error', async () => {
    const { request, get } = await withFault({ kind: 'after-write-status', status: 503, times: 1 });
    expect((await request('PATCH', application, patch)).status).toBe(503);
    expect((await get(application)).json.notes).toBe('mine');
  });

  it('after-write-drop: the write succeeds, there is no answer', async () => {
    const { request, get } = await withFault({ kind: 'after-write-drop', times: 1 });
    await expect(request('PATCH', application, patch)).rejects.toThrow('fetch failed');
    expect((await get(application)).json.notes).toBe('mine');
  });

  it('concurrent-write: another client writes between GET and PATCH', async () => {
    const theirs = { displayName: 'theirs', notes: 'theirs' };
    const { request, get } = await withFault({ kind: 'concurrent-write', patch: theirs, times: 1 });
    expect((await get(application)).json.displayName).toBe('Application 1');
    expect((await request('PATCH', application, patch)).status).toBe(204);
    expect((await get(application)).json).toMatchObject({ displayName: 'theirs', notes: 'mine' });
  });
});

describe('the shape of an object', () => {
  it('replaces and omits properties in lists, in reads of the object, and in batches', async () => {
    const { simulator, get, request } = await startClient();
    const { shapes } = simulator.directory.collection('applications');
    shapes.set(id('a', 1), { absent: ['notes'], values: { tags: 7, requiredResourceAccess: null } });
    const query = '$select=id,notes,tags';
    const expected = { id: id('a', 1), tags: 7 };
    expect((await get(`/applications?${query}`)).json.value[0]).toEqual(expected);
    expect((await get(`${application}?$select=requiredResourceAccess`)).json.requiredResourceAccess).toBeNull();
    const requests = [{ id: '1', method: 'GET', url: `${application}?${query}` }];
    const { json } = await request('POST', '/$batch', { body: { requests } });
    expect(json.responses[0].body).toMatchObject(expected);
    expect(json.responses[0].body).not.toHaveProperty('notes');
  });
});

describe('a fault on a command line', () => {
  it.each<[string, Fault]>([
    ['status:503:times=2:retry-after=1', { kind: 'status', status: 503, headers: { 'retry-after': '1' }, times: 2 }],
    ['status:429', { kind: 'status', status: 429, times: 1 }],
    ['drop:before', { kind: 'drop', when: 'before', times: 1 }],
    ['drop:inside-body:nth=3', { kind: 'drop', when: 'inside-body', match: { nth: 3 }, times: 1 }],
    [
      'hang:path=/servicePrincipals:method=GET',
      { kind: 'hang', match: { path: '/servicePrincipals', method: 'GET' }, times: 1 },
    ],
    ['refused:Policy.Read.All', { kind: 'refused', permission: 'Policy.Read.All', times: Number.POSITIVE_INFINITY }],
    ['after-write-status:503', { kind: 'after-write-status', status: 503, times: 1 }],
    ...(
      [
        'malformed-json',
        'html-502',
        'expired-page-token',
        'repeat-object',
        'empty-page',
        'no-next-link',
        'skip-page',
        'empty-page-skip',
        'loop',
        'after-write-drop',
      ] as const
    ).map((kind): [string, Fault] => [kind, { kind, times: 1 }]),
  ])('%s', (text, fault) => {
    expect(parseFault(text)).toEqual(fault);
  });

  it.each([
    '',
    'nonsense',
    'status',
    'status:99',
    'drop',
    'drop:later',
    'hang:5',
    'hang:retry-after=1',
    'hang:times=0',
    'concurrent-write',
  ])('rejects "%s" and lists the valid forms', (text) => {
    expect(() => parseFault(text)).toThrow(/is not a fault\. Valid forms:\n {2}status:503/);
  });
});

describe('launchSimulator', () => {
  it('prints the settings for a shell and injects the faults', async () => {
    const lines: string[] = [];
    const fault = parseFault('status:503:path=/msi/token');
    const simulator = await launchSimulator({ tenant: aTenant(), faults: [fault] }, (line) => lines.push(line));
    expect(lines).toContain(`export GRAPH_ENDPOINT=${simulator.origin}`);
    expect(lines).toContain(`export IDENTITY_ENDPOINT=${simulator.origin}/msi/token`);
    expect(lines).toHaveLength(5);
    expect((await fetch(`${simulator.origin}/msi/token`)).status).toBe(503);
    await simulator.close();
  });
});
