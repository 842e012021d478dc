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
const own = (displayName: string, application = {}) => anApp(displayName, { application, servicePrincipal: required });
const foreign = foreignApi('Foreign Ticketing', required);
const assigned = foreignApi('Foreign Wiki', required);
const unconsented = own('Visitor Badges', asking({ of: microsoftGraph, scopes: [userRead] }));
const consented = own('Parking Permits', asking({ of: microsoftGraph, scopes: [userRead] }));
const roles = { ...required, appRoles: [anAppRole('Batch.Run')] };
const batch: CaseApp = foreignApi('Batch API', roles);
const client = anApp('Batch Client', { application: asking({ of: batch, roles: [anAppRole('Batch.Run')] }) });

/** The default policy, under which users may consent to User.Read as far as anybody knows. */
const recommended = {
  authorizationPolicy: {
    id: 'authorizationPolicy',
    defaultUserRolePermissions: {
      permissionGrantPoliciesAssigned: ['ManagePermissionGrantsForSelf.microsoft-user-default-legacy'],
    },
  },
};

export const cases: readonly AppCase[] = [
  {
    name: 'an application requires assignment and nobody is assigned',
    app: own('Vault Keys'),
    violations: [
      { on: 'servicePrincipal', evidence: { code: 'AADSTS50105', appRoleAssignmentRequired: true, assignments: 0 } },
    ],
  },
  {
    name: 'an application of another tenant requires assignment and nobody is assigned',
    app: foreign,
    violations: [{ on: 'servicePrincipal' }],
  },
  {
    name: 'somebody is assigned and no administrator has consented',
    app: unconsented,
    assignments: [aUserAssignment(unconsented)],
    tenant: recommended,
    violations: [
      {
        on: 'servicePrincipal',
        key: microsoftGraph.appId,
        evidence: { code: 'AADSTS90094', permissions: 'User.Read' },
      },
    ],
  },
  {
    name: 'somebody is assigned and an administrator has consented',
    app: consented,
    grants: [aGrant(consented, microsoftGraph, [userRead])],
    assignments: [aUserAssignment(consented)],
    violations: [],
  },
  {
    name: 'somebody is assigned to an application of another tenant',
    app: assigned,
    assignments: [aUserAssignment(assigned)],
    violations: [],
  },
  {
    name: 'only clients are assigned to an API',
    app: batch,
    others: [client],
    assignments: [anAppRoleAssignment(client, batch, anAppRole('Batch.Run'))],
    violations: [],
  },
  {
    name: "Microsoft's own application requires assignment and nobody is assigned",
    app: foreignApi('Azure Example Portal', {
      ...required,
      appOwnerOrganizationId: '72f988bf-86f1-41af-91ab-2d7cd011db47',
    }),
    violations: [],
  },
  { name: 'assignment is not required and nobody is assigned', app: anApp('Cafeteria'), violations: [] },
];
