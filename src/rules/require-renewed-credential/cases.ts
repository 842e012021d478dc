import { foreignApi } from '../testing/case-apis.js';
import { aGrantedApp } from '../testing/case-granted.js';
import { type AppCase, aKey, anApp, aPassword, aSamlSigningCertificate, caseTenant, guidOf } from '../testing/cases.js';

/** Cases are judged on 2026-11-24. */
const soon = { startDateTime: '2024-12-10T00:00:00Z', endDateTime: '2026-12-10T00:00:00Z' };
const thisWeek = { startDateTime: '2024-11-28T00:00:00Z', endDateTime: '2026-11-28T00:00:00Z' };
const newer = { startDateTime: '2026-11-01T00:00:00Z', endDateTime: '2028-11-01T00:00:00Z' };
const secretId = (name: string) => guidOf(`password ${name}`);
const keyId = (name: string) => guidOf(`key ${name}`);
/** Not in the demo tenant, whose scans run at the present time. */
const tenant = {};

export const cases: readonly AppCase[] = [
  {
    name: 'the only client secret expires within 30 days',
    app: anApp('Wire Transfers', { application: { passwordCredentials: [aPassword('wire', soon)] } }),
    tenant,
    violations: [
      {
        on: 'application',
        key: secretId('wire'),
        severity: 'medium',
        evidence: { credential: 'secret', endDateTime: soon.endDateTime, lastCredential: true },
      },
    ],
  },
  {
    name: 'the only certificate expires within 7 days',
    app: anApp('Currency Desk', { application: { keyCredentials: [aKey('currency', thisWeek)] } }),
    tenant,
    violations: [{ key: keyId('currency'), severity: 'high', evidence: { credential: 'certificate' } }],
  },
  {
    name: 'an expiring secret has a newer secret beside it',
    app: anApp('Branch Ledger', {
      application: { passwordCredentials: [aPassword('branch old', soon), aPassword('branch new', newer)] },
    }),
    tenant,
    violations: [],
  },
  {
    name: 'the newer secret is on the service principal',
    app: anApp('Split Ledger', {
      application: { passwordCredentials: [aPassword('split old', soon)] },
      servicePrincipal: { passwordCredentials: [aPassword('split new', newer)] },
    }),
    tenant,
    violations: [],
  },
  {
    name: 'an expiring secret has a newer certificate beside it',
    app: anApp('Moving Ledger', {
      application: { passwordCredentials: [aPassword('moving', soon)], keyCredentials: [aKey('moving', newer)] },
    }),
    tenant,
    violations: [{ key: secretId('moving'), severity: 'low', evidence: { lastCredential: false } }],
  },
  {
    name: 'an expiring secret has an older secret beside it that is valid longer',
    app: anApp('Two Part Ledger', {
      application: { passwordCredentials: [aPassword('part', thisWeek), aPassword('older part')] },
    }),
    tenant,
    violations: [{ key: secretId('part'), severity: 'medium' }],
  },
  {
    name: 'the newer secret begins after the old one ends',
    app: anApp('Gap Ledger', {
      application: {
        passwordCredentials: [
          aPassword('gap', soon),
          aPassword('after the gap', { startDateTime: '2027-01-01T00:00:00Z', endDateTime: '2028-01-01T00:00:00Z' }),
        ],
      },
    }),
    tenant,
    violations: [{ key: secretId('gap') }],
  },
  {
    name: 'two secrets expire, and the newer one expires later',
    app: anApp('Twice Ledger', {
      application: {
        passwordCredentials: [
          aPassword('first', thisWeek),
          aPassword('second', { startDateTime: '2025-01-01T00:00:00Z', endDateTime: '2026-12-20T00:00:00Z' }),
        ],
      },
    }),
    tenant,
    violations: [{ key: secretId('second'), severity: 'medium' }],
  },
  {
    name: 'a secret and a certificate of the service principal expire',
    app: anApp('Deputy Ledger', {
      servicePrincipal: { passwordCredentials: [aPassword('deputy', soon)], keyCredentials: [aKey('deputy', soon)] },
    }),
    tenant,
    violations: [
      { on: 'servicePrincipal', key: keyId('deputy') },
      { on: 'servicePrincipal', key: secretId('deputy') },
    ],
  },
  {
    name: 'a secret has expired already',
    app: anApp('Late Ledger', {
      application: {
        passwordCredentials: [aPassword('late', { ...soon, endDateTime: '2026-11-01T00:00:00Z' }), aPassword('valid')],
      },
    }),
    tenant,
    violations: [],
  },
  {
    name: 'the active SAML certificate expires',
    app: anApp('Library (SAML)', {
      servicePrincipal: {
        keyCredentials: aSamlSigningCertificate('library').keyCredentials.map((key) => ({ ...key, ...soon })),
        passwordCredentials: aSamlSigningCertificate('library').passwordCredentials.map((one) => ({ ...one, ...soon })),
      },
    }),
    tenant,
    violations: [],
  },
  {
    name: 'the secret of a public client expires',
    ...aGrantedApp('Teller Tablet', {
      application: { isFallbackPublicClient: true, passwordCredentials: [aPassword('tablet', soon)] },
    }),
    tenant,
    violations: [],
  },
  {
    // Source: Microsoft identity platform, "ID tokens": the authorization endpoint issues them without a secret.
    name: 'the secret of a web app that uses id_tokens only expires',
    ...aGrantedApp('Canteen Board', {
      application: {
        passwordCredentials: [aPassword('board', thisWeek)],
        web: {
          redirectUris: ['https://board.woodgrove.example'],
          implicitGrantSettings: { enableIdTokenIssuance: true },
        },
      },
    }),
    tenant,
    violations: [{ severity: 'low' }],
  },
  {
    name: 'the certificate of a managed identity expires',
    app: anApp('vm-ledger', {
      application: null,
      servicePrincipal: {
        servicePrincipalType: 'ManagedIdentity',
        appOwnerOrganizationId: null,
        keyCredentials: [aKey('vm', soon)],
      },
    }),
    tenant,
    violations: [],
  },
  {
    name: "the certificate of Microsoft's own app expires",
    app: foreignApi('Office Ledger', {
      appOwnerOrganizationId: 'f8cdef31-a31e-4b4a-93e4-5f571e91255a',
      keyCredentials: [aKey('office', soon)],
    }),
    tenant,
    violations: [],
  },
  {
    name: 'a secret that this tenant added to an app of another tenant expires',
    app: foreignApi('Foreign Ledger', { passwordCredentials: [aPassword('foreign', soon)] }),
    tenant,
    violations: [{ on: 'servicePrincipal', key: secretId('foreign') }],
  },
  {
    // Source: Graph, servicePrincipal: without its app registration, no tokens are issued for it.
    name: 'the secret of a service principal without its application expires',
    app: anApp('Contract Ledger', {
      application: null,
      servicePrincipal: { appOwnerOrganizationId: caseTenant.id, passwordCredentials: [aPassword('contract', soon)] },
    }),
    tenant,
    violations: [],
  },
  {
    name: 'a key of an unknown usage can replace an expiring certificate',
    app: anApp('Quantum Desk', {
      application: { keyCredentials: [aKey('desk', soon), aKey('novel desk', { ...newer, usage: 'Novel' })] },
    }),
    tenant,
    violations: [],
    undetermined: [keyId('desk')],
  },
  {
    name: 'a key of an unknown usage expires',
    app: anApp('Quantum Branch', {
      application: { keyCredentials: [aKey('novel branch', { ...soon, usage: null })] },
    }),
    tenant,
    violations: [],
    undetermined: [keyId('novel branch')],
  },
];
