import type { Finding } from '../../model/finding/finding.js';
import { appliedOutcome } from '../../model/remediation/execution.js';
import {
  type Attempt,
  mayHaveChanged,
  propose,
  type Remediation,
  type Remedy,
} from '../../model/remediation/remediation.js';
import { hasEnded, nextState } from '../../model/remediation/states.js';
import type { RemediationContext } from './remediation-context.js';
import type { RecordedEvent, RemediationRecord } from './remediation-record.js';

/**
 * The outcome of a message. `refused` is an event of the finding, and final; `postponed` changes nothing, and the message
 * can be delivered again; the others are states of the remediation.
 */
export type RemediationOutcome =
  | { readonly status: 'applied' | 'unneeded' | 'stale' | 'failed'; readonly finding: Finding; readonly note: string }
  | { readonly status: 'refused'; readonly finding?: Finding; readonly note: string }
  | {
      readonly status: 'postponed';
      readonly finding: Finding;
      readonly note: string;
      /** When it may be executed, ISO 8601 UTC; undefined if that is not known. */
      readonly until?: string;
    };

/** A remediation that has its outcome, or whose requests were sent: `verify` then reads until it has one. */
export type Begun =
  | { readonly outcome: RemediationOutcome }
  | { readonly finding: Finding; verify(): Promise<RemediationOutcome> };

type Started = Remediation & { readonly attempt: Attempt };

/** The requests were sent, and the violation is gone. Another worker or a scan may have recorded it already. */
export async function recordApplied(
  record: RemediationRecord,
  { attempt, plan }: Started,
  because: 'complies' | 'object-gone' = 'complies',
): Promise<RemediationOutcome> {
  const outcome = appliedOutcome(attempt, plan);
  await record.follow(attempt, async (remediation) => {
    if (hasEnded(remediation.status)) return;
    const { unconfirmed: _confirmed, ...rest } = remediation;
    const status = nextState(remediation.status, 'apply', 'remediator');
    const applied = { ...rest, attempt, status, outcome };
    await record.resolve(applied, { type: 'applied', summary: outcome }, because);
  });
  return { status: 'applied', finding: record.finding, note: outcome };
}

/** The violation is gone before the requests were sent. */
export async function recordUnneeded(
  record: RemediationRecord,
  approved: Remediation,
  because: 'complies' | 'object-gone',
): Promise<RemediationOutcome> {
  const already = approved.plan.undoes ? 'Already undone. Nothing was sent.' : 'Already fixed. Nothing was sent.';
  const outcome = because === 'complies' ? already : 'The object no longer exists.';
  const status = nextState(approved.status, 'skip', 'remediator');
  await record.resolve({ ...approved, status, outcome }, { type: 'unneeded', summary: outcome }, because);
  return { status, finding: record.finding, note: outcome };
}

/** The approval is too old. */
export function recordExpired(
  record: RemediationRecord,
  approved: Remediation,
  expiresAt: string,
): Promise<RemediationOutcome> {
  return recordEnded(record, approved, { type: 'approval-expired', summary: `The approval expired at ${expiresAt}.` });
}

/** The approval cannot be used any more: it is too old or was used. An approver decides again. */
export async function recordEnded(
  record: RemediationRecord,
  approved: Remediation,
  event: RecordedEvent,
): Promise<RemediationOutcome> {
  const status = nextState(approved.status, 'expire', 'remediator');
  await record.update({ ...approved, status, outcome: event.summary }, event);
  return { status, finding: record.finding, note: event.summary };
}

/** The object has changed since the approval: the new plan, or the manual fix, goes to an approver. */
export async function recordStale(
  { clock }: Pick<RemediationContext, 'clock'>,
  record: RemediationRecord,
  approved: Remediation,
  remedy: Remedy | undefined,
): Promise<RemediationOutcome> {
  if (approved.plan.undoes) return recordUndoStale(record, approved, remedy);
  const outcome = 'The object changed after the approval. The new plan needs a decision.';
  if (remedy && 'plan' in remedy) {
    const status = nextState(approved.status, 'replan', 'remediator');
    const fresh = { ...propose(record.finding.id, remedy.plan, clock.now()), status, outcome };
    await record.update(fresh, { type: 'stale', summary: outcome, detail: { replaces: approved.id } });
  } else {
    nextState(approved.status, 'withdraw', 'remediator');
    await record.withdraw(remedy?.manual ?? { reason: 'The rule no longer has a plan.', steps: [] }, outcome);
  }
  return { status: 'stale', finding: record.finding, note: outcome };
}

/** The policy is not what the remediation left behind: a later change would be lost. The undo keeps its plan. */
async function recordUndoStale(
  record: RemediationRecord,
  approved: Remediation,
  remedy: Remedy | undefined,
): Promise<RemediationOutcome> {
  const reason =
    remedy && 'manual' in remedy ? remedy.manual.reason : 'The plan of the undo is not what the rule makes.';
  const outcome = `Nothing was sent. ${reason}`;
  const { approvals: _ended, decision: _decision, attempt: _released, ...plan } = approved;
  const status = nextState(approved.status, 'replan', 'remediator');
  await record.update({ ...plan, status, outcome }, { type: 'stale', summary: outcome });
  return { status: 'stale', finding: record.finding, note: outcome };
}

/**
 * Graph rejected the requests, the violation is still there, or the message was abandoned: an approver decides again. An
 * attempt that may have changed the object stays known: its change may become visible later.
 */
export async function recordFailed(
  record: RemediationRecord,
  started: Remediation,
  note: string,
): Promise<RemediationOutcome> {
  const { attempt } = started;
  const fail = (now: Remediation) => {
    const status = nextState(now.status, 'fail', 'remediator');
    const unconfirmed = mayHaveChanged(attempt) && { unconfirmed: attempt };
    const failed: Remediation = { ...now, ...(attempt && { attempt }), ...unconfirmed, status, outcome: note };
    return record.update(failed, { type: 'failed', summary: note });
  };
  if (!attempt) await fail(started);
  else
    await record.follow(attempt, async (now) => {
      if (now.status === 'approved' && now.attempt?.owner === attempt.owner) await fail(now);
    });
  return outcomeOf(record.finding, { status: 'failed', finding: record.finding, note });
}

/** The stored outcome if the remediation has one, else what this worker observed. */
function outcomeOf(finding: Finding, observed: RemediationOutcome): RemediationOutcome {
  const { status, outcome = '' } = finding.remediation ?? {};
  return status === 'applied' || status === 'unneeded' ? { status, finding, note: outcome } : observed;
}
