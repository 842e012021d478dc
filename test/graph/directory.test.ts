import { describe, expect, it } from '@jest/globals';
import { createDirectory, type DirectorySettings } from '../../src/graph/reads/directory.js';
import type { DirectoryPage } from '../../src/jobs/ports/index.js';
import { IdTable } from '../../src/scale/id-table.js';
import {
  credential,
  failure,
  type ReceivedRequest,
  type Reply,
  rejection,
  type ScriptedGraph,
  withGraph,
} from './scripted-graph.js';

const app = (n: number, more = {}) => ({ id: `o${n}`, appId: `a${n}`, displayName: `App ${n}`, ...more });
const next = (path: string) => ({ '@odata.nextLink': `https://graph.microsoft.com/v1.0${path}` });
const open = (graph: ScriptedGraph, more: Partial<DirectorySettings> = {}) =>
  createDirectory({ ...graph.settings, ...more });

async function all<T>(pages: AsyncIterable<DirectoryPage<T>>): Promise<T[]> {
  const items: T[] = [];
  for await (const page of pages) items.push(...page.items);
  return items;
}

/** The header with the cost of a request. */
const costHeader = (units: number) => ({ 'x-ms-resource-unit': String(units) });

describe('listing', () => {
  it('requests full pages of the selected properties and counts requests and costs', async () => {
    const replies: Reply[] = [
      { body: { value: [app(1), app(2)], ...next('/applications?$skiptoken=x') }, headers: costHeader(2) },
      failure(503, 'x', costHeader(1)),
      { body: { value: [app(3)] } },
    ];
    await withGraph(replies, async (graph) => {
      const directory = open(graph);
      expect(await all(directory.applications([]))).toEqual([app(1), app(2), app(3)]);
      expect(graph.requests[0]?.path).toBe('/v1.0/applications?$select=id,appId,displayName&$top=999');
      expect(directory.stats).toEqual({ pages: 2, requests: 3, retries: 1, resourceUnits: 3 });
    });
  });

  it('returns each object once, also after a page token expired', async () => {
    const first: Reply = { body: { value: [app(1), app(2)], ...next('/servicePrincipals?$skiptoken=x') } };
    const replies = [first, failure(400, 'Directory_ExpiredPageToken'), first, { body: { value: [app(2), app(3)] } }];
    await withGraph(replies, async (graph) => {
      expect(await all(open(graph).servicePrincipals([]))).toEqual([app(1), app(2), app(3)]);
    });
  });

  const malformed = (n: number) => app(n, { tags: 7 });
  const range = (length: number) => Array.from({ length }, (_, n) => n + 1);

  it('sets a malformed object aside, and returns the others', async () => {
    await withGraph([{ body: { value: [app(1, { tags: [] }), malformed(2)] } }], async (graph) => {
      const pages = [];
      for await (const page of open(graph).applications(['tags'])) pages.push(page);
      expect(pages).toMatchObject([{ items: [app(1)], size: 2, repeated: [] }]);
      expect(pages[0]?.unreadable.map(({ label, facts }) => [label, facts.property])).toEqual([
        ['application App 2', 'tags'],
      ]);
    });
  });

  it('sets four of a few objects aside, and one in a hundred of many', async () => {
    const many = [...range(9).map(malformed), ...range(991).map((n) => app(n + 100, { tags: [] }))];
    for (const value of [range(4).map(malformed), many]) {
      await withGraph([{ body: { value } }], async (graph) => {
        for await (const { unreadable } of open(graph).applications(['tags']))
          expect(unreadable).toHaveLength(value.length > 4 ? 9 : 4);
      });
    }
  });

  it('rejects a page with more malformed objects; the error names the first one, its property and the request', async () => {
    await withGraph([{ body: { value: range(5).map(malformed) } }], async (graph) => {
      expect(await rejection(all(open(graph).applications(['tags'])))).toMatchObject({
        code: 'graph-malformed',
        message:
          'GET /applications was answered with 5 objects with undocumented values, the first one application o1: tags is of type number (request-id r-1).',
      });
    });
  });

  it('rejects a listing with more than 100 malformed objects', async () => {
    const reply = ({ path }: ReceivedRequest): Reply => {
      const at = Number(/skiptoken=(\d+)/.exec(path)?.[1] ?? 0);
      return {
        body: { value: range(4).map((n) => malformed(at * 4 + n)), ...next(`/applications?$skiptoken=${at + 1}`) },
      };
    };
    await withGraph(reply, async (graph) => {
      expect(await rejection(all(open(graph).applications(['tags'])))).toMatchObject({ code: 'graph-malformed' });
      expect(graph.requests.length).toBeLessThanOrEqual(28);
    });
  });

  it('names an object that is listed twice, but not one that is listed again after an expired page token', async () => {
    const first: Reply = { body: { value: [app(1), app(2)], ...next('/applications?$skiptoken=x') } };
    const replies = [first, failure(400, 'Directory_ExpiredPageToken'), first, { body: { value: [app(2), app(3)] } }];
    await withGraph(replies, async (graph) => {
      const repeated = [];
      for await (const page of open(graph).applications([])) repeated.push(...page.repeated);
      expect(repeated).toEqual([{ id: 'o2', appId: 'a2' }]);
    });
  });

  it('leaves out the objects that the caller has seen', async () => {
    const seen = new IdTable();
    seen.add('o1');
    await withGraph([{ body: { value: [app(1), app(2)] } }], async (graph) => {
      expect(await all(open(graph).applications([], undefined, seen))).toEqual([app(2)]);
      expect(seen.size).toBe(2);
    });
  });
});

