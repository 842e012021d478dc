import {
  type AppCase,
  aKey,
  anApp,
  aPassword,
  aSamlSigningCertificate,
  aSymmetricSigningKey,
  guidOf,
} from '../testing/cases.js';

const key = (name: string) => guidOf(`key ${name}`);
const acs = { startDateTime: '2023-06-01T08:30:00Z', endDateTime: '2026-12-31T08:30:00Z' };

export const cases: readonly AppCase[] = [
  {
    // Source: Microsoft Learn, "Verify first-party Microsoft applications": the tenant cannot change them.
    name: 'an app of Microsoft has a symmetric signing key',
    app: anApp('Microsoft Keys', {
      application: null,
      servicePrincipal: {
        appOwnerOrganizationId: 'f8cdef31-a31e-4b4a-93e4-5f571e91255a',
        keyCredentials: [aSymmetricSigningKey('microsoft')],
      },
    }),
    tenant: {},
    violations: [],
  },
  {
    // Source: Graph, servicePrincipal: managed identities cannot be updated directly.
    name: 'a managed identity has a symmetric signing key',
    app: anApp('id-keys', {
      application: null,
      servicePrincipal: { servicePrincipalType: 'ManagedIdentity', keyCredentials: [aSymmetricSigningKey('id-keys')] },
    }),
    tenant: {},
    violations: [],
  },
  {
    name: 'an application signs with a symmetric key',
    app: anApp('Payroll Sync', {
      application: { keyCredentials: [aKey('payroll-client'), aSymmetricSigningKey('payroll')] },
    }),
    violations: [
      {
        on: 'application',
        key: key('payroll'),
        evidence: { keyId: key('payroll'), validity: 'valid', origin: 'unknown' },
      },
    ],
  },
  {
    name: 'a service principal signs with a symmetric key',
    app: anApp('Expense Portal', { servicePrincipal: { keyCredentials: [aSymmetricSigningKey('expense')] } }),
    violations: [{ on: 'servicePrincipal', key: key('expense') }],
  },
  {
    name: 'the application and the service principal each have a symmetric signing key',
    app: anApp('Legacy Claims Gateway', {
      application: { keyCredentials: [aSymmetricSigningKey('claims-app')] },
      servicePrincipal: { keyCredentials: [aSymmetricSigningKey('claims-sp')] },
    }),
    violations: [
      { on: 'application', key: key('claims-app') },
      { on: 'servicePrincipal', key: key('claims-sp') },
    ],
  },
  {
    name: 'the symmetric signing key has expired',
    app: anApp('Old Intranet', {
      application: { keyCredentials: [aSymmetricSigningKey('intranet', { endDateTime: '2020-01-01T00:00:00Z' })] },
    }),
    violations: [{ severity: 'medium', key: key('intranet'), evidence: { validity: 'expired' } }],
  },
  {
    name: 'the symmetric signing key is not yet valid',
    app: anApp('Branch Kiosk', {
      application: {
        keyCredentials: [
          aSymmetricSigningKey('kiosk', { startDateTime: '2094-01-01T00:00:00Z', endDateTime: '2096-01-01T00:00:00Z' }),
        ],
      },
    }),
    violations: [{ key: key('kiosk'), evidence: { validity: 'not-yet-valid' } }],
  },
  {
    name: 'type and usage have other upper and lower case letters',
    app: anApp('Card Issuing', {
      application: { keyCredentials: [aSymmetricSigningKey('card', { type: 'symmetric', usage: 'SIGN' })] },
    }),
    violations: [{ key: key('card') }],
  },
  {
    name: 'a SharePoint add-in left its three credentials',
    app: anApp('Document Router (add-in)', {
      servicePrincipal: {
        keyCredentials: [
          aSymmetricSigningKey('router-sign', acs),
          aSymmetricSigningKey('router-verify', { usage: 'Verify', ...acs }),
        ],
        passwordCredentials: [aPassword('router', acs)],
      },
    }),
    violations: [{ on: 'servicePrincipal', key: key('router-sign'), evidence: { origin: 'sharepoint-add-in' } }],
  },
  {
    name: 'a service principal of type Legacy signs with a symmetric key',
    app: anApp('Timesheet Add-in', {
      application: null,
      servicePrincipal: { servicePrincipalType: 'Legacy', keyCredentials: [aSymmetricSigningKey('timesheet')] },
    }),
    violations: [{ on: 'servicePrincipal', key: key('timesheet'), evidence: { origin: 'sharepoint-add-in' } }],
  },
  {
    name: 'a symmetric key verifies but does not sign',
    app: anApp('Rights Management Connector', {
      servicePrincipal: { keyCredentials: [aSymmetricSigningKey('rights', { usage: 'Verify' })] },
    }),
    violations: [],
  },
  {
    name: 'a SAML application signs with its certificate',
    app: anApp('Travel Booking (SAML)', { servicePrincipal: aSamlSigningCertificate('travel') }),
    violations: [],
  },
  {
    name: 'a certificate from an old sample has usage Sign',
    app: anApp('Sample Console', { application: { keyCredentials: [aKey('sample', { usage: 'Sign' })] } }),
    violations: [],
  },
  {
    name: 'a certificate encrypts tokens',
    app: anApp('Treasury', { application: { keyCredentials: [aKey('treasury', { usage: 'Encrypt' })] } }),
    violations: [],
  },
  {
    name: 'type and usage are unknown',
    app: anApp('Quantum Pilot', {
      application: {
        keyCredentials: [
          aKey('quantum-1', { type: 'SymmetricX', usage: 'Sign' }),
          aKey('quantum-2', { type: null, usage: 'Sign' }),
          aKey('quantum-3', { type: 'Symmetric', usage: null }),
          aKey('quantum-4', { type: 'Symmetric', usage: 'Verify' }),
          aKey('quantum-5', { type: null, usage: 'Encrypt' }),
        ],
      },
    }),
    violations: [],
    undetermined: ['quantum-1', 'quantum-2', 'quantum-3'].map((name) => guidOf(`key ${name}`)),
  },
];
