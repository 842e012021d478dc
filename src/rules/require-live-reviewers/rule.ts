import { tenantRule } from '../../model/rule/rule.js';

/**
 * A request for consent must reach somebody. Reviewers who left, or whose accounts are disabled, stay in the policy; a
 * group or a role among them may hold anybody, and is never blamed.
 * Source: Microsoft Learn, "Configure the admin consent workflow"; Graph, adminConsentRequestPolicy (`reviewers`).
 */
export const rule = tenantRule({
  id: 'require-live-reviewers',
  title: 'Requests for admin consent reach a reviewer whose account is enabled',
  severity: 'high',
  codes: ['AADSTS90095', 'AADSTS90094'],
  select: { tenant: ['adminConsentRequestPolicy', 'consentReviewers'] },
  check({ id, displayName, adminConsentRequestPolicy, consentReviewers }) {
    const count = (state: string) => consentReviewers.filter((reviewer) => reviewer.state === state).length;
    const [gone, disabled] = [count('gone'), count('disabled')];
    const somebody = gone + disabled < consentReviewers.length;
    if (adminConsentRequestPolicy.isEnabled !== true || consentReviewers.length === 0 || somebody) return [];
    return [
      {
        on: 'tenant',
        objectId: id,
        message: `Nobody can review requests for admin consent in ${displayName}: every reviewer's account is gone or disabled.`,
        evidence: { reviewers: consentReviewers.length, gone, disabled },
      },
    ];
  },
});
