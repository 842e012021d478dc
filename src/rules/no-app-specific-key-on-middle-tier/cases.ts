import { aScope, asking, azureAdGraph, azureAdUserRead } from '../testing/case-apis.js';
import { aGrantedApp, aMiddleTier } from '../testing/case-granted.js';
import { type AppCase, aKey, anApp, aSamlSigningCertificate, guidOf } from '../testing/cases.js';

const unknownType = { type: 'Novel', usage: 'Sign' };
const key = (name: string) => guidOf(`key ${name}`);

export const cases: readonly AppCase[] = [
  {
    name: 'an API that calls another API on behalf of users has an app-specific signing key',
    ...aMiddleTier('Mortgage API', { servicePrincipal: aSamlSigningCertificate('mortgage') }),
    violations: [{ on: 'servicePrincipal', key: key('mortgage') }],
  },
  {
    name: 'an API that calls another API on behalf of users has single sign-on with OpenID Connect',
    ...aMiddleTier('Contracts API', {
      servicePrincipal: { preferredSingleSignOnMode: 'oidc', ...aSamlSigningCertificate('contracts') },
    }),
    violations: [{ key: key('contracts'), evidence: { preferredSingleSignOnMode: 'oidc' } }],
  },
  {
    name: 'an API that calls another API on behalf of users authenticates with a certificate',
    ...aMiddleTier('Insurance API', { application: { keyCredentials: [aKey('insurance')] } }),
    violations: [],
  },
  {
    name: 'a SAML application has only the permissions of every new registration',
    ...aGrantedApp('Cafeteria (SAML)', {
      application: { api: { oauth2PermissionScopes: [aScope('user_impersonation')] } },
      servicePrincipal: { preferredSingleSignOnMode: 'saml', ...aSamlSigningCertificate('cafeteria') },
    }),
    violations: [],
  },
  {
    name: 'the type of the signing key of such an API is unknown',
    ...aMiddleTier('Quantum API', { servicePrincipal: { keyCredentials: [aKey('quantum', unknownType)] } }),
    tenant: {},
    violations: [],
    undetermined: [key('quantum')],
  },
  {
    name: 'an API with an app-specific signing key requires a permission of an unknown type',
    app: anApp('Unclear API', {
      application: {
        api: { oauth2PermissionScopes: [aScope('user_impersonation')] },
        requiredResourceAccess: [{ resourceAppId: guidOf('API'), resourceAccess: [{ id: guidOf('x'), type: 'New' }] }],
      },
      servicePrincipal: { keyCredentials: [aKey('unclear', { type: 'X509CertAndPassword', usage: 'Sign' })] },
    }),
    tenant: {},
    violations: [],
    undetermined: [key('unclear')],
  },
  {
    // Source: Microsoft Learn, "Enable SAML single sign-on": SAML apps need a signing certificate.
    name: 'an app for SAML single sign-on exposes a permission and requires one of another API',
    ...aMiddleTier('Expenses (SAML)', {
      servicePrincipal: { preferredSingleSignOnMode: 'SAML', ...aSamlSigningCertificate('expenses') },
    }),
    tenant: {},
    violations: [],
  },
  {
    // Source: Microsoft Learn, "Azure AD Graph to Microsoft Graph migration": the portal added this permission.
    name: 'an older SAML app requires User.Read of Azure AD Graph',
    app: anApp('Old Cafeteria', {
      application: {
        api: { oauth2PermissionScopes: [aScope('user_impersonation')] },
        ...asking({ of: azureAdGraph, scopes: [azureAdUserRead] }),
      },
      servicePrincipal: { preferredSingleSignOnMode: 'saml', ...aSamlSigningCertificate('old-cafeteria') },
    }),
    others: [azureAdGraph],
    tenant: {},
    violations: [],
  },
  {
    // Source: MSIdentityTools, Update-MsIdAADSigningKey: -Default writes "unused".
    name: 'such an API has returned to the keys of Entra',
    ...aMiddleTier('Returned API', {
      servicePrincipal: { preferredTokenSigningKeyThumbprint: 'unused', ...aSamlSigningCertificate('returned') },
    }),
    tenant: {},
    violations: [],
  },
  {
    name: 'the thumbprint of the preferred key names none of the keys of such an API',
    ...aMiddleTier('Elsewhere API', {
      servicePrincipal: {
        preferredTokenSigningKeyThumbprint: aKey('elsewhere').customKeyIdentifier,
        ...aSamlSigningCertificate('here'),
      },
    }),
    tenant: {},
    violations: [],
  },
  {
    name: 'such an API has an unknown single sign-on mode',
    ...aMiddleTier('Novel Mode API', {
      servicePrincipal: {
        preferredSingleSignOnMode: 'novel',
        keyCredentials: [aKey('novel-mode', { type: 'X509CertAndPassword', usage: 'Sign' })],
      },
    }),
    tenant: {},
    violations: [],
    undetermined: [key('novel-mode')],
  },
];
