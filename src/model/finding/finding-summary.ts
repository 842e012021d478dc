import type { RemediationStatus } from '../remediation/remediation.js';
import type { Finding } from './finding.js';

/** What a list shows, sorts and searches of a finding: small, so that memory can hold all findings of a tenant. */
export type FindingSummary = Pick<
  Finding,
  | 'id'
  | 'ruleId'
  | 'severity'
  | 'status'
  | 'on'
  | 'objectId'
  | 'appId'
  | 'displayName'
  | 'appearedAt'
  | 'resolvedAt'
  | 'assignee'
  | 'failing'
> & {
  /** Absent where the finding has no plan. */
  readonly remediationStatus?: RemediationStatus;
  /** The object ids of the owners of the app; absent where no scan has read them. */
  readonly ownerIds?: readonly string[];
};

/**
 * Whether a person must decide on its plan: it is proposed, stale, or failed. The plan of a resolved finding has ended,
 * unless it is an undo.
 */
export function needsDecision({ status, remediationStatus }: FindingSummary): boolean {
  return status !== 'suppressed' && ['proposed', 'stale', 'failed'].includes(remediationStatus ?? '');
}

/** Whether its plan was approved and has no outcome yet. */
export function isUnderWay({ remediationStatus }: FindingSummary): boolean {
  return remediationStatus === 'approved';
}
