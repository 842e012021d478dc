import { aScope } from '../testing/case-apis.js';
import { aGrantedApp } from '../testing/case-granted.js';
import { type AppCase, aKey, anApp, aSamlSigningCertificate, guidOf } from '../testing/cases.js';

const key = (name: string) => guidOf(`key ${name}`);
const web = { redirectUris: ['https://claims.woodgrove.example/signin-oidc'] };

export const cases: readonly AppCase[] = [
  {
    name: 'an app that signs users in has an app-specific signing key',
    ...aGrantedApp('Claims Portal', {
      application: { web },
      servicePrincipal: aSamlSigningCertificate('claims-portal'),
    }),
    violations: [{ on: 'servicePrincipal', key: key('claims-portal') }],
  },
  {
    name: 'an API has an app-specific signing key',
    app: anApp('Exchange Rates API', {
      application: { api: { oauth2PermissionScopes: [aScope('Rates.Read')] } },
      servicePrincipal: aSamlSigningCertificate('rates'),
    }),
    violations: [{ on: 'servicePrincipal', key: key('rates') }],
  },
  {
    name: 'an app with an app-specific signing key uses OpenID Connect for single sign-on',
    app: anApp('Branch Intranet', {
      servicePrincipal: { preferredSingleSignOnMode: 'oidc', ...aSamlSigningCertificate('intranet-oidc') },
    }),
    violations: [{ key: key('intranet-oidc') }],
  },
  {
    name: 'an app with an app-specific signing key uses SAML for single sign-on',
    ...aGrantedApp('Learning Hub (SAML)', {
      application: { web },
      servicePrincipal: { preferredSingleSignOnMode: 'saml', ...aSamlSigningCertificate('learning') },
    }),
    violations: [],
  },
  {
    name: 'an app accepts mapped claims without a signing key',
    ...aGrantedApp('Customer File', { application: { web, api: { acceptMappedClaims: true } } }),
    violations: [],
  },
  {
    name: 'no property shows that the app uses OpenID Connect',
    app: anApp('Vault Door', { servicePrincipal: aSamlSigningCertificate('vault-door') }),
    violations: [],
  },
  {
    name: 'an app with an app-specific signing key has an unknown single sign-on mode',
    app: anApp('Quantum Desk', {
      application: { web },
      servicePrincipal: {
        preferredSingleSignOnMode: 'novel',
        keyCredentials: [aKey('quantum', { type: 'X509CertAndPassword', usage: 'Sign' })],
      },
    }),
    tenant: {},
    violations: [],
    undetermined: [key('quantum')],
  },
];
