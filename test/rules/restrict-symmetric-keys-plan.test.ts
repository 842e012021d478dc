import { describe, expect, it } from '@jest/globals';
import { rule } from '../../src/rules/no-symmetric-key-addition/rule.js';
import { caseTenant } from '../../src/rules/testing/cases.js';
import { byDefault, type DefaultPolicy, restrictedBy, restriction } from './app-management.js';
import { sentence } from './judge.js';

describe('the plan to restrict symmetric keys', () => {
  const remedy = rule.remedy;
  const violation = (key?: string) =>
    ({ on: 'tenant', objectId: caseTenant.id, message: '', evidence: {}, ...(key !== undefined && { key }) }) as const;
  const planned = (members: Partial<DefaultPolicy>, key?: string) =>
    remedy?.plan(violation(key), { ...caseTenant, ...byDefault(members) } as never, { adminConsentReviewers: [] });
  const lifetime = { restrictionType: 'passwordLifetime', state: 'enabled', maxLifetime: 'P180D' } as const;
  const keyLifetime = { restrictionType: 'asymmetricKeyLifetime', maxLifetime: 'P180D' } as const;

  it('is one PATCH that turns the policy on and restricts both kinds of object', () => {
    const body = {
      isEnabled: true,
      applicationRestrictions: { passwordCredentials: [restriction] },
      servicePrincipalRestrictions: { passwordCredentials: [lifetime, restriction], keyCredentials: [keyLifetime] },
    };
    const both = {
      applicationRestrictions: null,
      servicePrincipalRestrictions: { passwordCredentials: [lifetime], keyCredentials: [keyLifetime] },
    };
    expect(planned({ isEnabled: false, ...both })).toEqual({
      plan: {
        requests: [{ method: 'PATCH', path: '/policies/defaultAppManagementPolicy', body }],
        irreversible: false,
        undo: `PATCH /policies/defaultAppManagementPolicy ${JSON.stringify({ isEnabled: false, ...both })}`,
        warnings: [expect.stringMatching(sentence), expect.stringMatching(/ 2 other .+\.$/)],
        guard: body,
      },
    });
    expect(restriction).toEqual({
      restrictionType: 'symmetricKeyAddition',
      state: 'enabled',
      maxLifetime: null,
      restrictForAppsCreatedAfterDateTime: null,
    });
  });

  it('replaces a restriction that is disabled', () => {
    const restrictions = restrictedBy({ state: 'disabled' });
    expect(planned({ applicationRestrictions: restrictions })).toMatchObject({
      plan: { guard: { applicationRestrictions: { passwordCredentials: [restriction], keyCredentials: [] } } },
    });
  });

  it.each<[string, Partial<DefaultPolicy>, number]>([
    ['the policy is on', { isEnabled: true, applicationRestrictions: { passwordCredentials: [lifetime] } }, 1],
    ['the policy is off and restricts nothing else', { isEnabled: false }, 1],
    [
      'the policy is off and restricts other passwords',
      { isEnabled: false, applicationRestrictions: { passwordCredentials: [lifetime] } },
      2,
    ],
    [
      'the policy is off and restricts keys',
      { isEnabled: false, servicePrincipalRestrictions: { keyCredentials: [keyLifetime] } },
      2,
    ],
  ])('has the expected warnings if %s', (_name, members, count) => {
    const proposed = planned(members);
    expect(proposed && 'plan' in proposed && proposed.plan.warnings).toHaveLength(count);
  });

  it('does not exist for a custom policy', () => {
    const text = expect.stringMatching(sentence);
    expect(planned({}, 'policy-0')).toEqual({ manual: { reason: text, steps: [text, text] } });
  });

  it('needs the permission to write the policy', () => {
    expect(remedy?.permission).toBe('Policy.ReadWrite.ApplicationConfiguration');
  });
});
