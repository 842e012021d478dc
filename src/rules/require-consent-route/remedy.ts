import {
  putConsentRequests,
  restoreConsentRequests,
  reviewerWarning,
  undoConsentRequests,
  userReviewer,
} from '../../model/rule/consent-requests.js';
import type { TenantRemedy } from '../../model/rule/rule.js';

/**
 * Turns the admin consent workflow on, with the reviewers in ADMIN_CONSENT_REVIEWERS.
 * Source: Graph, update adminConsentRequestPolicy (PUT replaces it).
 */
export const enableConsentRequests: TenantRemedy<'authorizationPolicy' | 'adminConsentRequestPolicy'> = {
  permission: 'Policy.ReadWrite.ConsentRequest',
  needs: 'adminConsentReviewers',
  undo: restoreConsentRequests,
  plan(_violation, { adminConsentRequestPolicy: policy }, { adminConsentReviewers }) {
    if (adminConsentReviewers.length === 0) {
      return {
        manual: {
          reason: 'The admin consent workflow needs reviewers. You must choose them.',
          steps: [
            'Choose reviewers: Entra admin center > Enterprise applications > Consent and permissions > Admin consent settings.',
            'Or set ADMIN_CONSENT_REVIEWERS to their object ids. The next scan proposes the change.',
          ],
        },
      };
    }
    const present = policy.reviewers ?? [];
    const added = adminConsentReviewers.map(userReviewer);
    const reviewers = [...present, ...added.filter(({ query }) => !present.some((other) => other.query === query))];
    const request = putConsentRequests(policy, reviewers);
    return {
      plan: {
        requests: [request],
        irreversible: false,
        undo: undoConsentRequests(policy),
        warnings: [reviewerWarning(policy)],
        guard: request.body,
      },
    };
  },
};
