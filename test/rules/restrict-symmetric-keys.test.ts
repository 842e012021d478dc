import { describe, expect, it } from '@jest/globals';
import type { TenantParts } from '../../src/model/tenant/tenant.js';
import { rule } from '../../src/rules/no-symmetric-key-addition/rule.js';
import { caseTenant, cleanTenantParts } from '../../src/rules/testing/cases.js';
import { noSymmetricKeys } from '../../src/rules/testing/clean-parts.js';

type Policy = TenantParts['defaultAppManagementPolicy'];

const lifetime = { restrictionType: 'passwordLifetime', state: 'enabled', maxLifetime: 'P180D' } as const;
const onlyLifetime = { passwordCredentials: [lifetime], keyCredentials: [] };

function tenantWith(policy: Partial<Policy>) {
  const { defaultAppManagementPolicy } = cleanTenantParts;
  return {
    ...caseTenant,
    ...cleanTenantParts,
    defaultAppManagementPolicy: { ...defaultAppManagementPolicy, ...policy },
  };
}

function planned(policy: Partial<Policy>) {
  const tenant = tenantWith(policy);
  const [violation] = rule.check(tenant);
  if (!violation) throw new Error('The tenant complies.');
  const remedy = rule.remedy?.plan(violation, tenant, { adminConsentReviewers: [] });
  if (!remedy || !('plan' in remedy)) throw new Error('There is no plan.');
  return remedy.plan;
}

describe('the remedy of no-symmetric-key-addition', () => {
  it('makes the policy comply and keeps the other restrictions', () => {
    const plan = planned({ applicationRestrictions: onlyLifetime, servicePrincipalRestrictions: null });
    const [request] = plan.requests;
    expect(request).toMatchObject({ method: 'PATCH', path: '/policies/defaultAppManagementPolicy' });
    const body = request?.body as unknown as Policy;
    expect(body.applicationRestrictions).toEqual({
      passwordCredentials: [lifetime, ...(noSymmetricKeys.passwordCredentials ?? [])],
      keyCredentials: [],
    });
    expect(rule.check(tenantWith(body))).toEqual([]);
  });

  it('warns of the other restrictions that it turns on', () => {
    const both = { applicationRestrictions: onlyLifetime, servicePrincipalRestrictions: onlyLifetime };
    expect(planned({ isEnabled: false, ...both }).warnings).toEqual([
      expect.any(String),
      expect.stringContaining('its 2 other restrictions'),
    ]);
    expect(planned({ isEnabled: true, ...both }).warnings).toHaveLength(1);
  });

  it('gives manual steps for a custom policy', () => {
    const tenant = {
      ...tenantWith({}),
      appManagementPolicies: [{ id: 'p1', displayName: 'Some', isEnabled: true, restrictions: null }],
    };
    const [violation] = rule.check(tenant);
    expect(violation && rule.remedy?.plan(violation, tenant, { adminConsentReviewers: [] })).toHaveProperty('manual');
  });
});
