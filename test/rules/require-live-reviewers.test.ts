import { describe, expect, it } from '@jest/globals';
import type { ConsentReviewer, TenantParts } from '../../src/model/tenant/tenant.js';
import { rule } from '../../src/rules/require-live-reviewers/rule.js';
import { caseTenant } from '../../src/rules/testing/cases.js';
import { sentence, tenantViolations } from './judge.js';

const base = { on: 'tenant', objectId: caseTenant.id, message: expect.stringMatching(sentence) };

describe('the reviewers of consent requests', () => {
  const found = (states: ConsentReviewer['state'][], isEnabled: boolean | null = true) =>
    tenantViolations(rule, {
      adminConsentRequestPolicy: { isEnabled, reviewers: [] } as TenantParts['adminConsentRequestPolicy'],
      consentReviewers: states.map((state, index) => ({ query: `/users/${index}`, state })),
    });

  it('have a violation if every account is deleted or disabled', () => {
    expect(found(['gone', 'disabled', 'disabled'])).toEqual([
      { ...base, evidence: { reviewers: 3, gone: 1, disabled: 2 } },
    ]);
    expect(found(['gone'])[0]?.message).toContain('Woodgrove Bank');
  });

  it.each<[ConsentReviewer['state'][], boolean | null]>([
    [['gone', 'disabled', 'live'], true],
    [['unknown'], true],
    [[], true],
    [['gone'], false],
    [['gone'], null],
  ])('have no violation: %j, workflow enabled: %p', (states, isEnabled) => {
    expect(found(states, isEnabled)).toEqual([]);
  });
});