describe('secrets', () => {
  const secrets = { key: 'PLANTED-key', secretText: 'PLANTED-secretText', hint: 'PLANTED-hint' };
  const holder = app(1, {
    keyCredentials: [{ keyId: 'k', type: 'Symmetric', usage: 'Sign', ...secrets }],
    passwordCredentials: [{ keyId: 'p', ...secrets }],
  });
  const select = ['keyCredentials', 'passwordCredentials'] as const;

  it('are missing from an object that is set aside', async () => {
    await withGraph([{ body: { value: [{ ...holder, tags: secrets }] } }], async (graph) => {
      for await (const page of open(graph).applications(['tags', ...select])) {
        expect(page.unreadable).toHaveLength(1);
        expect(JSON.stringify(page)).not.toContain('PLANTED');
      }
    });
  });

  it('are missing from listed objects and from direct reads', async () => {
    const reply = ({ method }: ReceivedRequest): Reply =>
      method === 'POST'
        ? { body: { responses: [{ id: '0', status: 200, body: holder }] } }
        : { body: { value: [holder] } };
    await withGraph(reply, async (graph) => {
      const listed = await all(open(graph).applications(select));
      const read = await open(graph).servicePrincipalsByAppId(['a1'], select);
      expect(listed).toHaveLength(1);
      expect(JSON.stringify([listed, ...read])).not.toContain('PLANTED');
    });
  });

  it.each<[string, Reply]>([
    ['cut off', { body: JSON.stringify({ value: [holder] }).slice(0, -1) }],
    ['malformed', { body: { value: [1, 2, 3, 4, 5].map((n) => ({ ...holder, id: `o${n}`, tags: secrets })) } }],
    ['without value', { body: { values: [holder] } }],
    [
      'refused with a quotation',
      { status: 400, body: { error: { code: 'x', message: `No ${'PLANTED9'.repeat(5)}.` } } },
    ],
  ])('are missing from the error of a page that is %s', async (_, reply) => {
    await withGraph([reply], async (graph) => {
      const error = (await rejection(all(open(graph).applications(['tags', ...select])))) as Error;
      expect([error.stack, JSON.stringify(error), String(error.cause)].join()).not.toContain('PLANTED');
      expect(error).toMatchObject({ code: expect.stringMatching(/^graph-/) });
    });
  });
});

describe('count', () => {
  it('is the number in the text of the response', async () => {
    await withGraph([{ body: '893', headers: { 'content-type': 'text/plain' } }], async (graph) => {
      expect(await open(graph).count('applications')).toBe(893);
      expect(graph.requests[0]).toMatchObject({
        path: '/v1.0/applications/$count',
        headers: { consistencylevel: 'eventual' },
      });
    });
  });

  it.each([400, 403, 404, 503])('is undefined after status %s', async (status) => {
    await withGraph([failure(status, 'x')], async (graph) => {
      expect(await open(graph).count('servicePrincipals')).toBeUndefined();
    });
  });

  it('fails when Graph rejects the token', async () => {
    await withGraph([failure(401, 'x')], async (graph) => {
      expect(await rejection(open(graph).count('applications'))).toMatchObject({ code: 'credential-rejected' });
    });
  });
});

