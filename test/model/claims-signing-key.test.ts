import { describe, expect, it } from '@jest/globals';
import { ClaimsMappingIndex } from '../../src/model/tenant/claims-mapping.js';
import { needsSigningKey } from '../../src/model/tenant/claims-signing-key.js';
import { aKey, anApp, aSymmetricSigningKey, caseTenant, cleanTenantParts } from '../../src/rules/testing/cases.js';

type Judged = Parameters<typeof needsSigningKey>[0];

const key = aSymmetricSigningKey('claims');
const cases: [
  name: string,
  members: Parameters<typeof anApp>[1],
  policyOn: 'application' | 'servicePrincipal',
  boolean,
][] = [
  ['needs a signing key if a policy is on the service principal', {}, 'servicePrincipal', true],
  ['needs one if a policy is on the application', {}, 'application', true],
  [
    'needs one beside a certificate that does not sign',
    { application: { keyCredentials: [aKey('claims')] } },
    'servicePrincipal',
    true,
  ],
  [
    'needs none beside a symmetric key on the application',
    { application: { keyCredentials: [key] } },
    'servicePrincipal',
    false,
  ],
  [
    'needs none beside a symmetric key on the service principal',
    { servicePrincipal: { keyCredentials: [key] } },
    'application',
    false,
  ],
];

describe('an app', () => {
  it.each(cases)('%s', (_name, members, policyOn, expected) => {
    const app = anApp('Claims', members);
    const claimsMappingPolicies = new ClaimsMappingIndex([app[policyOn]?.id ?? '']);
    const tenant = { ...caseTenant, ...cleanTenantParts, claimsMappingPolicies };
    expect(needsSigningKey(app as unknown as Judged, tenant)).toBe(expected);
  });

  it('needs none without a policy', () => {
    expect(needsSigningKey(anApp('Claims') as unknown as Judged, { ...caseTenant, ...cleanTenantParts })).toBe(false);
  });
});
