import { describe, expect, it } from '@jest/globals';
import type { KeyCredential } from '../../src/model/entra/app.js';
import type { Violation } from '../../src/model/rule/violation.js';
import { aKey, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { flagged, planIn, rule, type Situation, verifying } from './signing-key-remedies.js';

const sentence = expect.stringMatching(/^[A-Z][^\n]+\.$/);

describe('the plan to remove a symmetric signing key', () => {
  it.each([
    ['application', 'applications'],
    ['servicePrincipal', 'servicePrincipals'],
  ] as const)('on the %s is one PATCH that keeps every other key', (on, collection) => {
    const encrypting = aKey('encrypting', { usage: 'encrypt', type: 'x509certandpassword' });
    const { plan, objectId } = planIn({ on, keys: [verifying, flagged, encrypting] });
    const path = `/${collection}/${objectId}`;
    expect(plan).toMatchObject({
      requests: [{ method: 'PATCH', path, body: { keyCredentials: [verifying, encrypting] } }],
      irreversible: true,
      warnings: [sentence],
      guard: { path, removed: flagged },
    });
    expect(plan.requests).toHaveLength(1);
  });

  it('has a guard with the other keys in any order, without symmetric signing keys', () => {
    const [a, b, c] = ['a', 'b', 'c'].map((keyId) => aKey(keyId, { keyId })) as [
      KeyCredential,
      KeyCredential,
      KeyCredential,
    ];
    const sibling = aSymmetricSigningKey('sibling');
    const guards = [
      [a, b, c, flagged, sibling],
      [flagged, c, a, b],
    ].map((keys) => planIn({ keys }).plan.guard);
    expect(guards[0]).toMatchObject({ kept: [a, b, c] });
    expect(guards[1]).toEqual(guards[0]);
  });

  it('needs the permission to write applications', () => {
    expect(rule.remedy?.permission).toBe('Application.ReadWrite.All');
  });

  it.each<[Violation['evidence'], RegExp[]]>([
    [{ validity: 'expired', origin: 'unknown' }, []],
    [{ validity: 'valid', origin: 'unknown' }, [/valid today/]],
    [{ validity: 'not-yet-valid', origin: 'sharepoint-add-in' }, [/SharePoint/]],
    [{ validity: 'valid', origin: 'sharepoint-add-in' }, [/valid today/, /SharePoint/]],
  ])('has warnings for the evidence %j', (evidence, warnings) => {
    expect(planIn({ evidence }).plan.warnings).toEqual([
      sentence,
      ...warnings.map((warning) => expect.stringMatching(warning)),
    ]);
  });

  it.each<[string, Situation]>([
    ['another symmetric key signs', { keys: [flagged, aSymmetricSigningKey('sibling')] }],
    [
      'another tenant owns the app',
      { servicePrincipal: { appOwnerOrganizationId: '99999999-7e57-4e57-8e57-0c0ffee00001' } },
    ],
    ['the app has no service principal', { servicePrincipal: null }],
    ['the app has no application', { on: 'servicePrincipal', application: null }],
    ['the app is not locked', { on: 'servicePrincipal', application: { servicePrincipalLockConfiguration: null } }],
    [
      'the lock is off',
      {
        on: 'servicePrincipal',
        application: { servicePrincipalLockConfiguration: { isEnabled: false, allProperties: true } },
      },
    ],
    [
      'the lock is about keys that verify',
      {
        on: 'servicePrincipal',
        application: { servicePrincipalLockConfiguration: { isEnabled: true, credentialsWithUsageVerify: true } },
      },
    ],
    [
      'the lock is about the service principal, not the application',
      { application: { servicePrincipalLockConfiguration: { isEnabled: true, allProperties: true } } },
    ],
  ])('exists if %s', (_name, situation) => {
    expect(planIn(situation).plan.requests).toHaveLength(1);
  });
});
