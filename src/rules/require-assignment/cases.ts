import {
  aGrant,
  anAppRole,
  anAppRoleAssignment,
  asking,
  aUserAssignment,
  foreignApi,
  microsoftGraph,
  userRead,
} from '../testing/case-apis.js';
import { type AppCase, anApp, type CaseApp } from '../testing/cases.js';

const required = { appRoleAssignmentRequired: true };
/** Graph can return null although it documents a boolean. */
const notReturned = null as never;
const own = (displayName: string, application = {}) => anApp(displayName, { application, servicePrincipal: required });
const foreign = foreignApi('Foreign Ticketing', required);
const assigned = foreignApi('Foreign Wiki', required);
const unconsented = own('Visitor Badges', asking({ of: microsoftGraph, scopes: [userRead] }));
const consented = own('Parking Permits', asking({ of: microsoftGraph, scopes: [userRead] }));
const roles = { ...required, appRoles: [anAppRole('Batch.Run')] };
const batch: CaseApp = foreignApi('Batch API', roles);
const client = anApp('Batch Client', { application: asking({ of: batch, roles: [anAppRole('Batch.Run')] }) });

/** A policy under which users can consent to User.Read. */
const legacyPolicy = {
  authorizationPolicy: {
    id: 'authorizationPolicy',
    defaultUserRolePermissions: {
      permissionGrantPoliciesAssigned: ['ManagePermissionGrantsForSelf.microsoft-user-default-legacy'],
    },
  },
};

export const cases: readonly AppCase[] = [
  {
    name: 'an application requires assignment and has no assignment',
    app: own('Vault Keys'),
    violations: [
      { on: 'servicePrincipal', evidence: { code: 'AADSTS50105', appRoleAssignmentRequired: true, assignments: 0 } },
    ],
  },
  {
    name: 'an application of another tenant requires assignment and has no assignment',
    app: foreign,
    violations: [{ on: 'servicePrincipal' }],
  },
  {
    name: 'a user is assigned and no administrator has consented',
    app: unconsented,
    assignments: [aUserAssignment(unconsented)],
    tenant: legacyPolicy,
    violations: [
      {
        on: 'servicePrincipal',
        key: microsoftGraph.appId,
        evidence: { code: 'AADSTS90094', permissions: 'User.Read' },
      },
    ],
  },
  {
    name: 'a user is assigned and an administrator has consented',
    app: consented,
    grants: [aGrant(consented, microsoftGraph, [userRead])],
    assignments: [aUserAssignment(consented)],
    violations: [],
  },
  {
    name: 'a user is assigned to an application of another tenant',
    app: assigned,
    assignments: [aUserAssignment(assigned)],
    violations: [],
  },
  {
    name: 'an API has only clients as assignments',
    app: batch,
    others: [client],
    assignments: [anAppRoleAssignment(client, batch, anAppRole('Batch.Run'))],
    violations: [],
  },
  {
    name: "Microsoft's own application requires assignment and has no assignment",
    app: foreignApi('Azure Example Portal', {
      ...required,
      appOwnerOrganizationId: '72f988bf-86f1-41af-91ab-2d7cd011db47',
    }),
    violations: [],
  },
  { name: 'an application does not require assignment and has no assignment', app: anApp('Cafeteria'), violations: [] },
  {
    name: 'Graph does not return whether an application requires assignment',
    app: anApp('Silent Keys', { servicePrincipal: { appRoleAssignmentRequired: notReturned } }),
    tenant: {},
    violations: [],
    undetermined: [''],
  },
  {
    name: 'a service principal of an unknown type requires assignment',
    app: anApp('Novel Keys', { servicePrincipal: { ...required, servicePrincipalType: 'Novel' } }),
    tenant: {},
    violations: [],
    undetermined: [''],
  },
  {
    // Source: Graph, organization: tenantType; user flows of B2C ask for no consent of Microsoft Entra ID.
    name: 'an application of a B2C tenant requires assignment and has no admin consent',
    app: unconsented,
    assignments: [aUserAssignment(unconsented)],
    tenant: { tenantType: 'AAD B2C', ...legacyPolicy },
    violations: [],
  },
];
