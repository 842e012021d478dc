import { describe, expect, it } from '@jest/globals';
import type { KeyCredential, WholeServicePrincipal } from '../../src/model/entra/app.js';
import { rule } from '../../src/rules/no-app-specific-key-on-middle-tier/rule.js';
import { aMiddleTier } from '../../src/rules/testing/case-granted.js';
import { anApp, aSamlSigningCertificate, guidOf } from '../../src/rules/testing/cases.js';
import { signing, violationsOf } from './judge.js';

const keyId = guidOf('key own');

describe('an API that uses the On-Behalf-Of flow and has an app-specific signing key', () => {
  function found(members: Partial<WholeServicePrincipal> | null) {
    const { servicePrincipal } = anApp('Mortgage API', { servicePrincipal: members });
    return violationsOf(rule, {
      app: { ...aMiddleTier('Mortgage API').app, servicePrincipal },
    });
  }

  it('has a violation with the key and the single sign-on mode', () => {
    const objectId = anApp('Mortgage API').servicePrincipal?.id;
    const base = {
      on: 'servicePrincipal',
      objectId,
      key: keyId,
      message: expect.stringMatching(/^Mortgage API .+\.$/),
    };
    expect(found(signing())).toEqual([{ ...base, evidence: { keyId, preferredSingleSignOnMode: null } }]);
    expect(found(signing({ preferredSingleSignOnMode: 'oidc' }))).toEqual([
      { ...base, evidence: { keyId, preferredSingleSignOnMode: 'oidc' } },
    ]);
  });

  it('has a violation if the key has no id', () => {
    const { type, usage, endDateTime } = aSamlSigningCertificate('own').keyCredentials[0] as KeyCredential;
    const keyCredentials = [{ type, usage, endDateTime } as KeyCredential];
    expect(found({ keyCredentials })).toMatchObject([{ key: '', evidence: { keyId: null } }]);
  });

  it.each([
    ['has expired', { endDateTime: '2025-01-01T00:00:00Z' }],
    ['is not yet valid', { startDateTime: '2094-01-01T00:00:00Z' }],
  ])('has no violation if the key %s', (_name, certificate) => {
    expect(found(signing({}, certificate))).toEqual([]);
  });

  it('has no violation without a service principal', () => {
    expect(found(null)).toEqual([]);
  });
});
