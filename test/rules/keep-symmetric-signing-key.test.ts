import { describe, expect, it } from '@jest/globals';
import { aKey, aSamlSigningCertificate } from '../../src/rules/testing/cases.js';
import { flagged, manualIn, type Situation, verifying } from './signing-key-remedies.js';

const sentence = expect.stringMatching(/^[A-Z][^\n]+\.$/);

describe('a symmetric signing key has no plan', () => {
  const locked = { isEnabled: true } as const;
  it.each<[string, RegExp, Situation]>([
    ['the key no longer exists', /no longer/, { keys: [verifying] }],
    ['the object no longer exists', /no longer/, { servicePrincipal: null, on: 'servicePrincipal' }],
    ['the violation has no key', /keyId/, { key: '' }],
    ['two entries have the same keyId', /keyId/, { keys: [flagged, verifying, { ...verifying, type: 'Symmetric' }] }],
    ['another entry has no keyId', /keyId/, { keys: [flagged, { ...verifying, keyId: null }] }],
    [
      'the object also signs with a certificate',
      /certificate/,
      { keys: [flagged, ...aSamlSigningCertificate('saml').keyCredentials] },
    ],
    ['another key signs in another case', /certificate/, { keys: [flagged, aKey('other', { usage: 'SIGN' })] }],
    ['another entry has an unknown type', /type or usage/, { keys: [flagged, aKey('odd', { type: 'Quantum' })] }],
    [
      'another entry has a longer type',
      /type or usage/,
      { keys: [flagged, aKey('odd', { type: 'AsymmetricX509Cert2' })] },
    ],
    [
      'another entry has a type with a prefix',
      /type or usage/,
      { keys: [flagged, aKey('odd', { type: 'NewSymmetric' })] },
    ],
    ['another entry has no type', /type or usage/, { keys: [flagged, aKey('odd', { type: null })] }],
    ['another entry has an unknown usage', /type or usage/, { keys: [flagged, aKey('odd', { usage: 'Verify2' })] }],
    [
      'another entry has a usage with a prefix',
      /type or usage/,
      { keys: [flagged, aKey('odd', { usage: 'PreVerify' })] },
    ],
    ['another entry has no usage', /type or usage/, { keys: [flagged, aKey('odd', { usage: null })] }],
    [
      'only one of the other entries is unknown',
      /type or usage/,
      { keys: [flagged, verifying, aKey('odd', { type: 'Q' })] },
    ],
    [
      'the service principal is a managed identity',
      /managed identities/,
      { servicePrincipal: { servicePrincipalType: 'ManagedIdentity' } },
    ],
    [
      'the app belongs to Microsoft',
      /Microsoft/,
      { servicePrincipal: { appOwnerOrganizationId: 'f8cdef31-a31e-4b4a-93e4-5f571e91255a' } },
    ],
    [
      'the owner is a first party of the settings',
      /Microsoft/,
      { servicePrincipal: { appOwnerOrganizationId: 'own' }, firstParty: { appIds: [], tenantIds: ['own'] } },
    ],
    [
      'the service principal is locked',
      /locked/,
      {
        on: 'servicePrincipal',
        application: { servicePrincipalLockConfiguration: { ...locked, allProperties: true } },
      },
    ],
    [
      'the service principal is locked for keys that sign',
      /locked/,
      {
        on: 'servicePrincipal',
        application: { servicePrincipalLockConfiguration: { ...locked, credentialsWithUsageSign: true } },
      },
    ],
    ['a claims-mapping policy is assigned', /AADSTS50146/, { facts: { claimsMappingPolicies: 1 } }],
    [
      'claims-mapping policies could not be read',
      /could not read whether/,
      { facts: { claimsMappingPolicies: undefined } },
    ],
  ])('if %s', (_name, reason, situation) => {
    const manual = manualIn(situation);
    expect(manual.reason).toMatch(reason);
    expect(manual.steps.length).toBeGreaterThan(0);
    for (const text of [manual.reason, ...manual.steps]) expect(text).toEqual(sentence);
  });

  it.each<[string, Situation, RegExp[]]>([
    [
      'that is locked',
      {
        on: 'servicePrincipal',
        application: { servicePrincipalLockConfiguration: { ...locked, allProperties: true } },
      },
      [/unlock/, /^Remove the key/],
    ],
    ['with mapped claims', { facts: { claimsMappingPolicies: 1 } }, [/addTokenSigningCertificate/, /^Remove the key/]],
    [
      'of Microsoft',
      { servicePrincipal: { appOwnerOrganizationId: 'f8cdef31-a31e-4b4a-93e4-5f571e91255a' } },
      [/support request/],
    ],
    ['with an unknown key', { keys: [flagged, aKey('odd', { type: 'Quantum' })] }, [/^Remove the key/]],
  ])('but manual steps, on an app %s', (_name, situation, steps) => {
    expect(manualIn(situation).steps).toEqual(steps.map((step) => expect.stringMatching(step)));
  });
});
