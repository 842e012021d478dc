import { aGrant, anAppRole, anAppRoleAssignment, aScope, asking, foreignApi } from '../testing/case-apis.js';
import { type AppCase, anApp } from '../testing/cases.js';

const findingIndex = foreignApi('Ledger API', { appRoles: [anAppRole('Ledger.Read.All')] });
const scopesOff = foreignApi('Closed Ledger API', {
  appRoles: [anAppRole('Ledger.Read.All')],
  oauth2PermissionScopes: [aScope('Ledger.Read', { isEnabled: false })],
});
const both = foreignApi('Open Ledger API', {
  appRoles: [anAppRole('Ledger.Read.All')],
  oauth2PermissionScopes: [aScope('Ledger.Read')],
});
const robot = anApp('Ledger Robot', {
  application: asking({ of: findingIndex, roles: [anAppRole('Ledger.Read.All')] }),
});
const reader = anApp('Ledger Reader', { application: asking({ of: both, scopes: [aScope('Ledger.Read')] }) });

export const cases: readonly AppCase[] = [
  {
    name: 'an application asks for delegated access to an API that publishes application permissions only',
    app: anApp('Ledger Portal', { application: asking({ of: findingIndex, scopes: [aScope('user_impersonation')] }) }),
    others: [findingIndex],
    violations: [
      { on: 'application', key: findingIndex.appId, evidence: { code: 'AADSTS50000', resource: 'Ledger API' } },
    ],
  },
  {
    name: 'the delegated permissions of the API are all disabled',
    app: anApp('Closed Ledger Portal', { application: asking({ of: scopesOff, scopes: [aScope('Ledger.Read')] }) }),
    others: [scopesOff],
    violations: [{ key: scopesOff.appId }],
  },
  {
    name: 'an application holds the application permission of such an API',
    app: robot,
    others: [findingIndex],
    assignments: [anAppRoleAssignment(robot, findingIndex, anAppRole('Ledger.Read.All'))],
    violations: [],
  },
  {
    name: 'the API publishes permissions of both kinds',
    app: reader,
    others: [both],
    grants: [aGrant(reader, both, [aScope('Ledger.Read')])],
    violations: [],
  },
];
