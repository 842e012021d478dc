import { anAppRole, aScope, asking, foreignApi, mailSend, microsoftGraph, userRead } from '../testing/case-apis.js';
import { type AppCase, anApp } from '../testing/cases.js';

const rates = foreignApi('Rates API', {
  oauth2PermissionScopes: [aScope('Rates.Read'), aScope('Rates.Write', { isEnabled: false })],
  appRoles: [anAppRole('Rates.Admin', { allowedMemberTypes: ['User'] })],
});
const novel = foreignApi('Novel API', {
  appRoles: [anAppRole('Novel.Run', { allowedMemberTypes: ['User', 'Agent'] })],
});
const silent = anApp('Unfinished API');

export const cases: readonly AppCase[] = [
  {
    name: 'an application requires a permission that the API does not publish',
    app: anApp('Rate Monitor', { application: asking({ of: rates, scopes: [aScope('Rates.Delete')] }) }),
    others: [rates],
    violations: [
      {
        on: 'application',
        key: rates.appId,
        evidence: { code: 'AADSTS650056', resource: 'Rates API', permissionIds: aScope('Rates.Delete').id },
      },
    ],
  },
  {
    name: 'an application requires a permission that the API has disabled',
    app: anApp('Rate Editor', { application: asking({ of: rates, scopes: [aScope('Rates.Write')] }) }),
    others: [rates],
    violations: [{ evidence: { permissionIds: aScope('Rates.Write').id } }],
  },
  {
    name: 'an application requires an app role for users',
    app: anApp('Rate Robot', { application: asking({ of: rates, roles: [anAppRole('Rates.Admin')] }) }),
    others: [rates],
    violations: [{ evidence: { permissionIds: anAppRole('Rates.Admin').id } }],
  },
  {
    name: 'an application requires a delegated permission as an application permission',
    app: anApp('Mixed-up Robot', {
      application: asking({ of: microsoftGraph, roles: [{ ...mailSend, id: userRead.id }] }),
    }),
    violations: [{ evidence: { resource: 'Microsoft Graph', permissionIds: userRead.id } }],
  },
  {
    name: 'an application requires a permission of an API that publishes none',
    app: anApp('Early Adopter', { application: asking({ of: silent, scopes: [aScope('Something.Read')] }) }),
    others: [silent],
    violations: [{ key: silent.appId }],
  },
  { name: 'an API publishes a disabled permission that no application requires', app: rates, violations: [] },
  {
    name: 'an application requires an unpublished permission of an unknown type',
    app: anApp('Novel Monitor', {
      application: {
        requiredResourceAccess: [
          { resourceAppId: rates.appId, resourceAccess: [{ id: aScope('Rates.Delete').id ?? '', type: 'Novel' }] },
        ],
      },
    }),
    others: [rates],
    tenant: {},
    violations: [],
    undetermined: [rates.appId],
  },
  {
    name: 'an application of an unknown sign-in audience requires an unpublished permission',
    app: anApp('Novel Editor', {
      application: { signInAudience: 'Novel', ...asking({ of: rates, scopes: [aScope('Rates.Delete')] }) },
    }),
    others: [rates],
    tenant: {},
    violations: [],
    undetermined: [rates.appId],
  },
  {
    name: 'an application requires an app role for members of a type that is not documented',
    app: anApp('Novel Robot', { application: asking({ of: novel, roles: [anAppRole('Novel.Run')] }) }),
    others: [novel],
    violations: [],
    undetermined: [novel.appId],
  },
  {
    name: 'an application requires a delegated permission of an API whose only app role has an unknown member type',
    app: anApp('Novel Client', { application: asking({ of: novel, scopes: [aScope('Novel.Read')] }) }),
    others: [novel],
    violations: [],
    undetermined: [novel.appId],
  },
  {
    name: 'an application requires another app role of that API, which it does not publish',
    app: anApp('Novel Walker', { application: asking({ of: novel, roles: [anAppRole('Novel.Walk')] }) }),
    others: [novel],
    violations: [{ evidence: { permissionIds: anAppRole('Novel.Walk').id } }],
  },
];
