import { aScope } from '../testing/case-apis.js';
import { aGrantedApp } from '../testing/case-granted.js';
import { type AppCase, anApp, aSamlSigningCertificate, guidOf } from '../testing/cases.js';

const key = (name: string) => guidOf(`key ${name}`);
const web = { redirectUris: ['https://claims.woodgrove.example/signin-oidc'] };

export const cases: readonly AppCase[] = [
  {
    name: 'an app that signs users in has a signing key of its own',
    ...aGrantedApp('Claims Portal', {
      application: { web },
      servicePrincipal: aSamlSigningCertificate('claims-portal'),
    }),
    violations: [{ on: 'servicePrincipal', key: key('claims-portal') }],
  },
  {
    name: 'an API has a signing key of its own',
    app: anApp('Exchange Rates API', {
      application: { api: { oauth2PermissionScopes: [aScope('Rates.Read')] } },
      servicePrincipal: aSamlSigningCertificate('rates'),
    }),
    violations: [{ on: 'servicePrincipal', key: key('rates') }],
  },
  {
    name: 'single sign-on of an app with a signing key of its own is OpenID Connect',
    app: anApp('Branch Intranet', {
      servicePrincipal: { preferredSingleSignOnMode: 'oidc', ...aSamlSigningCertificate('intranet-oidc') },
    }),
    violations: [{ key: key('intranet-oidc') }],
  },
  {
    name: 'single sign-on is SAML',
    ...aGrantedApp('Learning Hub (SAML)', {
      application: { web },
      servicePrincipal: { preferredSingleSignOnMode: 'saml', ...aSamlSigningCertificate('learning') },
    }),
    violations: [],
  },
  {
    name: 'mapped claims are accepted without a signing key',
    ...aGrantedApp('Customer File', { application: { web, api: { acceptMappedClaims: true } } }),
    violations: [],
  },
  {
    name: 'nothing tells that the app issues tokens of OpenID Connect',
    app: anApp('Vault Door', { servicePrincipal: aSamlSigningCertificate('vault-door') }),
    violations: [],
  },
];
