import { describe, expect, it } from '@jest/globals';
import type {
  KeyCredential,
  PasswordCredential,
  WholeApplication,
  WholeServicePrincipal,
} from '../../src/model/entra/app.js';
import { rule } from '../../src/rules/require-valid-client-credential/rule.js';
import { aKey, anApp, aPassword, aSamlSigningCertificate } from '../../src/rules/testing/cases.js';
import { sentence, undeterminedKeys, violationsOf } from './judge.js';

const expired = { startDateTime: '2022-03-01T00:00:00Z', endDateTime: '2024-03-01T00:00:00Z' };
const [secret, certificate] = [aPassword('batch', expired), aKey('batch', expired)];
const redirecting = { redirectUris: ['https://batch.woodgrove.example'] };

type Members = [
  application: Partial<WholeApplication> | null,
  servicePrincipal?: Partial<WholeServicePrincipal> | null,
];

function batch(...[application, servicePrincipal]: Members) {
  return { app: anApp('Batch', { application, ...(servicePrincipal !== undefined && { servicePrincipal }) }) };
}

const found = (...members: Members) => violationsOf(rule, batch(...members));

describe('an application whose credentials have all expired', () => {
  it('has a violation with their number and the last end date', () => {
    const later = aPassword('later', { ...expired, endDateTime: '2025-03-01T00:00:00Z' });
    const [violation, ...more] = found({ passwordCredentials: [later, secret], keyCredentials: [certificate] });
    expect(violation).toEqual({
      on: 'application',
      objectId: anApp('Batch').application?.id,
      message: expect.stringMatching(/^Every .* Batch .*\.$/),
      evidence: { credentials: 3, lastEndDateTime: '2025-03-01T00:00:00Z' },
    });
    expect(more).toEqual([]);
    expect(violation?.message).toMatch(sentence);
  });

  it('has a violation that counts those of its service principal', () => {
    const own = {
      keyCredentials: [aKey('principal', expired)],
      passwordCredentials: [aPassword('principal', expired)],
    };
    expect(found({ passwordCredentials: [secret] }, own)).toMatchObject([{ evidence: { credentials: 3 } }]);
  });

  it('has a violation without a service principal', () => {
    expect(found({ passwordCredentials: [secret] }, null)).toHaveLength(1);
  });

  it.each<[string, Partial<WholeApplication>, boolean]>([
    ['has a web client', { web: redirecting }, true],
    ['has a web and a single-page client', { web: redirecting, spa: redirecting }, true],
    ['has a single-page client', { spa: redirecting }, false],
    ['has a public client', { publicClient: redirecting }, false],
    ['has a public and a single-page client', { publicClient: redirecting, spa: redirecting, web: {} }, false],
    ['is a public client', { isFallbackPublicClient: true, web: redirecting }, false],
    ['is not a public client', { isFallbackPublicClient: false }, true],
    ['has clients without a redirect URI', { web: null, spa: { redirectUris: [] }, publicClient: {} }, true],
  ])('that %s: %j, violated: %p', (_name, members, violated) => {
    expect(found({ passwordCredentials: [secret], ...members })).toHaveLength(violated ? 1 : 0);
  });
});

describe('an application has no violation', () => {
  it('if it is disabled', () => {
    expect(found({ passwordCredentials: [secret] }, { accountEnabled: false })).toEqual([]);
    expect(found({ passwordCredentials: [secret] }, { accountEnabled: true })).toHaveLength(1);
  });

  it('if only the service principal has credentials, or without credentials', () => {
    expect([found({}, { passwordCredentials: [secret] }), found(null, { passwordCredentials: [secret] })]).toEqual([
      [],
      [],
    ]);
  });

  it('if one credential has not expired', () => {
    expect(found({ passwordCredentials: [secret], keyCredentials: [aKey('valid')] })).toEqual([]);
    expect(found({ passwordCredentials: [secret] }, { keyCredentials: [aKey('valid')] })).toEqual([]);
  });
});

