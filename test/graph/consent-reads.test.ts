import { describe, expect, it } from '@jest/globals';
import { createDirectory } from '../../src/graph/reads/directory.js';
import { byPath, pathsIn, type Reply, rejection, type ScriptedGraph, withGraph } from './scripted-graph.js';

const open = ({ settings }: ScriptedGraph) => createDirectory(settings);
const ofPolicies = (assigned: string[]) => ({
  body: { id: 'authorizationPolicy', defaultUserRolePermissions: { permissionGrantPoliciesAssigned: assigned } },
});

describe('grants', () => {
  const grant = (clientId: string, scope: string | null, consentType = 'AllPrincipals') => ({
    clientId,
    resourceId: 'api',
    consentType,
    scope,
  });

  it('are read from one listing, page by page', async () => {
    const link = 'https://graph.microsoft.com/v1.0/oauth2PermissionGrants?$skiptoken=2';
    const first = { body: { value: [grant('one', ' User.Read')], '@odata.nextLink': link } };
    const second = { body: { value: [grant('one', 'Mail.Read'), grant('two', null, 'Principal')] } };
    await withGraph([first, second], async (graph) => {
      const grants = await open(graph).tenantPart('grants');
      expect([...grants.of('one', 'api').tenantWide]).toEqual(['user.read', 'mail.read']);
      expect(grants.of('two', 'api')).toMatchObject({ someUsers: true });
      expect(graph.requests).toHaveLength(2);
    });
  });

  it.each([
    [{ clientId: 'one', resourceId: 'api', consentType: 'AllPrincipals' }],
    [{ ...grant('one', 'A'), clientId: '' }],
    ['a text'],
  ])('are rejected with the malformed entry %j', async (entry) => {
    await withGraph([{ body: { value: [entry] } }], async (graph) => {
      expect(await rejection(open(graph).tenantPart('grants'))).toMatchObject({ code: 'graph-malformed' });
    });
  });

  it('report a missing permission', async () => {
    const refused = { status: 403, body: { error: { code: 'Authorization_RequestDenied', message: 'No.' } } };
    await withGraph([refused], async (graph) => {
      expect(await rejection(open(graph).tenantPart('grants'))).toMatchObject({
        code: 'permission-missing',
        remedy: expect.stringContaining('DelegatedPermissionGrant.Read.All'),
      });
    });
  });
});

describe('permission grant policies', () => {
  const assigned = ofPolicies([
    'ManagePermissionGrantsForSelf.woodgrove',
    'ManagePermissionGrantsForOwnedResource.team',
  ]);
  const [authorizationPath, listPath] = ['/policies/authorizationPolicy', '/policies/permissionGrantPolicies'];
  const conditions = [{ id: 'c1', permissionType: 'delegated', permissions: ['all'], certified: false }];

  it('are the user consent policies with their conditions', async () => {
    const listed = { id: 'Woodgrove', displayName: null, includes: conditions, excludes: [] };
    const listing = { body: { value: [{ id: 'team' }, listed] } };
    await withGraph(byPath({ [authorizationPath]: assigned, [listPath]: listing }), async (graph) => {
      const policies = await open(graph).tenantPart('permissionGrantPolicies');
      const kept = [{ permissionType: 'delegated', permissions: ['all'] }];
      expect(policies).toEqual([{ id: 'Woodgrove', displayName: 'Woodgrove', includes: kept, excludes: [] }]);
      expect(pathsIn(graph)).toHaveLength(2);
      expect(graph.requests).toHaveLength(1);
    });
  });

  it('get their conditions from other requests when the listing omits them', async () => {
    const replies = {
      [authorizationPath]: assigned,
      [listPath]: { body: { value: [{ id: 'woodgrove' }] } },
      [`${listPath}/woodgrove/includes`]: { body: { value: conditions } },
      [`${listPath}/woodgrove/excludes`]: { body: { value: [] } },
    };
    await withGraph(byPath(replies), async (graph) => {
      const [policy] = await open(graph).tenantPart('permissionGrantPolicies');
      expect(policy).toMatchObject({ includes: [{ permissionType: 'delegated' }], excludes: [] });
      expect(pathsIn(graph).slice(2)).toEqual([
        '/v1.0/policies/permissionGrantPolicies/woodgrove/includes',
        '/v1.0/policies/permissionGrantPolicies/woodgrove/excludes',
      ]);
    });
  });
});

describe('classifications', () => {
  it('are those of the permissions of Microsoft Graph', async () => {
    const classified = { permissionId: 'ABC', permissionName: 'User.Read', classification: 'Low' };
    await withGraph([{ body: { value: [classified] } }], async (graph) => {
      const classifications = await open(graph).tenantPart('permissionClassifications');
      expect(classifications.of('00000003-0000-0000-C000-000000000000')).toEqual(new Map([['abc', 'low']]));
      expect(classifications.of('another')).toBeUndefined();
    });
  });

  it('are empty in a tenant without Microsoft Graph', async () => {
    const absent = { status: 404, body: { error: { code: 'Request_ResourceNotFound', message: 'Gone.' } } };
    await withGraph([absent], async (graph) => {
      const classifications = await open(graph).tenantPart('permissionClassifications');
      expect(classifications.of('00000003-0000-0000-c000-000000000000')?.size).toBe(0);
    });
  });
});

