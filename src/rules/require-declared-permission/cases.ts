import { aGrant, aScope, asking, microsoftGraph, userRead } from '../testing/case-apis.js';
import { type AppCase, anApp } from '../testing/cases.js';

const web = { web: { redirectUris: ['https://app.woodgrove.example/signin'] } };
const dynamic = anApp('Dynamic Consent', { application: web });
const pricesFront = anApp('Prices Front', {
  application: { spa: { redirectUris: ['https://prices.woodgrove.example'] } },
});
const prices = anApp('Prices API', {
  application: {
    api: {
      oauth2PermissionScopes: [aScope('Prices.Read')],
      preAuthorizedApplications: [
        { appId: pricesFront.appId.toUpperCase(), delegatedPermissionIds: [aScope('Prices.Read').id ?? ''] },
      ],
    },
  },
});
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
    name: 'a public client signs users in with a device code and declares no permission',
    app: anApp('Bare Console', { application: { isFallbackPublicClient: true } }),
    violations: [{ on: 'application' }],
  },
  {
    name: 'an application declares an API without a permission',
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
    name: 'an application requests permissions dynamically and has a grant',
    app: dynamic,
    grants: [aGrant(dynamic, microsoftGraph, [userRead], 'Principal')],
    violations: [],
  },
  {
    name: 'users sign in with SAML',
    app: anApp('Benefits (SAML)', { application: web, servicePrincipal: { preferredSingleSignOnMode: 'saml' } }),
    violations: [],
  },
  { name: 'an application signs no users in', app: anApp('Nightly Export'), violations: [] },
  {
    name: 'a web application declares only a permission of an unknown type',
    app: anApp('Novel Permission', {
      application: {
        ...web,
        requiredResourceAccess: [
          { resourceAppId: microsoftGraph.appId, resourceAccess: [{ id: userRead.id ?? '', type: 'Novel' }] },
        ],
      },
    }),
    tenant: {},
    violations: [],
    undetermined: [''],
  },
  {
    name: 'users sign in by an unknown mode',
    app: anApp('Novel Mode', { application: web, servicePrincipal: { preferredSingleSignOnMode: 'novel' } }),
    tenant: {},
    violations: [],
    undetermined: [''],
  },
  {
    name: 'the sign-in audience is unknown',
    app: anApp('Novel Audience', { application: { ...web, signInAudience: 'Novel' } }),
    tenant: {},
    violations: [],
    undetermined: [''],
  },
  {
    // Source: Graph, apiApplication: preAuthorizedApplications: users do not consent to these permissions.
    name: 'a single-page app declares nothing, and an API of the tenant preauthorizes it',
    app: pricesFront,
    others: [prices],
    tenant: {},
    violations: [],
  },
  {
    name: 'a single-page app declares nothing, and an API preauthorizes another client',
    app: anApp('Prices Copy', { application: { spa: { redirectUris: ['https://copy.woodgrove.example'] } } }),
    others: [prices],
    tenant: {},
    violations: [{ on: 'application' }],
  },
];