describe('the organization', () => {
  const contoso: Reply = { body: { value: [{ id: 'T1', displayName: 'Contoso' }] } };

  it('has the tenant id of the token and the name from Graph', async () => {
    await withGraph([contoso], async (graph) => {
      expect(await open(graph).organization()).toEqual({ id: 't1', displayName: 'Contoso' });
    });
  });

  it('has its id as name without permission to read the name', async () => {
    await withGraph([failure(403, 'Authorization_RequestDenied')], async (graph) => {
      expect(await open(graph).organization()).toEqual({ id: 't1', displayName: 't1' });
    });
  });

  it('may be configured, but must match the token', async () => {
    await withGraph([contoso], async (graph) => {
      expect(await open(graph, { tenantId: 't1' }).organization()).toMatchObject({ id: 't1' });
      expect(await rejection(open(graph, { tenantId: 't2' }).organization())).toMatchObject({ code: 'config-invalid' });
    });
  });

  const opaque = {
    getToken: async () => ({ ...(await credential.getToken('')), token: 'opaque', expiresOnTimestamp: 0 }),
  };

  it('has the id from Graph when the token is opaque', async () => {
    await withGraph([contoso], async (graph) => {
      expect(await open(graph, { credential: opaque }).organization()).toMatchObject({ id: 't1' });
    });
  });

  it('is rejected when Graph returns another id than the settings, also with an opaque token', async () => {
    await withGraph([contoso], async (graph) => {
      expect(await rejection(open(graph, { credential: opaque, tenantId: 't2' }).organization())).toMatchObject({
        code: 'config-invalid',
        message: expect.stringContaining('t1'),
      });
    });
  });

  it('is rejected when the tenant id is unknown; the error asks for the setting', async () => {
    await withGraph([failure(403, 'x')], async (graph) => {
      expect(await rejection(open(graph, { credential: opaque }).organization())).toMatchObject({
        code: 'config-invalid',
        remedy: expect.stringContaining('TENANT_ID'),
      });
    });
  });

  it('is rejected when Graph is unavailable', async () => {
    await withGraph([failure(503, 'x')], async (graph) => {
      expect(await rejection(open(graph).organization())).toMatchObject({ code: 'graph-unavailable' });
    });
  });
});

describe('a part of the tenant', () => {
  const permissionGrantPoliciesAssigned = ['ManagePermissionGrantsForSelf.microsoft-user-default-low'];
  const authorizationPolicy = {
    id: 'authorizationPolicy',
    defaultUserRolePermissions: { permissionGrantPoliciesAssigned, allowedToCreateApps: true },
  };
  const reviewers = [{ query: '/users/1', queryType: 'MicrosoftGraph', queryRoot: null }];

  it('contains the members that rules read', async () => {
    const replies = [
      { body: { ...authorizationPolicy, blockMsolPowerShell: false } },
      { body: { isEnabled: true, reviewers, version: 0 } },
    ];
    await withGraph(replies, async (graph) => {
      expect(await open(graph).tenantPart('authorizationPolicy')).toEqual(authorizationPolicy);
      expect(await open(graph).tenantPart('adminConsentRequestPolicy')).toEqual({ isEnabled: true, reviewers });
      expect(graph.requests.map(({ path }) => path)).toEqual([
        '/v1.0/policies/authorizationPolicy',
        '/v1.0/policies/adminConsentRequestPolicy',
      ]);
    });
  });

  it.each([
    ['authorizationPolicy', { id: 'x' }, 'defaultUserRolePermissions'],
    ['authorizationPolicy', { id: 'x', defaultUserRolePermissions: {} }, 'permissionGrantPoliciesAssigned'],
    ['adminConsentRequestPolicy', { isEnabled: 'yes', reviewers: [] }, 'isEnabled'],
    ['adminConsentRequestPolicy', [], 'body'],
  ] as const)('is rejected when %s is %j', async (part, body, fault) => {
    await withGraph([{ body }], async (graph) => {
      expect(await rejection(open(graph).tenantPart(part))).toMatchObject({
        code: 'graph-malformed',
        message: expect.stringContaining(fault),
      });
    });
  });
});

