import type { Finding } from '../../model/finding/finding.js';
import { type Attempt, propose, type Remediation, type Remedy } from '../../model/remediation/remediation.js';
import type { RemediationContext, RemediationState } from './remediation-record.js';

/** How a message ended. `refused` was recorded and will never be carried out; the others are states of the remediation. */
export type RemediationOutcome =
  | { readonly status: 'applied' | 'unneeded' | 'stale' | 'failed'; readonly finding: Finding; readonly note: string }
  | { readonly status: 'refused'; readonly finding?: Finding; readonly note: string };

/** The change shows. */
export async function applied(
  state: RemediationState,
  claimed: Remediation,
  attempt: Attempt,
): Promise<RemediationOutcome> {
  const outcome = `Applied and verified${attempt.requestIds.length > 0 ? `; Graph's request ids: ${attempt.requestIds.join(', ')}` : ''}.`;
  await state.resolve({ ...claimed, status: 'applied', attempt, outcome }, 'applied', outcome, 'complies');
  return { status: 'applied', finding: state.finding, note: outcome };
}

/** There is nothing left to change. */
export async function unneeded(
  state: RemediationState,
  approved: Remediation,
  because: 'complies' | 'object-gone',
): Promise<RemediationOutcome> {
  const outcome = because === 'complies' ? 'Somebody has mended it already.' : 'The object no longer exists.';
  await state.resolve({ ...approved, status: 'unneeded', outcome }, 'unneeded', outcome, because);
  return { status: 'unneeded', finding: state.finding, note: outcome };
}

/** The approval came too late to be carried out. */
export async function expired(
  state: RemediationState,
  approved: Remediation,
  expiresAt: string,
): Promise<RemediationOutcome> {
  const outcome = `The approval ran out at ${expiresAt}.`;
  await state.become({ ...approved, status: 'stale', outcome }, 'approval-expired', outcome);
  return { status: 'stale', finding: state.finding, note: outcome };
}

/** The object is not what the approver saw: the new plan goes to a person. */
export async function stale(
  context: RemediationContext,
  state: RemediationState,
  approved: Remediation,
  remedy: Remedy | undefined,
): Promise<RemediationOutcome> {
  const outcome = 'The object has changed since the approval: the plan was made anew and needs a new decision.';
  if (remedy && 'plan' in remedy) {
    const fresh = propose(state.finding.id, remedy.plan, context.clock.now());
    await state.become({ ...fresh, status: 'stale', outcome }, 'stale', outcome, { replaces: approved.id });
  } else {
    await state.byHand(remedy?.manual ?? { reason: 'The rule offers no plan any more.', steps: [] }, outcome);
  }
  return { status: 'stale', finding: state.finding, note: outcome };
}

/** A person has to look. */
export async function failed(
  state: RemediationState,
  claimed: Remediation,
  attempt: Attempt,
  note: string,
): Promise<RemediationOutcome> {
  await state.become({ ...claimed, status: 'failed', attempt, outcome: note }, 'failed', note);
  return { status: 'failed', finding: state.finding, note };
}
