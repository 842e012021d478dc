import { aGrant, anAppRole, anAppRoleAssignment, aScope, asking, foreignApi } from '../testing/case-apis.js';
import { type AppCase, anApp } from '../testing/cases.js';

const ledger = foreignApi('Ledger API', { appRoles: [anAppRole('Ledger.Read.All')] });
const scopesOff = foreignApi('Closed Ledger API', {
  appRoles: [anAppRole('Ledger.Read.All')],
  oauth2PermissionScopes: [aScope('Ledger.Read', { isEnabled: false })],
});
const both = foreignApi('Open Ledger API', {
  appRoles: [anAppRole('Ledger.Read.All')],
  oauth2PermissionScopes: [aScope('Ledger.Read')],
});
/** A client with the application permission of the API, which exposes a permission itself. */
const calculator = anApp('Ledger Calculator', {
  application: {
    api: { oauth2PermissionScopes: [aScope('Calculate')] },
    ...asking({ of: ledger, roles: [anAppRole('Ledger.Read.All')] }),
  },
});
const ungranted = anApp('Ungranted Calculator', {
  application: {
    api: { oauth2PermissionScopes: [aScope('Calculate', { isEnabled: false })] },
    ...asking({ of: ledger, roles: [anAppRole('Ledger.Read.All')] }),
  },
});
const robot = anApp('Ledger Robot', {
  application: asking({ of: ledger, roles: [anAppRole('Ledger.Read.All')] }),
});
const reader = anApp('Ledger Reader', { application: asking({ of: both, scopes: [aScope('Ledger.Read')] }) });

/** Its member types leave open whether it publishes application permissions only. */
const novel = foreignApi('Novel Ledger', { appRoles: [anAppRole('Novel.Run', { allowedMemberTypes: [] })] });

export const cases: readonly AppCase[] = [
  {
    name: 'an application requires delegated access to an API that publishes application permissions only',
    app: anApp('Ledger Portal', { application: asking({ of: ledger, scopes: [aScope('user_impersonation')] }) }),
    others: [ledger],
    violations: [{ on: 'application', key: ledger.appId, evidence: { code: 'AADSTS50000', resource: 'Ledger API' } }],
  },
  {
    name: 'all delegated permissions of the API are disabled',
    app: anApp('Closed Ledger Portal', { application: asking({ of: scopesOff, scopes: [aScope('Ledger.Read')] }) }),
    others: [scopesOff],
    violations: [{ key: scopesOff.appId }],
  },
  {
    name: 'an application has the application permission of such an API',
    app: robot,
    others: [ledger],
    assignments: [anAppRoleAssignment(robot, ledger, anAppRole('Ledger.Read.All'))],
    violations: [],
  },
  {
    name: 'the API publishes delegated and application permissions',
    app: reader,
    others: [both],
    grants: [aGrant(reader, both, [aScope('Ledger.Read')])],
    violations: [],
  },
  {
    name: 'an application requires a permission of an unknown type of such an API',
    app: anApp('Novel Portal', {
      application: {
        requiredResourceAccess: [
          {
            resourceAppId: ledger.appId,
            resourceAccess: [{ id: aScope('user_impersonation').id ?? '', type: 'Novel' }],
          },
        ],
      },
    }),
    others: [ledger],
    tenant: {},
    violations: [],
    undetermined: [ledger.appId],
  },
  {
    // Source: Microsoft Learn, "AADSTS50000", cause 5: a client requests `.default` of such an API in the delegated flow.
    name: 'a client that exposes permissions has the application permission of such an API',
    app: calculator,
    others: [ledger],
    assignments: [anAppRoleAssignment(calculator, ledger, anAppRole('Ledger.Read.All'))],
    tenant: {},
    violations: [{ on: 'application', severity: 'low', key: ledger.appId, evidence: { code: 'AADSTS50000' } }],
  },
  {
    name: 'such a client exposes only a disabled permission',
    app: ungranted,
    others: [ledger],
    assignments: [anAppRoleAssignment(ungranted, ledger, anAppRole('Ledger.Read.All'))],
    tenant: {},
    violations: [],
  },
  {
    name: 'the only app role of the API has member types that are not documented',
    app: anApp('Novel Ledger Portal', { application: asking({ of: novel, scopes: [aScope('Novel.Read')] }) }),
    others: [novel],
    violations: [],
    undetermined: [novel.appId],
  },
];
