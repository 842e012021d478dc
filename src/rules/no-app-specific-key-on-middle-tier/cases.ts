import { aScope } from '../testing/case-apis.js';
import { aGrantedApp, aMiddleTier } from '../testing/case-granted.js';
import { type AppCase, aKey, anApp, aSamlSigningCertificate, guidOf } from '../testing/cases.js';

const unknownType = { type: 'Novel', usage: 'Sign' };
const key = (name: string) => guidOf(`key ${name}`);

export const cases: readonly AppCase[] = [
  {
    name: 'an API that calls another API on behalf of users has its own signing key',
    ...aMiddleTier('Mortgage API', { servicePrincipal: aSamlSigningCertificate('mortgage') }),
    violations: [{ on: 'servicePrincipal', key: key('mortgage') }],
  },
  {
    name: 'an API that calls another API on behalf of users has SAML single sign-on',
    ...aMiddleTier('Contracts API', {
      servicePrincipal: { preferredSingleSignOnMode: 'saml', ...aSamlSigningCertificate('contracts') },
    }),
    violations: [{ key: key('contracts'), evidence: { preferredSingleSignOnMode: 'saml' } }],
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
    name: 'an API with its own signing key requires a permission of an unknown type',
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
];
