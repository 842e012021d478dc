import type { KeyCredential } from '../../model/entra/app.js';
import { type AppCase, aKey, anApp, aSamlSigningCertificate, caseTenant, guidOf } from '../testing/cases.js';

const key = (name: string) => guidOf(`key ${name}`);
const expired = { startDateTime: '2022-03-01T00:00:00Z', endDateTime: '2025-03-01T00:00:00Z' };

/** A SAML signing certificate with other properties. */
function certificateOf(name: string, members: Partial<KeyCredential>) {
  const { keyCredentials, passwordCredentials } = aSamlSigningCertificate(name);
  return {
    preferredSingleSignOnMode: 'saml',
    keyCredentials: keyCredentials.map((entry) => ({ ...entry, ...members })),
    passwordCredentials,
  };
}

const old = certificateOf('ledger-old', expired);
const renewed = certificateOf('ledger-new', {});
const thumbprintOf = (name: string) => aKey(name).customKeyIdentifier ?? '';
const ledger = {
  ...renewed,
  keyCredentials: [...old.keyCredentials, ...renewed.keyCredentials],
  passwordCredentials: [...old.passwordCredentials, ...renewed.passwordCredentials],
};

export const cases: readonly AppCase[] = [
  {
    name: 'the only signing certificate has expired',
    app: anApp('Building Access (SAML)', { servicePrincipal: certificateOf('building', expired) }),
    violations: [{ on: 'servicePrincipal', key: key('building'), evidence: { validity: 'expired' } }],
  },
  {
    name: 'the signing certificate expires within 30 days',
    app: anApp('Fleet Booking (SAML)', {
      servicePrincipal: certificateOf('fleet', { endDateTime: '2026-12-10T00:00:00Z' }),
    }),
    violations: [{ on: 'servicePrincipal', key: key('fleet') }],
  },
  {
    name: 'the certificate was renewed but the expired one is still active',
    app: anApp('General Ledger (SAML)', {
      servicePrincipal: { ...ledger, preferredTokenSigningKeyThumbprint: thumbprintOf('ledger-old').toLowerCase() },
    }),
    violations: [{ key: key('ledger-old'), evidence: { validity: 'expired' } }],
  },
  {
    name: 'the certificate was renewed and the new one is active',
    app: anApp('Sub Ledger (SAML)', {
      servicePrincipal: { ...ledger, preferredTokenSigningKeyThumbprint: thumbprintOf('ledger-new') },
    }),
    violations: [],
  },
  {
    name: 'it is unknown which of an expired and a valid certificate is active',
    app: anApp('Side Ledger (SAML)', {
      servicePrincipal: { ...ledger, preferredTokenSigningKeyThumbprint: thumbprintOf('elsewhere') },
    }),
    violations: [],
  },
  {
    name: "Microsoft's own app has an expired signing certificate",
    app: anApp('Office Sign-in', {
      application: null,
      servicePrincipal: {
        ...certificateOf('office', expired),
        appOwnerOrganizationId: 'f8cdef31-a31e-4b4a-93e4-5f571e91255a',
      },
    }),
    violations: [],
  },
  {
    name: 'an expired certificate has only its public key',
    app: anApp('Parking (SAML)', {
      servicePrincipal: { appOwnerOrganizationId: caseTenant.id, keyCredentials: [aKey('parking', expired)] },
    }),
    violations: [],
  },
  {
    name: 'beside an expired certificate there is a key of an unknown usage',
    app: anApp('Quantum Ledger (SAML)', {
      servicePrincipal: {
        ...old,
        keyCredentials: [...old.keyCredentials, aKey('quantum', { type: 'X509CertAndPassword', usage: null })],
      },
    }),
    tenant: {},
    violations: [],
    undetermined: [...old.keyCredentials.map(({ keyId }) => keyId ?? ''), key('quantum')],
  },
];
