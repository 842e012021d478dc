import type { KeyCredential } from '../../model/entra/app.js';
import { foreignApi } from '../testing/case-apis.js';
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
/** The identifier as Graph returns it. */
const inBase64 = (entry: KeyCredential): KeyCredential => ({
  ...entry,
  customKeyIdentifier: Buffer.from(entry.customKeyIdentifier ?? '', 'hex').toString('base64'),
});
const claimsMappingPolicies = [{ id: guidOf('claims-mapping policy'), displayName: 'Employee number' }];
const ledger = {
  ...renewed,
  keyCredentials: [...old.keyCredentials, ...renewed.keyCredentials],
  passwordCredentials: [...old.passwordCredentials, ...renewed.passwordCredentials],
};

/** An active certificate that ends at a time, and a newer one that is not active. */
function waiting(name: string, endDateTime: string) {
  const active = certificateOf(name, { endDateTime });
  const next = certificateOf(`${name} next`, { startDateTime: '2026-11-01T00:00:00Z' });
  return {
    ...active,
    keyCredentials: [...active.keyCredentials, ...next.keyCredentials],
    preferredTokenSigningKeyThumbprint: thumbprintOf(name),
  };
}

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
  {
    // Source: Graph, addTokenSigningCertificate: customKeyIdentifier is the SHA-1 in base64, the thumbprint is hexadecimal.
    name: 'the active certificate has expired beside an inactive one, and identifiers are in base64',
    app: anApp('Base Ledger (SAML)', {
      servicePrincipal: {
        ...ledger,
        keyCredentials: ledger.keyCredentials.map(inBase64),
        preferredTokenSigningKeyThumbprint: thumbprintOf('ledger-old'),
      },
    }),
    tenant: {},
    violations: [{ key: key('ledger-old'), severity: 'high', evidence: { validity: 'expired' } }],
  },
  {
    name: 'the active certificate is the new one, and identifiers are in base64',
    app: anApp('Base Sub Ledger (SAML)', {
      servicePrincipal: {
        ...ledger,
        keyCredentials: ledger.keyCredentials.map(inBase64),
        preferredTokenSigningKeyThumbprint: thumbprintOf('ledger-new'),
      },
    }),
    tenant: {},
    violations: [],
  },
  {
    name: 'the signing certificate expires within 7 days',
    app: anApp('Fleet Repair (SAML)', {
      servicePrincipal: certificateOf('repair', { endDateTime: '2026-11-30T00:00:00Z' }),
    }),
    tenant: {},
    violations: [{ key: key('repair'), severity: 'high', evidence: { validity: 'expires-soon' } }],
  },
  {
    name: 'the active certificate expires within 30 days, and a newer one is inactive',
    app: anApp('Fleet Parts (SAML)', { servicePrincipal: waiting('parts', '2026-12-10T00:00:00Z') }),
    tenant: {},
    violations: [],
  },
  {
    // Source: Microsoft Learn, "Manage federation certificates": an administrator makes the new certificate active.
    name: 'the active certificate expires within 7 days, and a newer one is still inactive',
    app: anApp('Fleet Wash (SAML)', { servicePrincipal: waiting('wash', '2026-11-30T00:00:00Z') }),
    tenant: {},
    violations: [{ key: key('wash'), severity: 'high', evidence: { validity: 'expires-soon' } }],
  },
  {
    // Source: Microsoft Learn, "Remove or change the single sign-on mode": the certificates stay.
    name: 'an app that signs users in with OpenID Connect has an expired SAML certificate',
    app: anApp('Former SAML App', { servicePrincipal: { ...old, preferredSingleSignOnMode: 'oidc' } }),
    tenant: {},
    violations: [{ severity: 'low', key: key('ledger-old') }],
  },
  {
    name: 'an unused SAML certificate expires within 30 days',
    app: anApp('Soon Former SAML App', {
      servicePrincipal: {
        ...certificateOf('former', { endDateTime: '2026-12-10T00:00:00Z' }),
        preferredSingleSignOnMode: 'notSupported',
      },
    }),
    tenant: {},
    violations: [],
  },
  {
    // Source: Microsoft Learn, "Customize claims", security considerations: error AADSTS50146.
    name: 'an app with a claims-mapping policy has an expired signing key',
    app: anApp('Payroll Claims', {
      servicePrincipal: { ...old, preferredSingleSignOnMode: 'oidc', claimsMappingPolicies },
    }),
    tenant: {},
    violations: [{ severity: 'high', key: key('ledger-old'), evidence: { validity: 'expired' } }],
  },
  {
    name: 'an app with a claims-mapping policy has no signing key',
    app: anApp('Benefits Claims', { servicePrincipal: { claimsMappingPolicies } }),
    tenant: {},
    violations: [{ on: 'servicePrincipal', severity: 'high', key: '', evidence: { signingKeys: 0 } }],
  },
  {
    name: 'an app with a claims-mapping policy accepts mapped claims',
    app: anApp('Travel Claims', {
      application: { api: { acceptMappedClaims: true } },
      servicePrincipal: { claimsMappingPolicies },
    }),
    tenant: {},
    violations: [],
  },
  {
    // Source: Microsoft Learn, "Customize SAML token claims": policies change SAML claims as well.
    name: 'a SAML app with a claims-mapping policy has no certificate yet',
    app: anApp('New Wiki (SAML)', { servicePrincipal: { preferredSingleSignOnMode: 'saml', claimsMappingPolicies } }),
    tenant: {},
    violations: [],
  },
  {
    name: 'an app of another tenant with a claims-mapping policy has no signing key',
    app: foreignApi('Foreign Claims', { claimsMappingPolicies }),
    tenant: {},
    violations: [],
  },
  {
    // Source: Graph, list claimsMappingPolicies: "known permissions issue".
    name: 'Graph does not return the claims-mapping policies',
    app: anApp('Unknown Claims', { servicePrincipal: { ...old, preferredSingleSignOnMode: null } }),
    tenant: { claimsMappingPolicies: null },
    violations: [],
    undetermined: [...old.keyCredentials.map(({ keyId }) => keyId ?? ''), ''],
  },
  {
    name: 'an app with a claims-mapping policy has an unknown single sign-on mode',
    app: anApp('Novel Claims', { servicePrincipal: { preferredSingleSignOnMode: 'novel', claimsMappingPolicies } }),
    tenant: {},
    violations: [],
    undetermined: [''],
  },
  {
    // Source: Microsoft Learn, "Configure Microsoft Entra SAML token encryption".
    name: 'the certificate that encrypts the tokens of an app has expired',
    app: anApp('Sealed Payslips', {
      application: {
        keyCredentials: [aKey('sealed', { usage: 'Encrypt', ...expired })],
        tokenEncryptionKeyId: key('sealed').toUpperCase(),
      },
    }),
    tenant: {},
    violations: [{ on: 'application', severity: 'low', key: key('sealed').toUpperCase() }],
  },
  {
    name: 'the certificate that encrypts the tokens of an app is valid',
    app: anApp('Sealed Letters', {
      application: {
        keyCredentials: [aKey('letters', { usage: 'Encrypt' }), aKey('old letters', { usage: 'Encrypt', ...expired })],
        tokenEncryptionKeyId: key('letters'),
      },
    }),
    tenant: {},
    violations: [],
  },
];
