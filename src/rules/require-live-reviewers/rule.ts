import { tenantRule } from '../../model/rule/rule.js';
import { isCustomerTenant } from '../../model/tenant/tenant-type.js';
import { manualFix } from './manual.js';
import { addLiveReviewers } from './remedy.js';

/**
 * A request for consent needs an active reviewer. The policy keeps reviewers whose accounts are deleted or disabled. A
 * group or a role can have any members, so it is never reported.
 * Source: Microsoft Learn, "Configure the admin consent workflow"; Graph, adminConsentRequestPolicy (`reviewers`).
 */
export const rule = tenantRule({
  id: 'require-live-reviewers',
  title: 'At least one reviewer of admin consent requests has an enabled account',
  problem: 'Admin consent requests without an active reviewer',
  severity: 'high',
  codes: ['AADSTS90095', 'AADSTS90094'],
  manualFix,
  remedy: addLiveReviewers,
  select: { tenant: ['adminConsentRequestPolicy', 'consentReviewers'] },
  check({ id, displayName, tenantType, adminConsentRequestPolicy, consentReviewers }) {
    if (isCustomerTenant({ tenantType })) return [];
    const count = (state: string) => consentReviewers.filter((reviewer) => reviewer.state === state).length;
    const [gone, disabled] = [count('gone'), count('disabled')];
    const hasReviewer = gone + disabled < consentReviewers.length;
    if (adminConsentRequestPolicy.isEnabled !== true || consentReviewers.length === 0 || hasReviewer) return [];
    return [
      {
        on: 'tenant',
        objectId: id,
        message: `Every reviewer of admin consent requests in ${displayName} has a deleted or disabled account.`,
        evidence: { reviewers: consentReviewers.length, gone, disabled },
      },
    ];
  },
});
