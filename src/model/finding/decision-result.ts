import type { RemediationStatus } from '../remediation/remediation.js';
import type { Finding, FindingStatus } from './finding.js';

/** What a decision did, as the API of the review page returns it to the command line. */
export interface DecisionResult {
  /** The principal that the decision is recorded for. */
  readonly author: string;
  readonly status: FindingStatus;
  readonly remediationStatus?: RemediationStatus;
  /** When the approvals expire, ISO 8601 UTC. */
  readonly expiresAt?: string;
  /** The number of signed approvals. */
  readonly approvals: number;
  /** The end of the suppression, ISO 8601 UTC. */
  readonly suppressedUntil?: string;
}

export function decisionResult({ status, remediation, suppression }: Finding, author: string): DecisionResult {
  const [expiresAt] = (remediation?.approvals ?? []).map(({ statement }) => statement.expiresAt).sort();
  return {
    author,
    status,
    ...(remediation && { remediationStatus: remediation.status }),
    ...(expiresAt && { expiresAt }),
    approvals: remediation?.approvals?.length ?? 0,
    ...(suppression && { suppressedUntil: suppression.until }),
  };
}
