import { describe, expect, it, jest } from '@jest/globals';
import { createDirectory } from '../../src/graph/reads/directory.js';
import { maxSignInPages } from '../../src/graph/reads/sign-ins.js';
import { SignInFailureIndex } from '../../src/model/tenant/sign-in-failures.js';
import { type ReceivedRequest, type Reply, rejection, startGraph } from './scripted-graph.js';

const app = '11111111-0000-4000-8000-000000000001';
const api = '22222222-0000-4000-8000-000000000002';
const since = '2026-11-23T02:00:00.000Z';
const codes = ['AADSTS50000', 'AADSTS65001'];

const signIn = (id: string, members: object = {}) => ({
  id,
  createdDateTime: '2026-11-24T01:00:00Z',
  appId: app,
  resourceId: api,
  userId: 'ada',
  userPrincipalName: 'ada@contoso.example',
  status: { errorCode: 50000 },
  ...members,
});
const page = (entries: object[], next?: string): Reply => ({
  body: {
    value: entries,
    ...(next && { '@odata.nextLink': `https://graph.microsoft.com/v1.0/auditLogs/signIns?${next}` }),
  },
});

async function withGraph<T>(
  script: Reply[] | ((request: ReceivedRequest) => Reply),
  read: (directory: ReturnType<typeof createDirectory>, requests: readonly ReceivedRequest[]) => Promise<T>,
): Promise<T> {
  const graph = await startGraph(script);
  try {
    return await read(createDirectory(graph.settings), graph.requests);
  } finally {
    await graph.close();
  }
}

describe('the failed sign-ins', () => {
  it('are counted by app and code with different users, in one listing of the last day', async () => {
    const script = [
      page(
        [signIn('1'), signIn('2', { userId: 'bob' }), signIn('3', { createdDateTime: '2026-11-24T01:30:00Z' })],
        'p=2',
      ),
      page([signIn('4', { status: { errorCode: 65001 } }), signIn('5', { userId: '', appId: null })]),
    ];
    await withGraph(script, async (directory, requests) => {
      const failures = await directory.signInFailures({ codes, since });
      expect(failures.of(app.toUpperCase(), ['AADSTS50000'])).toEqual({
        count: 3,
        users: 2,
        lastAt: '2026-11-24T01:30:00Z',
      });
      expect(failures.of(app, ['AADSTS65001'])).toMatchObject({ count: 1, users: 1 });
      expect(failures.of(app, ['AADSTS50105'])).toBeUndefined();
      expect(failures.isComplete('AADSTS50000')).toBe(true);
      const [first] = requests;
      expect(decodeURIComponent(first?.path ?? '')).toBe(
        `/v1.0/auditLogs/signIns?$filter=createdDateTime ge ${since} and (status/errorCode eq 50000 or status/errorCode eq 65001)&$top=1000`,
      );
    });
  });

  it('count for the API as well where the API can be the cause', async () => {
    const script = [page([signIn('1'), signIn('2', { status: { errorCode: 65001 } })])];
    await withGraph(script, async (directory) => {
      const failures = await directory.signInFailures({ codes, since });
      expect(failures.of(api, codes)).toMatchObject({ count: 1 });
    });
  });

  it('keep neither names nor ids of users, and hashes of two reads differ', async () => {
    const add = jest.spyOn(SignInFailureIndex.prototype, 'add');
    const kept = async () => {
      await withGraph([page([signIn('1')])], (directory) => directory.signInFailures({ codes, since }));
      return add.mock.lastCall?.[0];
    };
    const [first, second] = [await kept(), await kept()];
    add.mockRestore();
    expect(JSON.stringify([first, second])).not.toMatch(/ada/);
    expect(first?.user).toMatch(/^[\w-]{16}$/);
    expect(second?.user).not.toBe(first?.user);
  });

  it('count once if the listing starts again', async () => {
    const expired: Reply = {
      status: 400,
      body: { error: { code: 'Directory_ExpiredPageToken', message: 'Expired.' } },
    };
    const script = [page([signIn('1')], 'p=2'), expired, page([signIn('1')], 'p=3'), page([signIn('2')])];
    await withGraph(script, async (directory) => {
      expect((await directory.signInFailures({ codes, since })).of(app, codes)).toMatchObject({ count: 2 });
    });
  });

  it('have a bound of pages, beyond which numbers are minimums', async () => {
    let n = 0;
    const endless = () => page([signIn(`${n++}`)], `p=${n}`);
    await withGraph(endless, async (directory, requests) => {
      const failures = await directory.signInFailures({ codes, since });
      expect(failures.of(app, ['AADSTS50000'])).toMatchObject({ count: maxSignInPages, atLeast: true });
      expect(codes.map((code) => failures.isComplete(code))).toEqual([false, false]);
      // One page is requested ahead.
      expect(requests.length).toBeLessThanOrEqual(maxSignInPages + 1);
    });
  });

  it('are read in several listings within the same bound if there are many codes', async () => {
    const many = Array.from({ length: 20 }, (_, i) => `AADSTS${60_000 + i}`);
    let n = 0;
    await withGraph(
      () => page([signIn(`${n++}`)], `p=${n}`),
      async (directory, requests) => {
        await directory.signInFailures({ codes: many, since });
        const filters = new Set(
          requests.map(({ path }) => decodeURIComponent(path)).filter((path) => path.includes('ge ')),
        );
        expect(filters.size).toBe(2);
        for (const filter of filters) expect(filter.match(/errorCode eq/g)?.length).toBe(10);
        expect(requests.length).toBeLessThanOrEqual(maxSignInPages + 2);
      },
    );
  });

  it.each([
    ['a missing permission', 'Authorization_RequestDenied', 'permission-missing', 'AuditLog.Read.All'],
    ['a missing license', 'Authentication_RequestFromNonPremiumTenantOrB2CTenant', 'graph-unlicensed', undefined],
  ])('distinguish %s', async (_name, graphCode, code, permission) => {
    await withGraph([{ status: 403, body: { error: { code: graphCode, message: 'No.' } } }], async (directory) => {
      expect(await rejection(directory.signInFailures({ codes, since }))).toMatchObject({ code, permission });
    });
  });

  it('are malformed without a code', async () => {
    await withGraph([page([signIn('1', { status: null })])], async (directory) => {
      expect(await rejection(directory.signInFailures({ codes, since }))).toMatchObject({ code: 'graph-malformed' });
    });
  });
});

