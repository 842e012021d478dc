import { describe, expect, it } from '@jest/globals';
import type { KeyCredential } from '../../src/model/entra/app.js';
import { isSymmetricSigningKey, isSymmetricVerifyingKey, validityOf } from '../../src/model/entra/credential.js';
import { activeSigningCertificate, isSigningCertificate } from '../../src/model/entra/signing-certificate.js';
import { aKey } from '../../src/rules/testing/cases.js';

describe('a key credential', () => {
  it.each<[string | null | undefined, string | null | undefined, boolean, boolean, boolean]>([
    ['Symmetric', 'Sign', true, false, false],
    ['symmetric', 'SIGN', true, false, false],
    ['Symmetric', 'Verify', false, true, false],
    ['SYMMETRIC', 'verify', false, true, false],
    ['X509CertAndPassword', 'Sign', false, false, true],
    ['x509certandpassword', 'SIGN', false, false, true],
    ['X509CertAndPassword', 'Verify', false, false, false],
    ['X509CertAndPassword', null, false, false, false],
    ['AsymmetricX509Cert', 'Sign', false, false, false],
    ['AsymmetricX509Cert', 'Verify', false, false, false],
    ['Symmetric', 'Encrypt', false, false, false],
    ['Symmetric', null, false, false, false],
    [null, 'Sign', false, false, false],
    [null, 'Verify', false, false, false],
    [undefined, undefined, false, false, false],
  ])('of type %p and usage %p', (type, usage, signs, verifies, certifies) => {
    const key = { type, usage } as KeyCredential;
    expect([isSymmetricSigningKey(key), isSymmetricVerifyingKey(key), isSigningCertificate(key)]).toEqual([
      signs,
      verifies,
      certifies,
    ]);
  });
});

describe('a credential at 2026-11-24T02:00:00Z', () => {
  it.each<[string | null, string | null, string]>([
    ['2024-01-01T00:00:00Z', '2034-01-01T00:00:00Z', 'valid'],
    ['2024-01-01T00:00:00Z', '2026-11-24T02:00:00.001Z', 'valid'],
    ['2024-01-01T00:00:00Z', '2026-11-24T02:00:00Z', 'expired'],
    ['2026-11-24T02:00:00Z', '2034-01-01T00:00:00Z', 'valid'],
    ['2026-11-24T02:00:00.001Z', '2034-01-01T00:00:00Z', 'not-yet-valid'],
    ['2034-01-01T00:00:00Z', '2024-01-01T00:00:00Z', 'expired'],
    [null, '2034-01-01T00:00:00Z', 'valid'],
    [null, '2024-01-01T00:00:00Z', 'expired'],
    ['2024-01-01T00:00:00Z', null, 'valid'],
    ['2034-01-01T00:00:00Z', null, 'not-yet-valid'],
    [null, null, 'valid'],
  ])('from %s to %s is %s', (startDateTime, endDateTime, validity) => {
    expect(validityOf({ startDateTime, endDateTime }, '2026-11-24T02:00:00Z')).toBe(validity);
  });
});

describe('the active signing certificate', () => {
  const certificate = (name: string, members: Partial<KeyCredential> = {}) =>
    aKey(name, { type: 'X509CertAndPassword', usage: 'Sign', customKeyIdentifier: name, ...members });
  const short = certificate('SHORT', { endDateTime: '2027-01-01T00:00:00Z' });
  const long = certificate('LONG', { endDateTime: '2030-01-01T00:00:00Z' });
  const twin = certificate('TWIN', { endDateTime: long.endDateTime });
  const endless = certificate('ENDLESS', { endDateTime: null });
  const unnamed = certificate('UNNAMED', { customKeyIdentifier: null, endDateTime: '2026-12-01T00:00:00Z' });
  const publicHalf = aKey('PUBLIC', { customKeyIdentifier: 'PUBLIC', endDateTime: '2040-01-01T00:00:00Z' });

  it.each<[string, KeyCredential[], string | null | undefined, KeyCredential | undefined]>([
    ['the preferred one', [short, long], 'SHORT', short],
    ['the preferred one beside one without an identifier', [unnamed, short], 'SHORT', short],
    ['the preferred one in another case', [long, short], 'short', short],
    ['the one with the latest end if none is preferred', [short, long], null, long],
    ['the one with the latest end in any order', [long, short], undefined, long],
    ['the one with the latest end if an unknown one is preferred', [short, long], 'ELSEWHERE', long],
    ['the one with the latest end if the preference is empty', [unnamed, long], '', long],
    ['the first of two with the same end', [long, twin], null, long],
    ['the one without an end date', [long, endless, short], null, endless],
    ['never a public half', [publicHalf, short], 'PUBLIC', short],
    ['none if there are only public halves', [publicHalf], 'PUBLIC', undefined],
    ['none without keys', [], 'SHORT', undefined],
  ])('is %s', (_name, keyCredentials, preferredTokenSigningKeyThumbprint, expected) => {
    const signer = { id: 's', appId: 'a', displayName: 'Border', keyCredentials, preferredTokenSigningKeyThumbprint };
    expect(activeSigningCertificate(signer as Parameters<typeof activeSigningCertificate>[0])).toEqual(expected);
  });
});
