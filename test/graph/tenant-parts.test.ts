import { describe, expect, it } from '@jest/globals';
import { createDirectory } from '../../src/graph/reads/directory.js';
import type { LoadedPart } from '../../src/model/tenant/tenant.js';
import { byPath, credential, pathsIn, type Reply, startGraph } from './scripted-graph.js';

/** Reads a part from a scripted Graph. */
async function readPart<P extends LoadedPart>(
  part: P,
  replies: Parameters<typeof startGraph>[0],
  roles?: readonly string[],
) {
  const graph = await startGraph(replies);
  const claims = Buffer.from(JSON.stringify({ tid: 'T1', ...(roles && { roles }) })).toString('base64url');
  const token = `e30.${claims}.sig`;
  const getToken = async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 });
  try {
    const directory = createDirectory({ ...graph.settings, credential: { ...credential, getToken } });
    const outcome = await directory.tenantPart(part).catch((error: { code: string }) => error.code);
    return { outcome, paths: pathsIn(graph) };
  } finally {
    await graph.close();
  }
}

const refused: Reply = { status: 403, body: { error: { code: 'Authorization_RequestDenied', message: 'No.' } } };
const reviewedBy = (...queries: string[]) => ({
  body: { isEnabled: true, reviewers: queries.map((query) => ({ query })) },
});

describe('the organization', () => {
  it('has null for dates that Graph omits', async () => {
    const { outcome } = await readPart('organization', [{ body: { value: [{ onPremisesSyncEnabled: true }] } }]);
    expect(outcome).toEqual({
      onPremisesSyncEnabled: true,
      onPremisesLastSyncDateTime: null,
      onPremisesLastPasswordSyncDateTime: null,
    });
  });

  it('is rejected without onPremisesSyncEnabled', async () => {
    expect((await readPart('organization', [{ body: { value: [{ id: 'o' }] } }])).outcome).toBe('graph-malformed');
  });
});

describe('the features of synchronization', () => {
  const permission = 'OnPremDirectorySynchronization.Read.All';
  it.each([
    ['unknown when Graph refuses despite the permission', [permission], null],
    ['unknown when Graph refuses and the token is opaque', undefined, null],
    ['rejected when the permission is missing', ['User.Read.All'], 'permission-missing'],
  ])('are %s', async (_name, roles, expected) => {
    expect((await readPart('onPremisesSynchronization', [refused], roles)).outcome).toEqual(expected);
  });

  it('are null when Graph omits them', async () => {
    const { outcome } = await readPart('onPremisesSynchronization', [{ body: { value: [{ features: {} }] } }]);
    expect(outcome).toEqual({ passwordSyncEnabled: null, cloudPasswordPolicyForPasswordSyncedUsersEnabled: null });
  });
});

describe('the reviewers', () => {
  const group = '/groups/g/transitiveMembers/microsoft.graph.user';

  it('are read one by one if they are users, with either version in the query', async () => {
    const replies = {
      '/policies/adminConsentRequestPolicy': reviewedBy('/users/a', '/beta/users/b', '/users/c', group, '/users/a'),
      '/users/a': { body: { accountEnabled: true } },
      '/users/b': { body: { accountEnabled: false } },
    };
    const { outcome, paths } = await readPart('consentReviewers', byPath(replies));
    expect(outcome).toEqual([
      { query: '/users/a', state: 'live' },
      { query: '/beta/users/b', state: 'disabled' },
      { query: '/users/c', state: 'gone' },
      { query: group, state: 'unknown' },
    ]);
    expect(paths.slice(1).sort()).toEqual(['a', 'b', 'c'].map((id) => `/v1.0/users/${id}?$select=id,accountEnabled`));
  });

  it.each([
    ['a refusal', refused, 'permission-missing'],
    ['a response without the account', { body: {} }, 'graph-malformed'],
  ])('are not reported as deleted after %s', async (_name, reply, code) => {
    expect((await readPart('consentReviewers', [reviewedBy('/users/a'), reply])).outcome).toBe(code);
  });
});

describe('the app management policies', () => {
  const policy = {
    id: 'p',
    displayName: 'Some',
    isEnabled: true,
    restrictions: { passwordCredentials: [], keyCredentials: [] },
  };

  it('are read page by page', async () => {
    const next = 'https://graph.microsoft.com/v1.0/policies/appManagementPolicies?$skiptoken=2';
    const { outcome } = await readPart('appManagementPolicies', [
      { body: { value: [policy], '@odata.nextLink': next } },
      { body: { value: [{ ...policy, id: 'q', restrictions: null }] } },
    ]);
    expect(outcome).toMatchObject([{ id: 'p' }, { id: 'q', restrictions: null }]);
  });

  it.each([
    ['isEnabled is missing', { applicationRestrictions: null, servicePrincipalRestrictions: null }],
    ['restrictions are missing', { isEnabled: true, applicationRestrictions: null }],
    ['the entries are missing', { isEnabled: true, applicationRestrictions: {}, servicePrincipalRestrictions: null }],
  ])('are rejected when in the default policy %s', async (_name, body) => {
    expect((await readPart('defaultAppManagementPolicy', [{ body }])).outcome).toBe('graph-malformed');
  });

  it('keep unknown members, so that a plan can return them', async () => {
    const entry = {
      restrictionType: 'passwordLifetime',
      state: 'enabled',
      excludeActors: { customSecurityAttributes: [] },
    };
    const body = {
      id: 'd',
      isEnabled: true,
      applicationRestrictions: { passwordCredentials: [entry], keyCredentials: [], identifierUris: { x: 1 } },
      servicePrincipalRestrictions: null,
    };
    const { id: _id, ...kept } = body;
    expect((await readPart('defaultAppManagementPolicy', [{ body }])).outcome).toEqual(kept);
  });
});

it('reads domains with the required properties', async () => {
  const domain = { id: 'a.example', authenticationType: 'Managed', isVerified: true, passwordValidityPeriodInDays: 90 };
  const { outcome, paths } = await readPart('domains', [{ body: { value: [{ ...domain, model: 'x' }] } }]);
  expect(outcome).toEqual([domain]);
  expect(paths).toEqual(['/v1.0/domains?$select=id,authenticationType,isVerified,passwordValidityPeriodInDays']);
});