describe('classifications of Microsoft Graph that are answered 404', () => {
  it('are not empty while its service principal exists', async () => {
    const reply = ({ path }: { path: string }): Reply =>
      path.includes('delegatedPermissionClassifications')
        ? { status: 404, body: { error: { code: 'Request_ResourceNotFound', message: 'Gone.' } } }
        : { body: { id: 'graph' } };
    await withGraph(reply, async (graph) => {
      const error = await rejection(open(graph).tenantPart('permissionClassifications'));
      expect(error).toMatchObject({ code: 'graph-rejected', call: { status: 404 } });
    });
  });
});

describe('assignments', () => {
  const item = (id: string, value: unknown[], more = {}) => ({ id, status: 200, body: { value, ...more } });
  const batch = (...responses: object[]): Reply => ({ body: { responses } });

  it('are read in batches; a deleted principal is missing from the result', async () => {
    const gone = { id: '2', status: 404, body: { error: { code: 'Request_ResourceNotFound' } } };
    const replies = [batch(gone, item('1', []), item('0', [{ id: 'x' }])), batch(item('0', []))];
    await withGraph(replies, async (graph) => {
      const found = await open(graph).anybodyAssignedTo(['a', 'b', 'c']);
      expect([...found]).toEqual([
        ['a', true],
        ['b', false],
      ]);
    });
  });

  it('are read once more, and up to the first entry, where the first page is empty', async () => {
    const link = (id: string, token: number) =>
      `https://graph.microsoft.com/v1.0/servicePrincipals/${id}/appRoleAssignedTo?$skiptoken=${token}`;
    const replies = [
      batch(item('0', [], { '@odata.nextLink': link('a', 1) }), item('1', []), item('2', [])),
      { body: { value: [{ id: 'x' }], '@odata.nextLink': link('a', 2) } },
      batch(item('0', [{ id: 'y' }]), { id: '1', status: 404, body: {} }),
    ];
    await withGraph(replies, async (graph) => {
      const found = await open(graph).anybodyAssignedTo(['a', 'b', 'c']);
      expect([...found]).toEqual([
        ['a', true],
        ['b', true],
      ]);
    });
  });

  it('are not read once more where an earlier scan found none', async () => {
    const replies = [batch(item('0', []), item('1', [])), batch(item('0', [{ id: 'y' }]))];
    await withGraph(replies, async (graph) => {
      const found = await open(graph).anybodyAssignedTo(['a', 'b'], undefined, new Set(['a']));
      expect([...found]).toEqual([
        ['a', false],
        ['b', true],
      ]);
    });
    await withGraph([batch(item('0', [])), batch(item('0', [{ id: 'y' }]))], async (graph) => {
      const found = await open(graph).haveEntries('extensionProperties', ['a'], undefined, new Set(['b']));
      expect([...found]).toEqual([['a', true]]);
    });
  });

  it('of one API are read up to the last page', async () => {
    const link = 'https://graph.microsoft.com/v1.0/servicePrincipals/a/appRoleAssignedTo?$skiptoken=2';
    const entry = (principalId: string) => ({ id: 'x', principalId, appRoleId: 'r' });
    const first = batch(item('0', [entry('p')], { '@odata.nextLink': link }));
    await withGraph([first, { body: { value: [entry('q')] } }], async (graph) => {
      const found = await open(graph).appRoleAssignedTo(['a']);
      expect(found.get('a')?.map(({ principalId }) => principalId)).toEqual(['p', 'q']);
    });
  });

  it('are rejected without an array', async () => {
    await withGraph([batch({ id: '0', status: 200, body: {} })], async (graph) => {
      expect(await rejection(open(graph).anybodyAssignedTo(['a']))).toMatchObject({ code: 'graph-malformed' });
    });
  });
});

describe('the published permissions of an API', () => {
  it('are read without their texts for consent pages', async () => {
    const scope = {
      id: 's',
      value: 'Read',
      type: 'User',
      isEnabled: true,
      adminConsentDescription: 'Long '.repeat(99),
    };
    const role = { id: 'r', value: 'Run', isEnabled: false, allowedMemberTypes: ['Application'], description: 'Long' };
    const principal = { id: 'p', appId: 'a', displayName: 'API', oauth2PermissionScopes: [scope], appRoles: [role] };
    await withGraph([{ body: { value: [principal] } }], async (graph) => {
      for await (const { items } of open(graph).servicePrincipals(['oauth2PermissionScopes', 'appRoles'])) {
        expect(items).toEqual([
          {
            id: 'p',
            appId: 'a',
            displayName: 'API',
            oauth2PermissionScopes: [{ id: 's', value: 'Read', type: 'User', isEnabled: true }],
            appRoles: [{ id: 'r', value: 'Run', isEnabled: false, allowedMemberTypes: ['Application'] }],
          },
        ]);
      }
    });
  });

  it('set their API aside when a role has no list of member types', async () => {
    const role = { id: 'r', isEnabled: true };
    for (const appRoles of [[role], [{ ...role, allowedMemberTypes: null }]]) {
      const principal = { id: 'p', appId: 'a', displayName: 'API', appRoles };
      await withGraph([{ body: { value: [principal] } }], async (graph) => {
        for await (const { items, unreadable } of open(graph).servicePrincipals(['appRoles'])) {
          expect(items).toEqual([]);
          expect(unreadable.map(({ facts }) => facts)).toMatchObject([{ id: 'p', property: 'appRoles' }]);
        }
      });
    }
  });
});
