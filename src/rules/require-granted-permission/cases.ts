import { ClassificationIndex } from '../../model/tenant/consent-policy.js';
import { microsoftGraphAppId } from '../../model/tenant/resources.js';
import type { TenantParts } from '../../model/tenant/tenant.js';
import {
  aGrant,
  anAppRole,
  anAppRoleAssignment,
  aScope,
  asking,
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
    name: 'users may not consent to anything',
    app: asks('Lunch Menu', graph([userRead])),
    tenant: consentingBy(undefined),
    violations: [{ evidence: { permissions: 'User.Read', because: 'kept-from-users' } }],
  },
  {
    name: 'users may consent to low-risk permissions and the application requires another',
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
    name: 'users may consent to low-risk permissions, and the application requires only those',
    app: asks('Phone Book', graph([userRead])),
    tenant: consentingBy('microsoft-user-default-low'),
    violations: [],
  },
  {
    name: 'users may consent under the policy that Microsoft manages',
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
    name: 'users may consent under a condition of an unknown type',
    app: asks('Novel Search', graph([mailRead])),
    tenant: consentingBy('woodgrove', { includes: [{ permissionType: 'novel' }] }),
    violations: [],
    undetermined: [microsoftGraphAppId],
  },
  {
    name: 'users may consent under a classification that is unknown',
    app: asks('Novel Reader', graph([mailRead])),
    tenant: consentingBy('woodgrove', { includes: [{ permissionClassification: 'unknownFutureValue' }] }),
    violations: [],
    undetermined: [microsoftGraphAppId],
  },
  {
    name: 'one of two application permissions has a member type that is not documented',
    app: asks('Novel Runner', { of: novelRoles, roles: [anAppRole('Novel.Run'), anAppRole('Novel.Read')] }),
    others: [novelRoles],
    violations: [],
    undetermined: [novelRoles.appId],
  },
];
