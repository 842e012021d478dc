import { describe, expect, it } from '@jest/globals';
import type { KeyCredential, PasswordCredential, WholeServicePrincipal } from '../../src/model/entra/app.js';
import { rule } from '../../src/rules/no-symmetric-signing-key/rule.js';
import { anApp, aPassword, aSymmetricSigningKey, caseTenant } from '../../src/rules/testing/cases.js';
import { violationsOf } from './judge.js';

const dates = { startDateTime: '2023-06-01T08:30:00Z', endDateTime: '2026-12-31T08:30:00Z' };
const signing = aSymmetricSigningKey('sign', dates);
const verifying = aSymmetricSigningKey('verify', { usage: 'Verify', ...dates });

function foundOn(members: Partial<WholeServicePrincipal>) {
  return violationsOf(rule, { app: anApp('Router', { servicePrincipal: { keyCredentials: [signing], ...members } }) });
}

describe('a symmetric signing key', () => {
  it('has its dates, its validity and its origin in the evidence', () => {
    const evidence = { keyId: signing.keyId, ...dates, validity: 'valid', origin: 'unknown' };
    expect(foundOn({})).toEqual([
      {
        on: 'servicePrincipal',
        objectId: anApp('Router').servicePrincipal?.id,
        key: signing.keyId,
        message: expect.stringMatching(/^Router .*\(valid\).* service principal\.$/),
        evidence,
      },
    ]);
  });

  it('can have neither an id nor dates', () => {
    const { type, usage } = signing;
    const [violation] = foundOn({ keyCredentials: [{ type, usage } as KeyCredential] });
    expect(violation).toMatchObject({
      key: '',
      evidence: { keyId: null, startDateTime: null, endDateTime: null, validity: 'valid' },
    });
  });

  it('has its object and its validity in the message', () => {
    const keyCredentials = [aSymmetricSigningKey('late', { startDateTime: '2094-01-01T00:00:00Z' })];
    const [violation] = violationsOf(rule, { app: anApp('Router', { application: { keyCredentials } }) });
    expect(violation?.message).toMatch(/^Router .*\(not yet valid\).* application\.$/);
    expect(violation).not.toHaveProperty('severity');
  });
});

describe('the origin of a symmetric signing key', () => {
  const other = '2025-01-01T00:00:00Z';
  const password = aPassword('router', dates);

  it.each<[string, KeyCredential[], PasswordCredential[], string]>([
    ['a verifying key and a password of the same dates', [signing, verifying], [password], 'sharepoint-add-in'],
    ['no verifying key', [signing], [password], 'unknown'],
    ['no password', [signing, verifying], [], 'unknown'],
    ['a verifying key of another start', [signing, { ...verifying, startDateTime: other }], [password], 'unknown'],
    ['a verifying key of another end', [signing, { ...verifying, endDateTime: other }], [password], 'unknown'],
    ['a password of another start', [signing, verifying], [{ ...password, startDateTime: other }], 'unknown'],
    ['a password of another end', [signing, verifying], [{ ...password, endDateTime: other }], 'unknown'],
    [
      'further keys and passwords',
      [signing, verifying, aSymmetricSigningKey('more', { usage: 'Verify' })],
      [aPassword('more'), password],
      'sharepoint-add-in',
    ],
  ])('with %s is as expected', (_name, keyCredentials, passwordCredentials, origin) => {
    expect(foundOn({ keyCredentials, passwordCredentials }).map(({ evidence }) => evidence.origin)).toEqual([origin]);
  });

  it.each<[string | null | undefined, string]>([
    ['Legacy', 'sharepoint-add-in'],
    ['LEGACY', 'sharepoint-add-in'],
    ['Application', 'unknown'],
    [null, 'unknown'],
    [undefined, 'unknown'],
  ])('on a principal of type %p', (servicePrincipalType, origin) => {
    const members = { servicePrincipalType, appOwnerOrganizationId: caseTenant.id } as Partial<WholeServicePrincipal>;
    expect(foundOn(members)[0]?.evidence.origin).toBe(origin);
  });

  it('on an application with a verifying key and a password of the same dates is known', () => {
    const application = { keyCredentials: [signing, verifying], passwordCredentials: [password] };
    const [violation] = violationsOf(rule, { app: anApp('Router', { application }) });
    expect(violation?.evidence.origin).toBe('sharepoint-add-in');
  });

  it('on the application of a legacy principal is unknown', () => {
    const app = anApp('Router', {
      application: { keyCredentials: [signing] },
      servicePrincipal: { servicePrincipalType: 'Legacy' },
    });
    expect(violationsOf(rule, { app })[0]?.evidence.origin).toBe('unknown');
  });
});