describe('a credential that authenticates no client', () => {
  const { keyCredentials, passwordCredentials } = aSamlSigningCertificate('own');
  const [sign] = keyCredentials as [KeyCredential, KeyCredential];
  const end = { ...expired };
  const pair = { ...(passwordCredentials[0] as PasswordCredential), ...end };

  it.each<[string, KeyCredential[], PasswordCredential[]]>([
    ['is a key that signs', [aKey('signs', { usage: 'Sign', ...end })], []],
    ['is a key that signs, in another case', [aKey('signs', { usage: 'SIGN', ...end })], []],
    ['is a key that encrypts, in another case', [aKey('encrypts', { usage: 'encrypt', ...end })], []],
    ['is the secret with the id of a signing certificate', [{ ...sign, ...end }], [pair]],
    [
      'is the certificate with the thumbprint of a signing certificate',
      [{ ...sign, ...end }, aKey('public', { ...end, customKeyIdentifier: sign.customKeyIdentifier })],
      [],
    ],
  ])('%s', (_name, keys, passwords) => {
    expect(found({ keyCredentials: keys, passwordCredentials: passwords })).toEqual([]);
  });

  it.each<[string, KeyCredential[], PasswordCredential[]]>([
    ['is not a key that verifies', [aKey('verifies', { usage: 'VERIFY', ...end })], []],
    ['is not a secret beside a signing certificate', [{ ...sign, ...end }], [secret]],
    ['is not a certificate beside a signing certificate', [{ ...sign, ...end }, certificate], []],
    [
      'is not a secret without an id beside a signing certificate without one',
      [{ ...sign, keyId: null, customKeyIdentifier: null, ...end }],
      [{ ...secret, keyId: null }],
    ],
    [
      'is not a secret beside a signing certificate without a thumbprint',
      [{ ...sign, customKeyIdentifier: undefined as never, ...end }],
      [secret],
    ],
    [
      'is not a secret with the id of a key that verifies',
      [aKey('verifies', { keyId: secret.keyId, ...end })],
      [secret],
    ],
  ])('%s', (_name, keys, passwords) => {
    expect(found({ keyCredentials: keys, passwordCredentials: passwords })).toHaveLength(1);
  });
});

describe('a key with a usage that is not documented', () => {
  const usages = [null, '', 'Signature', 'PreSign', 'Encryption', 'Verified'];
  const other = (usage: string | null, members: object = expired) => aKey('other', { usage, ...members });
  const stateOf = (...members: Members) => {
    const parts = batch(...members);
    return [violationsOf(rule, parts).length, undeterminedKeys(rule, parts)];
  };

  it.each(usages)('leaves an application without other credentials undetermined: %p', (usage) => {
    expect(stateOf({ keyCredentials: [other(usage)] })).toEqual([0, ['']]);
    expect(stateOf({ keyCredentials: [other(usage, {})] })).toEqual([0, ['']]);
  });

  it('leaves an application with an expired secret undetermined while it is valid', () => {
    const valid = { passwordCredentials: [secret], keyCredentials: [other('Novel', {})] };
    expect(stateOf(valid)).toEqual([0, ['']]);
    expect(stateOf({ passwordCredentials: [secret] }, { keyCredentials: [other('Novel', {})] })).toEqual([0, ['']]);
    expect(stateOf({ ...valid, keyCredentials: [other('Novel')] })).toEqual([1, []]);
  });

  it('does not matter beside a valid secret, or where no credential is used', () => {
    const keyCredentials = [other('Novel')];
    expect(stateOf({ keyCredentials, passwordCredentials: [aPassword('valid')] })).toEqual([0, []]);
    expect(stateOf({ keyCredentials, publicClient: redirecting })).toEqual([0, []]);
    expect(stateOf({ keyCredentials }, { accountEnabled: false })).toEqual([0, []]);
  });
});
