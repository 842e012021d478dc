import type { Finding } from '../../model/finding/finding.js';
import { type Attempt, propose, type Remediation, type Remedy } from '../../model/remediation/remediation.js';
import { nextState } from '../../model/remediation/states.js';
import type { RemediationContext } from './remediation-context.js';
import type { RemediationRecord } from './remediation-record.js';

/**
 * The outcome of a message. `refused` is an event of the finding, and final; the others are states of the remediation.
 */
export type RemediationOutcome =
  | { readonly status: 'applied' | 'unneeded' | 'stale' | 'failed'; readonly finding: Finding; readonly note: string }
  | { readonly status: 'refused'; readonly finding?: Finding; readonly note: string };

/** The requests were sent, and the violation is gone. */
export async function recordApplied(
  record: RemediationRecord,
  started: Remediation & { readonly attempt: Attempt },
): Promise<RemediationOutcome> {
  const { requestIds } = started.attempt;
  const outcome = `Applied and verified${requestIds.length > 0 ? `; Graph's request ids: ${requestIds.join(', ')}` : ''}.`;
  const status = nextState(started.status, 'apply', 'remediator');
  await record.resolve({ ...started, status, outcome }, 'applied', outcome, 'complies');
  return { status, finding: record.finding, note: outcome };
}

/** The violation is gone before the requests were sent. */
export async function recordUnneeded(
  record: RemediationRecord,
  approved: Remediation,
  because: 'complies' | 'object-gone',
): Promise<RemediationOutcome> {
  const outcome = because === 'complies' ? 'Somebody has mended it already.' : 'The object no longer exists.';
  const status = nextState(approved.status, 'skip', 'remediator');
  await record.resolve({ ...approved, status, outcome }, 'unneeded', outcome, because);
  return { status, finding: record.finding, note: outcome };
}

/** The approval is too old. */
export async function recordExpired(
  record: RemediationRecord,
  approved: Remediation,
  expiresAt: string,
): Promise<RemediationOutcome> {
  const outcome = `The approval ran out at ${expiresAt}.`;
  const status = nextState(approved.status, 'expire', 'remediator');
  await record.update({ ...approved, status, outcome }, 'approval-expired', outcome);
  return { status, finding: record.finding, note: outcome };
}

/** The object has changed since the approval: the new plan, or the manual fix, goes to an approver. */
export async function recordStale(
  { clock }: Pick<RemediationContext, 'clock'>,
  record: RemediationRecord,
  approved: Remediation,
  remedy: Remedy | undefined,
): Promise<RemediationOutcome> {
  const outcome = 'The object has changed since the approval: the plan was made anew and needs a new decision.';
  if (remedy && 'plan' in remedy) {
    const status = nextState(approved.status, 'replan', 'remediator');
    const fresh = { ...propose(record.finding.id, remedy.plan, clock.now()), status, outcome };
    await record.update(fresh, 'stale', outcome, { replaces: approved.id });
  } else {
    nextState(approved.status, 'withdraw', 'remediator');
    await record.withdraw(remedy?.manual ?? { reason: 'The rule offers no plan any more.', steps: [] }, outcome);
  }
  return { status: 'stale', finding: record.finding, note: outcome };
}

/**
 * Graph rejected the requests, the violation is still there, or the message was abandoned: an approver decides again.
 */
export async function recordFailed(
  record: RemediationRecord,
  started: Remediation,
  note: string,
): Promise<RemediationOutcome> {
  const status = nextState(started.status, 'fail', 'remediator');
  await record.update({ ...started, status, outcome: note }, 'failed', note);
  return { status, finding: record.finding, note };
}