describe('direct reads', () => {
  type BatchItem = { id: string; status: number; body?: unknown; headers?: Record<string, string> };
  const requestsIn = ({ body }: ReceivedRequest) =>
    (JSON.parse(body) as { requests: { id: string; url: string; method: string }[] }).requests;
  const batch =
    (respond: (url: string, id: string) => Omit<BatchItem, 'id'>) =>
    (request: ReceivedRequest): Reply => ({
      body: {
        responses: requestsIn(request)
          .map(({ id, url }) => ({ id, ...respond(url, id) }))
          .reverse(),
      },
    });
  const missing = { status: 404, body: { error: { code: 'Request_ResourceNotFound', message: 'x' } } };

  it('use batches of twenty and find out which objects exist', async () => {
    const ids = Array.from({ length: 45 }, (_, n) => `id-${n}`);
    const reply = batch((url) => (/-[1-9]?[05]\?/.test(url) ? missing : { status: 200, body: { id: 'x' } }));
    await withGraph(reply, async (graph) => {
      const existing = await open(graph).existing('applications', [...ids, ...ids]);
      expect([...existing]).toEqual(ids.filter((id) => !/[05]$/.test(id)));
      expect(graph.requests.map((request) => requestsIn(request).length)).toEqual([20, 20, 5]);
      expect(requestsIn(graph.requests[0] as ReceivedRequest)[0]).toEqual({
        id: '0',
        method: 'GET',
        url: '/applications/id-0?$select=id',
      });
    });
  });

  it('return the service principal of each appId, or undefined', async () => {
    const reply = batch((url) =>
      url.includes("'a1'") ? { status: 200, body: app(1, { accountEnabled: true }) } : missing,
    );
    await withGraph(reply, async (graph) => {
      const found = await open(graph).servicePrincipalsByAppId(['a1', "a'2"], ['accountEnabled']);
      expect([...found]).toEqual([
        ['a1', app(1, { accountEnabled: true })],
        ["a'2", undefined],
      ]);
      expect(requestsIn(graph.requests[0] as ReceivedRequest).map(({ url }) => url)).toEqual([
        "/servicePrincipals(appId='a1')?$select=id,appId,displayName,accountEnabled",
        "/servicePrincipals(appId='a''2')?$select=id,appId,displayName,accountEnabled",
      ]);
    });
  });

  it('send no request for an empty list', async () => {
    await withGraph([{}], async (graph) => {
      expect(await open(graph).existing('servicePrincipals', [])).toEqual(new Set());
      expect(graph.requests).toHaveLength(0);
    });
  });

  it('repeat only throttled items, after the longest requested wait', async () => {
    let round = 0;
    const reply = (request: ReceivedRequest) => {
      round += 1;
      const busy = (seconds: string) => ({ status: 429, headers: { 'Retry-After': seconds }, body: {} });
      const there = { status: 200, headers: costHeader(1), body: { id: 'there' } };
      return batch((_, id) => (round > 1 || id === '0' ? there : busy(id)))(request);
    };
    await withGraph(reply, async (graph) => {
      const directory = open(graph);
      expect(await directory.existing('applications', ['x', 'y', 'z'])).toEqual(new Set(['x', 'y', 'z']));
      expect(graph.waits).toEqual([2000]);
      expect(requestsIn(graph.requests[1] as ReceivedRequest).map(({ url }) => url)).toEqual([
        '/applications/y?$select=id',
        '/applications/z?$select=id',
      ]);
      expect(directory.stats).toEqual({ pages: 0, requests: 2, retries: 1, resourceUnits: 3 });
    });
  });

  it.each([
    [403, 'permission-missing'],
    [400, 'graph-rejected'],
    [500, 'graph-unavailable'],
    [503, 'graph-unavailable'],
  ])(
    'fail for an item with the final status %s, which does not mean that the object is missing',
    async (status, code) => {
      const reply = batch(() => ({ status, body: { error: { code: 'x', innerError: { 'request-id': 'r-2' } } } }));
      await withGraph(reply, async (graph) => {
        const error = await rejection(open(graph).existing('applications', ['x']));
        expect(error).toMatchObject({ code, call: { path: '/applications/x', requestId: 'r-2' } });
      });
    },
  );

  it('fail for a batch without an item, and for a response that is not a batch', async () => {
    const withoutObject = { responses: [{ id: '0', status: 200, body: {} }] };
    for (const body of [{ responses: [] }, { value: [] }, withoutObject]) {
      await withGraph([{ body }], async (graph) => {
        expect(await rejection(open(graph).existing('applications', ['x']))).toMatchObject({ code: 'graph-malformed' });
      });
    }
  });

  it('repeat the whole batch when the batch itself fails, because it only reads', async () => {
    const good = batch(() => ({ status: 200, body: { id: 'x' } }));
    let round = 0;
    await withGraph(
      (arrived) => (++round === 1 ? failure(504, 'x') : good(arrived)),
      async (graph) => {
        expect(await open(graph).existing('applications', ['x'])).toEqual(new Set(['x']));
      },
    );
  });
});
