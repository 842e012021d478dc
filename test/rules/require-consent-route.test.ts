import { describe, expect, it } from '@jest/globals';
import type { TenantParts } from '../../src/model/tenant/tenant.js';
import { rule } from '../../src/rules/require-consent-route/rule.js';
import { caseTenant } from '../../src/rules/testing/cases.js';
import { assigning, sentence, tenantViolations } from './judge.js';

const base = { on: 'tenant', objectId: caseTenant.id, message: expect.stringMatching(sentence) };

describe('a tenant whose users cannot consent', () => {
  const found = (
    authorizationPolicy: TenantParts['authorizationPolicy'],
    reviewers: object[] | null,
    isEnabled: boolean | null = true,
  ) =>
    tenantViolations(rule, {
      authorizationPolicy,
      adminConsentRequestPolicy: { isEnabled, reviewers } as TenantParts['adminConsentRequestPolicy'],
    });

  it.each<[boolean | null, object[] | null, RegExp, object]>([
    [true, [], /Woodgrove Bank .* no reviewer/, { workflowEnabled: true, reviewers: 0 }],
    [true, null, /no reviewer/, { workflowEnabled: true, reviewers: 0 }],
    [false, [{}], /Woodgrove Bank .* is off/, { workflowEnabled: false, reviewers: 1 }],
    [null, [{}, {}], /is off/, { workflowEnabled: false, reviewers: 2 }],
  ])(
    'has a violation if the workflow is enabled: %p, with the reviewers %j',
    (isEnabled, reviewers, message, evidence) => {
      const [violation, ...more] = found(assigning(), reviewers, isEnabled);
      expect(violation).toEqual({ ...base, evidence: { usersMayConsent: false, ...evidence } });
      expect([violation?.message, more]).toEqual([expect.stringMatching(message), []]);
    },
  );

  it.each<[string, TenantParts['authorizationPolicy'], boolean]>([
    ['has no assigned policy', assigning(), false],
    ['has no user permissions in Graph', { id: 'authorizationPolicy' }, false],
    ['has no policies in Graph', { id: 'authorizationPolicy', defaultUserRolePermissions: {} }, false],
    [
      'has one policy of several for user consent',
      assigning('ManagePermissionGrantsForOwnedResource.x', 'ManagePermissionGrantsForSelf.y'),
      true,
    ],
    [
      'has policies with similar names',
      assigning('NoManagePermissionGrantsForSelf.x', 'ManagePermissionGrantsForSelfish.x'),
      false,
    ],
  ])('is one that %s', (_name, policy, mayConsent) => {
    expect(found(policy, [])).toHaveLength(mayConsent ? 0 : 1);
  });
});
