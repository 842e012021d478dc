import { ConsentinelError } from '../../model/errors.js';
import type { AuditEvent } from '../../model/finding/audit.js';
import type { Finding } from '../../model/finding/finding.js';
import type { FindingStore, Stored } from '../ports/index.js';
import { knownFinding } from './known-finding.js';

/** The finding that a user decides on, and the version that the user saw. */
export interface DecisionSubject {
  readonly tenantId: string;
  readonly findingId: string;
  /** The version that the user saw; if it is left out, the stored version counts as seen. */
  readonly etag?: string;
  /** The remediation that the user saw. */
  readonly remediationId?: string;
  /** The signed-in principal. */
  readonly author: string;
}

/**
 * The finding, in the version that the user saw.
 * @throws ConsentinelError `finding-unknown`; `decision-conflict` if the finding has changed since
 */
export async function findingAsSeen(
  findings: Pick<FindingStore, 'finding'>,
  subject: DecisionSubject,
): Promise<Stored<Finding>> {
  const stored = await knownFinding(findings, subject.tenantId, subject.findingId);
  const otherPlan = subject.remediationId && subject.remediationId !== stored.value.remediation?.id;
  if ((subject.etag !== undefined && subject.etag !== stored.etag) || otherPlan) throw conflict(stored.value);
  return stored;
}

/**
 * Stores a decision and its audit events in one transaction.
 * @throws ConsentinelError `decision-conflict` if another writer changed the finding first
 */
export async function commitDecision(
  findings: Pick<FindingStore, 'commit' | 'finding'>,
  finding: Finding,
  etag: string,
  ...events: readonly AuditEvent[]
): Promise<Finding> {
  const { conflicts } = await findings.commit([{ finding, etag, events }]);
  if (conflicts.length > 0)
    throw conflict((await findings.finding(finding.tenantId, finding.id, finding.ruleId))?.value);
  return finding;
}

/** The error of a decision that is not possible. */
export function refused(reason: string, remedy?: string): ConsentinelError {
  return new ConsentinelError('decision-refused', reason, remedy);
}

/** Names the other user's decision, so that the user need not search for it. */
function conflict(finding: Finding | undefined): ConsentinelError {
  const { status, decision } = finding?.remediation ?? {};
  const word = decision ? `${decision.author} changed it to ${status} at ${decision.at}` : 'it changed';
  return new ConsentinelError(
    'decision-conflict',
    `Another user has already changed the finding: ${word}.`,
    'Reload the finding, then decide.',
  );
}