describe('the entries of the audit log about an object', () => {
  const key = '33333333-0000-4000-8000-000000000003';
  const old = '44444444-0000-4000-8000-000000000004';
  const described = (...ids: string[]) => JSON.stringify(ids.map((one) => `[KeyIdentifier=${one},KeyType=Symmetric]`));
  const entry = (
    initiatedBy: object,
    activityDisplayName = 'Update application – Certificates and secrets management ',
  ) => ({
    activityDateTime: '2026-11-20T09:00:00Z',
    activityDisplayName,
    initiatedBy,
    targetResources: [
      {
        id: app,
        displayName: 'Payroll',
        modifiedProperties: [
          { displayName: 'KeyDescription', oldValue: described(old), newValue: described(old, key.toUpperCase()) },
        ],
      },
    ],
  });
  const batched = (...entries: object[]): Reply => ({
    body: { responses: [{ id: '0', status: 200, body: { value: entries } }] },
  });
  const read = (...entries: object[]) =>
    withGraph([batched(...entries)], async (directory) => (await directory.auditEntriesOn([app], since)).get(app));

  it('have the added keys, the time, a plain name and the id of the actor', async () => {
    const user = { id: old, displayName: 'Megan Bowen', userPrincipalName: 'megan@contoso.example' };
    const [found] = (await read(entry({ user, app: null }))) ?? [];
    expect(found).toEqual({
      at: '2026-11-20T09:00:00Z',
      activity: 'Update application - Certificates and secrets management',
      by: { type: 'user', id: old },
      addedKeyIds: [key],
      concernsPolicy: false,
      properties: ['KeyDescription'],
    });
  });

  it('are read by the name of an activity too', async () => {
    const update = entry({}, 'Update authorization policy');
    await withGraph([batched(update)], async (directory, requests) => {
      const found = await directory.auditEntriesOf(['Update authorization policy'], since);
      expect(found.get('Update authorization policy')).toMatchObject([{ concernsPolicy: true }]);
      const { requests: [sent] = [] } = JSON.parse(requests[0]?.body ?? '{}') as { requests?: { url: string }[] };
      expect(decodeURIComponent(sent?.url ?? '')).toContain(
        `$filter=activityDateTime ge ${since} and activityDisplayName eq 'Update authorization policy'`,
      );
    });
  });

  it('name an app by its appId, and never a person by name', async () => {
    const [byApp, byName, byNobody] =
      (await read(
        entry({ app: { appId: api, displayName: 'Sync' } }),
        entry({ user: { id: 'megan@contoso.example' } }),
        entry({}, 'Add policy to service principal'),
      )) ?? [];
    expect(byApp?.by).toEqual({ type: 'application', id: api });
    expect(byName?.by).toEqual({ type: 'unknown', id: '' });
    expect(byNobody).toMatchObject({ by: { type: 'unknown' }, concernsPolicy: true });
  });
});
