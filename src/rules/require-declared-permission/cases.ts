import { aGrant, asking, microsoftGraph, userRead } from '../testing/case-apis.js';
import { type AppCase, anApp } from '../testing/cases.js';

const web = { web: { redirectUris: ['https://app.woodgrove.example/signin'] } };
const dynamic = anApp('Dynamic Consent', { application: web });
const declares = anApp('Bike Rental', {
  application: { ...web, ...asking({ of: microsoftGraph, scopes: [userRead] }) },
});

export const cases: readonly AppCase[] = [
  {
    name: 'a web application signs users in and declares no permission',
    app: anApp('Bare Portal', { application: { ...web, requiredResourceAccess: [] } }),
    violations: [{ on: 'application', evidence: { code: 'AADSTS650056' } }],
  },
  {
    name: 'a public client signs users in by device code and declares no permission',
    app: anApp('Bare Console', { application: { isFallbackPublicClient: true } }),
    violations: [{ on: 'application' }],
  },
  {
    name: 'an application names an API and none of its permissions',
    app: anApp('Emptied Portal', {
      application: { ...web, requiredResourceAccess: [{ resourceAppId: microsoftGraph.appId, resourceAccess: [] }] },
    }),
    violations: [{ on: 'application' }],
  },
  {
    name: 'a web application declares a permission',
    app: declares,
    grants: [aGrant(declares, microsoftGraph, [userRead])],
    violations: [],
  },
  {
    name: 'an application asks for permissions in its requests and was granted some',
    app: dynamic,
    grants: [aGrant(dynamic, microsoftGraph, [userRead], 'Principal')],
    violations: [],
  },
  {
    name: 'users sign in by SAML',
    app: anApp('Benefits (SAML)', { application: web, servicePrincipal: { preferredSingleSignOnMode: 'saml' } }),
    violations: [],
  },
  { name: 'an application signs no users in', app: anApp('Nightly Export'), violations: [] },
];
