import type { RemediationStatus } from '../remediation/remediation.js';
import type { Finding } from './finding.js';

/** As much of a finding as a list shows, sorts and searches: small, so that all of a tenant's can be held at once. */
export type FindingSummary = Pick<
  Finding,
  'id' | 'ruleId' | 'severity' | 'status' | 'on' | 'objectId' | 'appId' | 'displayName' | 'appearedAt'
> & {
  /** Where its plan stands; absent where there is none. */
  readonly remediationStatus?: RemediationStatus;
};

/** Whether a person has to say something about it: its plan waits for a word, or went back for another. */
export function needsDecision({ status, remediationStatus }: FindingSummary): boolean {
  return status === 'open' && ['proposed', 'stale', 'failed'].includes(remediationStatus ?? '');
}

/** Whether a plan was approved and has no outcome yet. */
export function isUnderWay({ status, remediationStatus }: FindingSummary): boolean {
  return status !== 'resolved' && remediationStatus === 'approved';
}
