import type { GraphWrite } from '../remediation/graph-write.js';
import type { TenantParts } from '../tenant/tenant.js';
import type { PolicyUndo } from './undo.js';

type Policy = TenantParts['adminConsentRequestPolicy'];
type Reviewers = NonNullable<Policy['reviewers']>;

const path = '/policies/adminConsentRequestPolicy';

/** A user as a reviewer. Source: Graph, accessReviewReviewerScope. @param id the object id */
export function userReviewer(id: string): Reviewers[number] {
  return { query: `/users/${id}`, queryType: 'MicrosoftGraph' };
}

/**
 * The PUT that turns the admin consent workflow on with the given reviewers. The PUT replaces the policy, so it contains the
 * other members as they are. A workflow that was never configured has a duration of 0 days: then 30 is used, the default of
 * the Entra admin center.
 * Source: Graph, update adminConsentRequestPolicy: all five members are required.
 */
export function putConsentRequests(policy: Policy, reviewers: Reviewers): GraphWrite {
  const { notifyReviewers, remindersEnabled, requestDurationInDays } = policy;
  const body = {
    isEnabled: true,
    notifyReviewers: notifyReviewers ?? true,
    remindersEnabled: remindersEnabled ?? true,
    requestDurationInDays: requestDurationInDays || 30,
    reviewers,
  };
  return { method: 'PUT', path, body };
}

/** Restores the policy as it was before a plan. The PUT needs all five members. */
export const restoreConsentRequests: PolicyUndo<'adminConsentRequestPolicy'> = {
  method: 'PUT',
  path,
  properties: ['isEnabled', 'notifyReviewers', 'remindersEnabled', 'requestDurationInDays', 'reviewers'],
  policyOf: ({ adminConsentRequestPolicy: policy }) => ({
    isEnabled: policy.isEnabled,
    notifyReviewers: policy.notifyReviewers ?? false,
    remindersEnabled: policy.remindersEnabled ?? false,
    requestDurationInDays: policy.requestDurationInDays ?? 0,
    reviewers: policy.reviewers ?? [],
  }),
};

/** What the reviewers notice. */
export function reviewerWarning({ notifyReviewers }: Policy): string {
  return notifyReviewers === false
    ? 'Users can request consent. The policy sends no email to the reviewers: they see requests in the Entra admin center.'
    : 'Users can request consent. The reviewers get the requests by email.';
}

/** How a person restores the policy as it was. */
export function undoConsentRequests(policy: Policy): string {
  const { isEnabled, notifyReviewers, remindersEnabled, requestDurationInDays, reviewers } = policy;
  const before = { isEnabled, notifyReviewers, remindersEnabled, requestDurationInDays, reviewers };
  return `PUT ${path} ${JSON.stringify(before)}`;
}
