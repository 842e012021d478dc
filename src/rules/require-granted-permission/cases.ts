import { ClassificationIndex } from '../../model/tenant/consent-policy.js';
import { microsoftGraphAppId } from '../../model/tenant/resources.js';
import type { TenantParts } from '../../model/tenant/tenant.js';
import {
  aGrant,
  anAppRole,
  anAppRoleAssignment,
  aScope,
  asking,
  aUserAssignment,
  foreignApi,
  mailRead,
  mailSend,
  microsoftGraph,
  type Need,
  userRead,
  userReadAll,
} from '../testing/case-apis.js';
import { type AppCase, anApp, caseTenant, guidOf } from '../testing/cases.js';

const asks = (displayName: string, need: Need) => anApp(displayName, { application: asking(need) });
const graph = (scopes: (typeof userRead)[]) => ({ of: microsoftGraph, scopes });

/** A tenant whose users consent under a policy, with User.Read classified low. */
function consentingBy(id: string | undefined, policy: Partial<TenantParts['permissionGrantPolicies'][number]> = {}) {
  const permissionGrantPoliciesAssigned = id ? [`managePermissionGrantsForSelf.${id}`] : [];
  const permissionClassifications = new ClassificationIndex();
  permissionClassifications.add(microsoftGraphAppId, [{ permissionId: userRead.id ?? '', classification: 'low' }]);
  return {
    authorizationPolicy: { id: 'authorizationPolicy', defaultUserRolePermissions: { permissionGrantPoliciesAssigned } },
    permissionClassifications,
    permissionGrantPolicies:
      id && policy.includes ? [{ id, displayName: id, includes: [], excludes: [], ...policy }] : [],
  } satisfies Partial<TenantParts>;
}

const novel = asks('Novel Grant', graph([userReadAll]));
const novelApi = foreignApi('Novel API', { oauth2PermissionScopes: [aScope('Novel.Read', { type: 'Novel' })] });
const directory = asks('Staff Directory', graph([userReadAll]));
const someUsers = asks('Staff Search', graph([userReadAll]));
const granted = asks('Staff Portal', graph([userRead, userReadAll]));
const robot = asks('Mail Robot', { of: microsoftGraph, roles: [mailSend] });
const mailer = asks('Newsletter Mailer', { of: microsoftGraph, roles: [mailSend] });
const payments = anApp('Payments API', {
  application: {
    api: {
      preAuthorizedApplications: [
        {
          appId: anApp('Payments Front').appId,
          delegatedPermissionIds: [aScope('Payments.Approve').id ?? ''],
        },
      ],
    },
  },
  servicePrincipal: { oauth2PermissionScopes: [aScope('Payments.Approve', { type: 'Admin' })] },
});
const approve = { of: payments, scopes: [aScope('Payments.Approve')] };

/** An API that issues tokens to assigned clients only. */
const vault = foreignApi('Vault API', {
  appRoleAssignmentRequired: true,
  appRoles: [anAppRole('Vault.Open')],
  oauth2PermissionScopes: [aScope('Vault.Look')],
});
const looksIn = (displayName: string, application = {}) =>
  anApp(displayName, { application: { ...asking({ of: vault, scopes: [aScope('Vault.Look')] }), ...application } });
const vaultRobot = looksIn('Vault Robot');
const vaultGuard = looksIn('Vault Guard');
const vaultUsers = [aUserAssignment(vault)];
const novelRoles = foreignApi('Novel Roles API', {
  appRoles: [anAppRole('Novel.Run', { allowedMemberTypes: ['Agent'] }), anAppRole('Novel.Read')],
});

