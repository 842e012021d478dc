import { aScope, asking, foreignApi, microsoftGraph } from '../testing/case-apis.js';
import { type AppCase, anApp } from '../testing/cases.js';

const absent = foreignApi('Never Added API', {});
const disabled = foreignApi('Switched-off Archive API', {
  accountEnabled: false,
  appOwnerOrganizationId: 'f8cdef31-a31e-4b4a-93e4-5f571e91255a',
  oauth2PermissionScopes: [aScope('Archive.Read')],
});
const silent = anApp('Silent API');

export const cases: readonly AppCase[] = [
  {
    name: 'an application asks for an API that has no service principal here',
    app: anApp('Archive Browser', { application: asking({ of: absent, scopes: [aScope('Archive.Read')] }) }),
    violations: [
      { on: 'application', key: absent.appId, evidence: { code: 'AADSTS650052', resourceAppId: absent.appId } },
    ],
  },
  {
    name: 'an application asks for an API whose service principal is disabled',
    app: anApp('Archive Sync', { application: asking({ of: disabled, scopes: [aScope('Archive.Read')] }) }),
    others: [disabled],
    violations: [{ on: 'application', key: disabled.appId, evidence: { code: 'AADSTS500014' } }],
  },
  {
    name: 'an application names an API without asking it for any permission',
    app: anApp('Half Removed', {
      application: { requiredResourceAccess: [{ resourceAppId: absent.appId, resourceAccess: [] }] },
    }),
    violations: [],
  },
  {
    name: 'an application for personal accounts alone asks for an API that is not here',
    app: anApp('Personal Notes', {
      application: {
        signInAudience: 'PersonalMicrosoftAccount',
        ...asking({ of: absent, scopes: [aScope('Archive.Read')] }),
      },
      servicePrincipal: null,
    }),
    violations: [],
  },
  {
    name: 'the APIs of a neighbour are none of its business',
    app: silent,
    others: [microsoftGraph],
    violations: [],
  },
];
