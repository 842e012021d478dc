import type { ManualFix } from '../../model/remediation/manual-fix.js';

/**
 * Turns the admin consent workflow on. The PUT replaces the policy: members that it leaves out are reset.
 * Source: Microsoft Learn, "Configure the admin consent workflow"; Graph, update adminConsentRequestPolicy.
 */
export function manualFix(): ManualFix {
  const policy = {
    isEnabled: true,
    notifyReviewers: true,
    remindersEnabled: true,
    requestDurationInDays: 30,
    reviewers: [{ query: '/users/<object id of the reviewer>', queryType: 'MicrosoftGraph' }],
  };
  return {
    portal:
      'Entra admin center > Entra ID > Enterprise apps > Consent and permissions > Admin consent settings > Users can request admin consent: Yes > choose reviewers > Save',
    powershell: [
      "$reviewers = @(@{ query = '/users/<object id of the reviewer>'; queryType = 'MicrosoftGraph' })",
      'Update-MgPolicyAdminConsentRequestPolicy -IsEnabled:$true -NotifyReviewers:$true -RemindersEnabled:$true -RequestDurationInDays 30 -Reviewers $reviewers',
    ],
    graph: [{ method: 'PUT', path: '/policies/adminConsentRequestPolicy', body: policy }],
  };
}
