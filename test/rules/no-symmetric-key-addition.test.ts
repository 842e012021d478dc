import { describe, expect, it } from '@jest/globals';
import { rule } from '../../src/rules/no-symmetric-key-addition/rule.js';
import { caseTenant } from '../../src/rules/testing/cases.js';
import { noSymmetricKeys } from '../../src/rules/testing/clean-parts.js';
import { byCustom, byDefault, type DefaultPolicy, type Entry, restrictedBy } from './app-management.js';
import { sentence, tenantViolations, undeterminedOf } from './judge.js';

/** What the default policy leaves open, for applications and for service principals. */
function gapsIn(members: Partial<DefaultPolicy>) {
  return tenantViolations(rule, byDefault(members)).map(({ evidence }) => [
    evidence.applications,
    evidence.servicePrincipals,
  ]);
}

describe('the default app management policy', () => {
  it('has a violation if it is off', () => {
    expect(tenantViolations(rule, byDefault({ isEnabled: false }))).toEqual([
      {
        on: 'tenant',
        objectId: caseTenant.id,
        message: expect.stringMatching(/default .* Woodgrove Bank .*\.$/),
        evidence: { isEnabled: false, applications: 'policy-disabled', servicePrincipals: 'policy-disabled' },
      },
    ]);
  });

  it.each<[string, Entry[] | Partial<Entry>[] | null, string | undefined]>([
    ['has the restriction', [{}], undefined],
    ['has the restriction and an unknown one', [{ restrictionType: null }, {}], undefined],
    ['has no restriction', [], 'not-restricted'],
    ['has no restrictions', null, 'not-restricted'],
    ['has another restriction', [{ restrictionType: 'passwordAddition' }], 'not-restricted'],
    ['has the restriction disabled', [{ state: 'disabled' }], 'not-restricted'],
    [
      'has the restriction for apps since 2010',
      [{ restrictForAppsCreatedAfterDateTime: '2010-01-01T00:00:00Z' }],
      undefined,
    ],
    [
      'has the restriction for apps since 2010 and a second',
      [{ restrictForAppsCreatedAfterDateTime: '2010-01-01T00:00:01Z' }],
      'older-apps',
    ],
  ])('%s', (_name, entries, gap) => {
    const restrictions = entries && restrictedBy(...entries);
    expect(gapsIn({ applicationRestrictions: restrictions })).toEqual(gap ? [[gap, 'none']] : []);
    expect(gapsIn({ servicePrincipalRestrictions: restrictions })).toEqual(gap ? [['none', gap]] : []);
  });

  it('has a violation if one kind of object is unrestricted and the other is unknown', () => {
    const unknown = restrictedBy({ restrictionType: null });
    expect(gapsIn({ applicationRestrictions: unknown, servicePrincipalRestrictions: null })).toEqual([
      ['undetermined', 'not-restricted'],
    ]);
    expect(gapsIn({ applicationRestrictions: null, servicePrincipalRestrictions: unknown })).toEqual([
      ['not-restricted', 'undetermined'],
    ]);
  });

  it.each([null, 'unknownFutureValue'] as const)('is undetermined with a restriction of type %p', (restrictionType) => {
    const applicationRestrictions = restrictedBy({ restrictionType });
    const parts = byDefault({ applicationRestrictions });
    expect([tenantViolations(rule, parts), undeterminedOf(rule, parts)]).toEqual([[], expect.stringMatching(sentence)]);
    const restricted = byDefault({ applicationRestrictions: restrictedBy({ restrictionType }, {}) });
    expect([tenantViolations(rule, restricted), undeterminedOf(rule, restricted)]).toEqual([[], undefined]);
  });
});

describe('an app management policy', () => {
  it('has a violation with its name, or its id if it has no name', () => {
    const found = tenantViolations(rule, byCustom({}, { displayName: null }));
    const base = { on: 'tenant', objectId: caseTenant.id };
    expect(rule.severity).toBe('low');
    expect(found).toEqual([
      {
        ...base,
        key: 'policy-0',
        message: expect.stringMatching(/ Policy 0 .+\.$/),
        evidence: { policyId: 'policy-0', gap: 'not-restricted' },
      },
      {
        ...base,
        key: 'policy-1',
        message: expect.stringMatching(/ policy-1 .+\.$/),
        evidence: { policyId: 'policy-1', gap: 'not-restricted' },
      },
    ]);
  });

  it('has no violation if it is off or restricts symmetric keys', () => {
    expect(tenantViolations(rule, byCustom({ isEnabled: false }, { restrictions: noSymmetricKeys }))).toEqual([]);
  });

  it('is undetermined with an unknown restriction, unless it is off', () => {
    const restrictions = restrictedBy({ restrictionType: null });
    const parts = byCustom({ restrictions: noSymmetricKeys }, { restrictions });
    expect([tenantViolations(rule, parts), undeterminedOf(rule, parts)]).toEqual([[], expect.stringMatching(sentence)]);
    expect(undeterminedOf(rule, byCustom({ restrictions, isEnabled: false }))).toBeUndefined();
  });
});
