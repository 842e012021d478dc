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
    name: 'an application requires an API without a service principal in the tenant',
    app: anApp('Archive Browser', { application: asking({ of: absent, scopes: [aScope('Archive.Read')] }) }),
    violations: [
      { on: 'application', key: absent.appId, evidence: { code: 'AADSTS650052', resourceAppId: absent.appId } },
    ],
  },
  {
    name: 'an application requires an API with a disabled service principal',
    app: anApp('Archive Sync', { application: asking({ of: disabled, scopes: [aScope('Archive.Read')] }) }),
    others: [disabled],
    violations: [{ on: 'application', key: disabled.appId, evidence: { code: 'AADSTS500014' } }],
  },
  {
    name: 'an application declares an API without a permission',
    app: anApp('Half Removed', {
      application: { requiredResourceAccess: [{ resourceAppId: absent.appId, resourceAccess: [] }] },
    }),
    violations: [],
  },
  {
    name: 'an application for personal accounts only requires an API without a service principal in the tenant',
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
    name: 'an application requires no API',
    app: silent,
    others: [microsoftGraph],
    violations: [],
  },
  {
    name: 'an application requires a permission of an unknown type of an API without a service principal in the tenant',
    app: anApp('Novel Notes', {
      application: {
        requiredResourceAccess: [
          { resourceAppId: absent.appId, resourceAccess: [{ id: aScope('Archive.Read').id ?? '', type: 'Novel' }] },
        ],
      },
    }),
    tenant: {},
    violations: [],
    undetermined: [absent.appId],
  },
];
