import type { Remedy } from '../../model/remediation/remediation.js';
import {
  putConsentRequests,
  restoreConsentRequests,
  reviewerWarning,
  undoConsentRequests,
  userReviewer,
} from '../../model/rule/consent-requests.js';
import type { TenantRemedy } from '../../model/rule/rule.js';
import type { ConsentReviewer } from '../../model/tenant/tenant.js';

/**
 * Adds the reviewers in ADMIN_CONSENT_REVIEWERS. Reviewers whose accounts are disabled stay, because an account can be
 * enabled again; those whose accounts are deleted leave.
 * Source: Graph, update adminConsentRequestPolicy (PUT replaces it).
 */
export const addLiveReviewers: TenantRemedy<'adminConsentRequestPolicy' | 'consentReviewers'> = {
  permission: 'Policy.ReadWrite.ConsentRequest',
  needs: 'adminConsentReviewers',
  undo: restoreConsentRequests,
  plan(_violation, { adminConsentRequestPolicy: policy, consentReviewers }, { adminConsentReviewers }) {
    const inState = (...states: ConsentReviewer['state'][]) =>
      consentReviewers.filter(({ state }) => states.includes(state)).map(({ query }) => query.toLowerCase());
    const unable = inState('gone', 'disabled');
    const added = adminConsentReviewers
      .map(userReviewer)
      .filter(({ query }) => !unable.includes(query?.toLowerCase() ?? ''));
    if (added.length === 0) return manual(adminConsentReviewers.length > 0);
    const gone = inState('gone');
    const kept = (policy.reviewers ?? []).filter(({ query }) => !gone.includes(query?.toLowerCase() ?? ''));
    const request = putConsentRequests(policy, [...kept, ...added]);
    return {
      plan: {
        requests: [request],
        irreversible: false,
        undo: undoConsentRequests(policy),
        warnings: [
          reviewerWarning(policy),
          ...(gone.length > 0 ? [`The plan removes reviewers with deleted accounts: ${gone.length}.`] : []),
        ],
        guard: request.body,
      },
    };
  },
};

function manual(isConfigured: boolean): Remedy {
  return {
    manual: {
      reason: isConfigured
        ? 'Every account in ADMIN_CONSENT_REVIEWERS is deleted or disabled.'
        : 'The admin consent workflow needs reviewers. You must choose them.',
      steps: [
        'Choose reviewers: Entra admin center > Enterprise applications > Consent and permissions > Admin consent settings.',
        'Or set ADMIN_CONSENT_REVIEWERS to the object ids of enabled accounts. The next scan proposes the change.',
      ],
    },
  };
}
