import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import {
  aGrant,
  anAppRole,
  aScope,
  asking,
  foreignApi,
  mailRead,
  microsoftGraph,
  userRead,
} from '../../src/rules/testing/case-apis.js';
import {
  anApp,
  aPassword,
  aSamlSigningCertificate,
  aSymmetricSigningKey,
  type CaseApp,
  caseTenant,
  cleanTenantParts,
  guidOf,
} from '../../src/rules/testing/cases.js';
import type { JsonObject, SimulatedTenant } from '../../src/simulator/http/server.js';

/** When the diagnosis runs. */
export const now = caseTenant.observedAt;
export const tenantId = caseTenant.id;

const read = asking({ of: microsoftGraph, scopes: [userRead] });
const expired = { startDateTime: '2022-03-01T00:00:00Z', endDateTime: '2025-03-01T00:00:00Z' };
const saml = { preferredSingleSignOnMode: 'saml' };
const lapsed = aSamlSigningCertificate('lapsed');
const middleTier = { api: { knownClientApplications: [guidOf('client')], oauth2PermissionScopes: [aScope('access')] } };
const robots = foreignApi('Robots Only', { appRoles: [anAppRole('Robot.Drive')], oauth2PermissionScopes: [] });

/** The apps of the tenant. Each one but `payroll` and `portal` has one problem. */
export const apps = {
  payroll: anApp('Payroll API', {
    application: {
      ...read,
      ...middleTier,
      identifierUris: ['api://payroll'],
      passwordCredentials: [aPassword('payroll')],
    },
  }),
  portal: anApp('Portal', {
    application: {
      ...read,
      passwordCredentials: [aPassword('portal')],
      web: { redirectUris: ['https://portal.woodgrove.example/signin'] },
    },
  }),
  signer: anApp('Signer', {
    application: {
      ...read,
      keyCredentials: [aSymmetricSigningKey('signer')],
      passwordCredentials: [aPassword('signer')],
    },
  }),
  stale: anApp('Stale', { application: { ...read, passwordCredentials: [aPassword('stale', expired)] } }),
  lapsedSaml: anApp('Lapsed SAML', {
    application: read,
    servicePrincipal: {
      ...saml,
      keyCredentials: lapsed.keyCredentials.map((key) => ({ ...key, ...expired })),
      passwordCredentials: lapsed.passwordCredentials,
    },
  }),
  ownKey: anApp('Own Key API', {
    application: {
      ...asking({ of: microsoftGraph, scopes: [mailRead] }),
      ...middleTier,
      passwordCredentials: [aPassword('own')],
    },
    servicePrincipal: { preferredSingleSignOnMode: 'oidc', ...aSamlSigningCertificate('own key') },
  }),
  closed: anApp('Closed', { application: read, servicePrincipal: { appRoleAssignmentRequired: true } }),
  disabled: anApp('Disabled', { application: read, servicePrincipal: { accountEnabled: false } }),
  absent: anApp('Absent', { application: read, servicePrincipal: null }),
  robots,
} satisfies Record<string, CaseApp>;
export type AppName = keyof typeof apps;

/** The id of a user of the tenant. */
export const userId = (name: string) => guidOf(`user ${name}`);
const groupId = (name: string) => guidOf(`group ${name}`);
const aUser = (name: string, members: JsonObject = {}): JsonObject => ({
  id: userId(name),
  userPrincipalName: `${name}@woodgrove.example`,
  ...{ accountEnabled: true, userType: 'Member', passwordPolicies: null, onPremisesProvisioningErrors: [] },
  lastPasswordChangeDateTime: '2026-11-01T00:00:00Z',
  signInSessionsValidFromDateTime: '2026-11-01T00:00:00Z',
  ...members,
});
const assignmentTo = (principalId: string, principalType: string): JsonObject => ({
  id: guidOf(`assignment ${principalId}`),
  ...{ principalId, principalType, resourceId: apps.closed.servicePrincipal?.id ?? '' },
  appRoleId: '00000000-0000-0000-0000-000000000000',
});

const granted: readonly AppName[] = ['payroll', 'portal', 'signer', 'stale', 'lapsedSaml', 'closed', 'disabled'];
const simulated = simulatedTenantOf(Object.values(apps), { ...cleanTenantParts }, undefined, {
  grants: [
    ...granted.map((name) => aGrant(apps[name], microsoftGraph, [userRead])),
    aGrant(apps.ownKey, microsoftGraph, [mailRead]),
  ],
});

/** A tenant whose policies have no problem, with apps that have one each. */
export const diagnosedTenant: SimulatedTenant = {
  ...simulated,
  users: [
    ...(simulated.users ?? []),
    aUser('ada'),
    aUser('bea'),
    aUser('carl'),
    aUser('dora'),
    aUser('expired', { lastPasswordChangeDateTime: '2026-01-01T00:00:00Z' }),
    aUser('disabled', { accountEnabled: false }),
    aUser('revoked', { signInSessionsValidFromDateTime: '2026-11-24T01:55:00Z' }),
  ],
  domains: [
    { id: 'woodgrove.example', authenticationType: 'Managed', isVerified: true, passwordValidityPeriodInDays: 90 },
  ],
  // Ada is assigned, Bea is in an assigned group, Carl is in a group of that group, Dora is in none.
  appRoleAssignments: [assignmentTo(userId('ada'), 'User'), assignmentTo(groupId('staff'), 'Group')],
  groupMembers: [
    { groupId: groupId('staff'), memberId: userId('bea') },
    { groupId: groupId('staff'), memberId: groupId('interns') },
    { groupId: groupId('interns'), memberId: userId('carl') },
  ],
};
