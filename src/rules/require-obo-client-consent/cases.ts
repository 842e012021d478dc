import type { TenantParts } from '../../model/tenant/tenant.js';
import { aGrant, aScope } from '../testing/case-apis.js';
import { aMiddleTier } from '../testing/case-granted.js';
import { type AppCase, anApp, guidOf } from '../testing/cases.js';

const usersMayNotConsent: Partial<TenantParts> = {
  authorizationPolicy: {
    id: 'authorizationPolicy',
    defaultUserRolePermissions: { permissionGrantPoliciesAssigned: [] },
  },
};
const unnamed = { knownClientApplications: [] };
const redirecting = { redirectUris: ['https://loans.woodgrove.example/signin-oidc'] };
const client = anApp('Loan Officer Desktop');
const shared = aMiddleTier('Appraisal API', { application: { api: unnamed } });

export const cases: readonly AppCase[] = [
  {
    name: 'an On-Behalf-Of API names no client, and users cannot consent',
    ...aMiddleTier('Loan Decision API', { application: { api: unnamed } }),
    tenant: usersMayNotConsent,
    violations: [{ on: 'application', evidence: { usersMayConsent: false, clientsGranted: false } }],
  },
  {
    name: 'users can consent to the clients of the API',
    ...aMiddleTier('Rent Estimate API', { application: { api: unnamed } }),
    // An explicit tenant keeps the case out of the demo tenant, where users cannot consent.
    tenant: {},
    violations: [],
  },
  {
    name: 'the API names a client, whose users consent to both at once',
    ...aMiddleTier('Escrow API'),
    tenant: usersMayNotConsent,
    violations: [],
  },
  {
    name: 'the API has preauthorized a client',
    ...aMiddleTier('Deposit API', {
      application: { api: { ...unnamed, preAuthorizedApplications: [{ appId: guidOf('appId of a teller') }] } },
    }),
    tenant: usersMayNotConsent,
    violations: [],
  },
  {
    name: 'an administrator has consented to a client of the API',
    app: shared.app,
    others: [client],
    grants: [...shared.grants, aGrant(client, shared.app, [aScope('access as user to Appraisal API')])],
    tenant: usersMayNotConsent,
    violations: [],
  },
  {
    name: 'the API signs users in itself',
    ...aMiddleTier('Broker Portal', { application: { api: unnamed, web: redirecting } }),
    tenant: usersMayNotConsent,
    violations: [],
  },
  {
    name: 'the API calls no other API',
    app: anApp('Interest API', { application: { api: { oauth2PermissionScopes: [aScope('Interest.Read')] } } }),
    tenant: usersMayNotConsent,
    violations: [],
  },
  {
    name: 'the API requires a permission of an unknown type of another API',
    app: anApp('Novel Loan API', {
      application: {
        api: { oauth2PermissionScopes: [aScope('Loan.Read')] },
        requiredResourceAccess: [
          { resourceAppId: guidOf('API'), resourceAccess: [{ id: guidOf('x'), type: 'Novel' }] },
        ],
      },
    }),
    tenant: usersMayNotConsent,
    violations: [],
    undetermined: [''],
  },
  {
    // Source: Microsoft Learn, "Register your app in the external tenant": administrators consent.
    name: 'an API in an external tenant names no client',
    ...aMiddleTier('Customer Broker', { application: { api: unnamed } }),
    tenant: { tenantType: 'CIAM', ...usersMayNotConsent },
    violations: [],
  },
];
