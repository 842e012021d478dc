import { ListPresenceIndex } from '../../model/tenant/list-presence.js';
import { mailRead } from '../testing/case-apis.js';
import { aGrantedApp } from '../testing/case-granted.js';
import { type AppCase, aKey, anApp, aPassword, aSamlSigningCertificate, guidOf } from '../testing/cases.js';

const expired = { startDateTime: '2022-03-01T00:00:00Z', endDateTime: '2024-03-01T00:00:00Z' };
const expiredLater = { startDateTime: '2023-03-01T00:00:00Z', endDateTime: '2025-09-01T00:00:00Z' };
const secret = aPassword('batch', expired);

export const cases: readonly AppCase[] = [
  {
    name: 'the only client secret has expired',
    app: anApp('Nightly Batch', { application: { passwordCredentials: [secret] } }),
    violations: [{ on: 'application', evidence: { credentials: 1, lastEndDateTime: expired.endDateTime } }],
  },
  {
    name: 'a secret and a certificate have both expired',
    app: anApp('Statement Printer', {
      application: { passwordCredentials: [secret], keyCredentials: [aKey('printer', expiredLater)] },
    }),
    violations: [{ evidence: { credentials: 2, lastEndDateTime: expiredLater.endDateTime } }],
  },
  {
    name: 'the secret has expired and the certificate has not',
    app: anApp('Cash Forecast', {
      application: { passwordCredentials: [secret], keyCredentials: [aKey('forecast')] },
    }),
    violations: [],
  },
  {
    name: 'the secret of the application has expired and the service principal has a valid one',
    app: anApp('Archive Search', {
      application: { passwordCredentials: [secret] },
      servicePrincipal: { passwordCredentials: [aPassword('archive')] },
    }),
    violations: [],
  },
  {
    name: 'the new secret is not yet valid',
    app: anApp('Credit Score', {
      application: {
        passwordCredentials: [
          secret,
          aPassword('score', { startDateTime: '2094-01-01T00:00:00Z', endDateTime: '2096-01-01T00:00:00Z' }),
        ],
      },
    }),
    violations: [],
  },
  {
    name: 'a public client has an expired secret',
    ...aGrantedApp('Teller Desktop', { application: { isFallbackPublicClient: true, passwordCredentials: [secret] } }),
    violations: [],
  },
  {
    name: 'a single-page app has an expired secret',
    ...aGrantedApp('Rates Board', {
      application: {
        spa: { redirectUris: ['https://rates.woodgrove.example'] },
        web: { redirectUris: [] },
        passwordCredentials: [secret],
      },
    }),
    violations: [],
  },
  { name: 'a client has no credential', app: anApp('Branch Finder'), violations: [] },
  {
    name: 'a certificate that encrypts tokens has expired',
    app: anApp('Safe Deposit', {
      application: { keyCredentials: [aKey('deposit', { usage: 'Encrypt', ...expired })] },
    }),
    violations: [],
  },
  {
    name: 'the password of a signing key on the application has expired',
    app: anApp('Old Claims', {
      application: {
        keyCredentials: aSamlSigningCertificate('old-claims').keyCredentials,
        passwordCredentials: aSamlSigningCertificate('old-claims').passwordCredentials.map((password) => ({
          ...password,
          ...expired,
        })),
      },
    }),
    violations: [],
  },
  {
    name: 'beside an expired secret there is a valid key of an unknown usage',
    app: anApp('Quantum Batch', {
      application: { passwordCredentials: [secret], keyCredentials: [aKey('quantum', { usage: null })] },
    }),
    tenant: {},
    violations: [],
    undetermined: [''],
  },
  {
    name: 'the only key has expired and its usage is unknown',
    app: anApp('Quantum Printer', {
      application: { keyCredentials: [aKey('quantum-old', { usage: 'Novel', ...expired })] },
    }),
    tenant: {},
    violations: [],
    undetermined: [''],
  },
  {
    name: 'the secret has expired, and so has a key of an unknown usage',
    app: anApp('Quantum Forecast', {
      application: {
        passwordCredentials: [secret],
        keyCredentials: [aKey('quantum-old', { usage: 'Novel', ...expired })],
      },
    }),
    tenant: {},
    violations: [{ on: 'application' }],
  },
  {
    // Source: Graph, federatedIdentityCredential: a workload of another platform exchanges its token.
    name: 'the secret has expired, and the client has a federated identity credential',
    app: anApp('Deployment Pipeline', {
      application: {
        passwordCredentials: [secret],
        federatedIdentityCredentials: [{ name: 'github', subject: 'repo:woodgrove/deploy:ref:refs/heads/main' }],
      },
    }),
    tenant: {},
    violations: [],
  },
  {
    name: 'the secret has expired, and it is unknown whether the client has a federated identity credential',
    app: anApp('Vanished Pipeline', { application: { passwordCredentials: [secret] } }),
    tenant: {
      federatedCredentials: new ListPresenceIndex([[guidOf('application Vanished Pipeline'), 'unknown']]),
    },
    violations: [{ restsOnAbsenceOf: 'federatedCredential' }],
  },
  {
    // Source: Microsoft identity platform, "ID tokens": the authorization endpoint issues them without a secret.
    name: 'the secret of a web app that uses id_tokens only has expired',
    ...aGrantedApp('Canteen Menu', {
      application: {
        passwordCredentials: [secret],
        web: {
          redirectUris: ['https://menu.woodgrove.example'],
          implicitGrantSettings: { enableIdTokenIssuance: true },
        },
      },
    }),
    tenant: {},
    violations: [{ severity: 'low' }],
  },
  {
    name: 'the secret of a web app that also reads email has expired',
    ...aGrantedApp(
      'Canteen Mail',
      {
        application: {
          passwordCredentials: [secret],
          web: {
            redirectUris: ['https://mail.woodgrove.example'],
            implicitGrantSettings: { enableIdTokenIssuance: true },
          },
        },
      },
      [mailRead],
    ),
    tenant: {},
    violations: [{ severity: 'medium' }],
  },
];
