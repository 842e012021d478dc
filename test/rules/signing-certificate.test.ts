import { describe, expect, it } from '@jest/globals';
import type { WholeServicePrincipal } from '../../src/model/entra/app.js';
import { rule } from '../../src/rules/require-valid-signing-certificate/rule.js';
import { anApp, aSamlSigningCertificate, caseTenant, cleanTenantParts } from '../../src/rules/testing/cases.js';

/** The violations of the rule for a certificate with this end date. */
function judged(endDateTime: string | null, members: Partial<WholeServicePrincipal> = {}) {
  const { keyCredentials } = aSamlSigningCertificate('border');
  const { appId, servicePrincipal } = anApp('Border', {
    servicePrincipal: {
      preferredSingleSignOnMode: 'saml',
      keyCredentials: keyCredentials.map((key) => ({ ...key, endDateTime })),
      ...members,
    },
  });
  const app = { appId, application: undefined, servicePrincipal: servicePrincipal as WholeServicePrincipal };
  return rule
    .check(app as Parameters<typeof rule.check>[0], { ...caseTenant, ...cleanTenantParts })
    .map(({ severity, evidence }) => [severity ?? 'high', evidence.validity]);
}

describe('a SAML signing certificate, judged at 2026-11-24T02:00:00Z,', () => {
  it.each([
    ['2026-11-24T02:00:00Z', [['high', 'expired']]],
    ['2026-11-24T02:00:01Z', [['high', 'expires-soon']]],
    ['2026-12-01T02:00:00Z', [['high', 'expires-soon']]],
    ['2026-12-01T02:00:01Z', [['medium', 'expires-soon']]],
    ['2026-12-24T02:00:00Z', [['medium', 'expires-soon']]],
    ['2026-12-24T02:00:01Z', []],
    [null, []],
  ])('that ends at %s', (endDateTime, violations) => {
    expect(judged(endDateTime)).toEqual(violations);
  });

  it('that has expired on a disabled app is no violation', () => {
    expect(judged('2025-01-01T00:00:00Z', { accountEnabled: false })).toEqual([]);
  });

  it.each([null, 'oidc', 'password', 'notSupported'])('that is left over in the mode %p', (mode) => {
    const members = { preferredSingleSignOnMode: mode };
    expect(judged('2025-01-01T00:00:00Z', members)).toEqual([['low', 'expired']]);
    expect(judged('2026-12-10T00:00:00Z', members)).toEqual([]);
  });
});
