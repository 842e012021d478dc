import type { TenantRemedy } from '../../model/rule/rule.js';

/**
 * Turns the admin consent workflow on, with the reviewers in ADMIN_CONSENT_REVIEWERS.
 * Source: Graph, update adminConsentRequestPolicy (PUT replaces it).
 */
export const enableConsentRequests: TenantRemedy<'authorizationPolicy' | 'adminConsentRequestPolicy'> = {
  permission: 'Policy.ReadWrite.ConsentRequest',
  needs: 'adminConsentReviewers',
  plan(_violation, { adminConsentRequestPolicy }, { adminConsentReviewers }) {
    if (adminConsentReviewers.length === 0) {
      return {
        manual: {
          reason: 'The admin consent workflow needs reviewers, and only you know who they are.',
          steps: [
            'Name them: Entra admin center > Enterprise applications > Consent and permissions > Admin consent settings.',
            'Or set ADMIN_CONSENT_REVIEWERS to their object ids, and the next scan proposes the change.',
          ],
        },
      };
    }
    const present = adminConsentRequestPolicy.reviewers ?? [];
    const added = adminConsentReviewers.map((id) => ({ query: `/users/${id}`, queryType: 'MicrosoftGraph' }));
    const reviewers = [...present, ...added.filter(({ query }) => !present.some((other) => other.query === query))];
    const body = {
      isEnabled: true,
      notifyReviewers: true,
      remindersEnabled: true,
      requestDurationInDays: 30,
      reviewers,
    };
    return {
      plan: {
        requests: [{ method: 'PUT', path: '/policies/adminConsentRequestPolicy', body }],
        irreversible: false,
        warnings: ['Users will be able to ask for consent, and the reviewers will get their requests by email.'],
        guard: body,
      },
    };
  },
};