export const cases: readonly AppCase[] = [
  {
    name: 'an application requires a permission that only an administrator can grant, and that is not granted',
    app: directory,
    violations: [
      {
        on: 'application',
        key: microsoftGraphAppId,
        evidence: {
          code: 'AADSTS90094',
          permissions: 'User.Read.All',
          because: 'admin-only',
          someUsersConsented: false,
        },
      },
    ],
  },
  {
    name: 'the permission is granted to some users only',
    app: someUsers,
    grants: [aGrant(someUsers, microsoftGraph, [userReadAll], 'Principal')],
    violations: [{ severity: 'low', evidence: { someUsersConsented: true } }],
  },
  {
    name: 'an application permission is declared and not granted',
    app: mailer,
    violations: [{ evidence: { permissions: 'Mail.Send', because: 'admin-only' } }],
  },
  {
    name: 'an API of the tenant has preauthorized another client only',
    app: asks('Payments Back', approve),
    others: [payments],
    violations: [{ key: payments.appId, evidence: { permissions: 'Payments.Approve' } }],
  },
  {
    name: 'users cannot consent to anything',
    app: asks('Lunch Menu', graph([userRead])),
    tenant: consentingBy(undefined),
    violations: [{ evidence: { permissions: 'User.Read', because: 'kept-from-users' } }],
  },
  {
    name: 'users can consent to low-risk permissions and the application requires another',
    app: asks('Mail Reader', graph([userRead, mailRead])),
    tenant: consentingBy('microsoft-user-default-low'),
    violations: [{ evidence: { permissions: 'Mail.Read', because: 'kept-from-users' } }],
  },
  {
    name: 'a custom policy excludes the permission',
    app: asks('Mail Archive', graph([mailRead])),
    tenant: consentingBy('woodgrove-no-mail', {
      includes: [{ permissionType: 'delegated' }],
      excludes: [{ permissionType: 'delegated', permissions: [mailRead.id ?? ''] }],
    }),
    violations: [{ evidence: { permissions: 'Mail.Read' } }],
  },
  {
    name: 'a custom policy includes verified publishers only',
    app: asks('Mail Widget', graph([mailRead])),
    tenant: consentingBy('woodgrove-verified', { includes: [{ clientApplicationsFromVerifiedPublisherOnly: true }] }),
    violations: [{ evidence: { permissions: 'Mail.Read' } }],
  },
  {
    name: 'the publisher is verified, as the custom policy requires',
    app: anApp('Verified Widget', {
      application: {
        ...asking(graph([mailRead])),
        verifiedPublisher: { displayName: 'Widgets', verifiedPublisherId: '1234567' },
      },
    }),
    tenant: consentingBy('woodgrove-verified', { includes: [{ clientApplicationsFromVerifiedPublisherOnly: true }] }),
    violations: [],
  },
  {
    name: 'a custom policy includes this client of this tenant',
    app: asks('Mail Pilot', graph([mailRead])),
    tenant: consentingBy('woodgrove-pilot', {
      includes: [
        {
          permissionType: 'delegated',
          resourceApplication: microsoftGraphAppId,
          permissions: [mailRead.id ?? ''],
          clientApplicationIds: [guidOf('appId of Mail Pilot')],
          clientApplicationTenantIds: [caseTenant.id],
        },
      ],
    }),
    violations: [],
  },
  {
    name: 'users can consent to low-risk permissions, and the application requires only those',
    app: asks('Phone Book', graph([userRead])),
    tenant: consentingBy('microsoft-user-default-low'),
    violations: [],
  },
  {
    name: 'users can consent under the policy that Microsoft manages',
    app: asks('Calendar Widget', graph([mailRead])),
    tenant: consentingBy('microsoft-user-default-recommended'),
    violations: [],
    undetermined: [microsoftGraphAppId],
  },
  {
    name: 'everything is granted for the whole tenant',
    app: granted,
    grants: [aGrant(granted, microsoftGraph, [userReadAll]), aGrant(granted, microsoftGraph, [userRead])],
    violations: [],
  },
  {
    name: 'the application permission is granted',
    app: robot,
    assignments: [anAppRoleAssignment(robot, microsoftGraph, mailSend)],
    violations: [],
  },
  {
    name: 'an API of the tenant has preauthorized the client',
    app: asks('Payments Front', approve),
    others: [payments],
    violations: [],
  },
  {
    name: 'the permission has a grant of an unknown consent type',
    app: novel,
    grants: [{ ...aGrant(novel, microsoftGraph, [userReadAll]), consentType: 'Novel' }],
    tenant: {},
    violations: [],
    undetermined: [microsoftGraphAppId],
  },
  {
    name: 'the type of the permission is unknown, and it decides whether users may grant it',
    app: asks('Novel Mailer', { of: novelApi, scopes: [aScope('Novel.Read')] }),
    others: [novelApi],
    tenant: consentingBy('woodgrove', { includes: [{ permissionType: 'delegated' }] }),
    violations: [],
    undetermined: [novelApi.appId],
  },
  {
    name: 'users can consent under a condition of an unknown type',
    app: asks('Novel Search', graph([mailRead])),
    tenant: consentingBy('woodgrove', { includes: [{ permissionType: 'novel' }] }),
    violations: [],
    undetermined: [microsoftGraphAppId],
  },
  {
    name: 'users can consent under a classification that is unknown',
    app: asks('Novel Reader', graph([mailRead])),
    tenant: consentingBy('woodgrove', { includes: [{ permissionClassification: 'unknownFutureValue' }] }),
    violations: [],
    undetermined: [microsoftGraphAppId],
  },
  {
    // Source: Microsoft Learn, "Protected web API: app registration": AADSTS501051.
    name: 'an application permission of an API that requires assignment is not granted',
    app: asks('Vault Opener', { of: vault, roles: [anAppRole('Vault.Open')] }),
    others: [vault],
    assignments: vaultUsers,
    tenant: {},
    violations: [{ severity: 'medium', evidence: { code: 'AADSTS501051', permissions: 'Vault.Open' } }],
  },
  {
    name: 'a client without users declares no application permission of an API that requires assignment',
    app: vaultRobot,
    others: [vault],
    grants: [aGrant(vaultRobot, vault, [aScope('Vault.Look')])],
    assignments: vaultUsers,
    tenant: {},
    violations: [
      { severity: 'low', key: vault.appId, evidence: { code: 'AADSTS501051', because: 'client-not-assigned' } },
    ],
  },
  {
    name: 'such a client is assigned to the API without a role',
    app: vaultGuard,
    others: [vault],
    grants: [aGrant(vaultGuard, vault, [aScope('Vault.Look')])],
    assignments: [...vaultUsers, { ...aUserAssignment(vault), principalId: vaultGuard.servicePrincipal?.id ?? '' }],
    tenant: {},
    violations: [],
  },
  ...[
    ['has a redirect URI', { web: { redirectUris: ['https://vault.woodgrove.example'] } }],
    ['uses the device-code flow', { isFallbackPublicClient: true }],
    ['exposes permissions', { api: { oauth2PermissionScopes: [aScope('Vault.Copy')] } }],
  ].map(([what, application]): AppCase => {
    const app = looksIn(`Vault client that ${what}`, application as object);
    return {
      name: `a client that ${what} requires such an API`,
      app,
      others: [vault],
      grants: [aGrant(app, vault, [aScope('Vault.Look')])],
      assignments: vaultUsers,
      tenant: {},
      violations: [],
    };
  }),
  {
    // Source: Microsoft Learn, "Register your app in the external tenant": customers cannot consent.
    name: 'a permission is not granted in an external tenant whose policies let users consent',
    app: asks('Customer Portal', graph([userRead])),
    tenant: { tenantType: 'CIAM', ...consentingBy('microsoft-user-default-legacy') },
    violations: [{ evidence: { permissions: 'User.Read', because: 'kept-from-users' } }],
  },
  {
    // Source: Graph, organization: tenantType; user flows of B2C ask for no consent of Microsoft Entra ID.
    name: 'a permission is not granted in a B2C tenant where users cannot consent',
    app: asks('Loyalty Portal', graph([userRead])),
    tenant: { tenantType: 'AAD B2C', ...consentingBy(undefined) },
    violations: [],
  },
  {
    name: 'a permission that only an administrator can grant is not granted in a B2C tenant',
    app: asks('Loyalty Directory', graph([userReadAll])),
    tenant: { tenantType: 'AAD B2C', ...consentingBy(undefined) },
    violations: [{ evidence: { because: 'admin-only' } }],
  },
  {
    name: 'one of two application permissions has a member type that is not documented',
    app: asks('Novel Runner', { of: novelRoles, roles: [anAppRole('Novel.Run'), anAppRole('Novel.Read')] }),
    others: [novelRoles],
    violations: [],
    undetermined: [novelRoles.appId],
  },
];
