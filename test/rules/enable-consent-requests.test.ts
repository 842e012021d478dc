import { describe, expect, it } from '@jest/globals';
import type { TenantParts } from '../../src/model/tenant/tenant.js';
import { rule } from '../../src/rules/require-consent-route/rule.js';
import { caseTenant, cleanTenantParts } from '../../src/rules/testing/cases.js';

const sentence = expect.stringMatching(/^[A-Z][^\n]+\.$/);
const reviewer = (id: string) => ({ query: `/users/${id}`, queryType: 'MicrosoftGraph' });

type Reviewers = NonNullable<TenantParts['adminConsentRequestPolicy']['reviewers']> | null;

/** The remedy where these users shall review, beside those whom the policy names. */
function remedyWith(
  adminConsentReviewers: string[],
  reviewers: Reviewers,
  members: Partial<TenantParts['adminConsentRequestPolicy']> = {},
) {
  const adminConsentRequestPolicy = { isEnabled: false, reviewers, ...members };
  const tenant = { ...caseTenant, ...cleanTenantParts, adminConsentRequestPolicy };
  const violation = { on: 'tenant', objectId: tenant.id, message: '', evidence: {} } as const;
  return rule.remedy?.plan(violation, tenant, { adminConsentReviewers });
}

describe('the plan to enable requests for consent', () => {
  it('is one PUT of the policy with the reviewers of the settings', () => {
    const body = {
      isEnabled: true,
      notifyReviewers: true,
      remindersEnabled: true,
      requestDurationInDays: 30,
      reviewers: [reviewer('ada'), reviewer('bob')],
    };
    expect(remedyWith(['ada', 'bob'], null)).toEqual({
      plan: {
        requests: [{ method: 'PUT', path: '/policies/adminConsentRequestPolicy', body }],
        irreversible: false,
        undo: expect.stringContaining('PUT /policies/adminConsentRequestPolicy {"isEnabled":false'),
        warnings: [sentence],
        guard: body,
      },
    });
  });

  it('keeps the reviewers of the policy, each once', () => {
    const group = { query: '/groups/1/transitiveMembers', queryType: 'MicrosoftGraph' };
    const remedy = remedyWith(['ada', 'bob'], [group, reviewer('bob')]);
    expect(remedy).toMatchObject({ plan: { guard: { reviewers: [group, reviewer('bob'), reviewer('ada')] } } });
  });

  it('keeps the duration of requests and both notifications', () => {
    const kept = { notifyReviewers: false, remindersEnabled: false, requestDurationInDays: 5 };
    expect(remedyWith(['ada'], null, kept)).toMatchObject({
      plan: {
        guard: kept,
        undo: expect.stringContaining('"requestDurationInDays":5'),
        warnings: [expect.stringMatching(/no email/)],
      },
    });
    expect(remedyWith(['ada'], null, { requestDurationInDays: 0 })).toMatchObject({
      plan: { guard: { requestDurationInDays: 30 } },
    });
  });

  it('does not exist if the settings have no reviewer', () => {
    expect(remedyWith([], [reviewer('ada')])).toEqual({ manual: { reason: sentence, steps: [sentence, sentence] } });
  });

  it('needs the permission to write the policy', () => {
    expect(rule.remedy?.permission).toBe('Policy.ReadWrite.ConsentRequest');
  });
});
