import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { ConsentinelError, codeOf, explain } from '../model/errors.js';
import type { Finding } from '../model/finding.js';
import { type Attempt, planHash, propose, type Remediation } from '../model/remediation.js';
import { lookAgain } from './look-again.js';
import { queueNames, type Stored } from './ports.js';
import { readMessage } from './queue-message.js';
import { noRemediator, type RemediationContext, RemediationState } from './remediation-state.js';

/** A message on `remediations`. Ids only: what may be done is in the table. */
const messageSchema = z.object({
  tenantId: z.string().min(1).max(64),
  findingId: z.string().regex(/^[0-9a-f]{16}$/),
  remediationId: z.string().regex(/^[0-9a-f]{16}$/),
});

/** How a message ended. `refused` was recorded and will never be carried out; the others are states of the remediation. */
export type Outcome =
  | { readonly status: 'applied' | 'unneeded' | 'stale' | 'failed'; readonly finding: Finding; readonly note: string }
  | { readonly status: 'refused'; readonly finding?: Finding; readonly note: string };

/** An attempt without an outcome after this long was cut off: longer than a worker sends and looks, see `patience`. */
const attemptMilliseconds = 7 * 60_000;

/**
 * Carries out an approved plan: read afresh, plan anew, compare, send once, verify, judge again. Idempotent: however
 * often and by however many workers a message is taken, at most one request is sent for an approval.
 * @param message as it came from the queue
 * @throws ConsentinelError `usage-invalid` for what is no message; `remediation-disabled` without an identity that may
 * write; `remediation-pending`, and whatever Graph or storage did before anything was sent: the message comes again
 */
export async function applyRemediation(
  context: RemediationContext,
  message: unknown,
  signal?: AbortSignal,
): Promise<Outcome> {
  const ids = readMessage(queueNames.remediations, messageSchema, message);
  if (!context.remediator) throw noRemediator(context);
  const stored = await context.findings.finding(ids.tenantId, ids.findingId);
  if (!stored)
    return { status: 'refused', note: `There is no finding ${ids.findingId} in the tenant ${ids.tenantId}.` };
  const state = new RemediationState(context, stored);
  const { remediation } = stored.value;
  const reason = whyNot(context, ids, stored, remediation);
  if (reason !== undefined || !remediation) return refuse(state, ids.remediationId, reason ?? 'It has no plan.');
  if (remediation.status !== 'approved')
    return { status: 'refused', finding: stored.value, note: `It is ${remediation.status} already.` };
  if (remediation.attempt) return settle(context, state, remediation, remediation.attempt, signal);
  return carryOut(context, state, remediation, signal);
}

/** Why a message must not be obeyed, whatever the finding's remediation says; undefined where nothing speaks against it. */
function whyNot(
  { tenant }: RemediationContext,
  ids: z.infer<typeof messageSchema>,
  { value }: Stored<Finding>,
  remediation: Remediation | undefined,
): string | undefined {
  if (ids.tenantId !== tenant.id || value.tenantId !== tenant.id)
    return `It belongs to the tenant ${value.tenantId}, not to ${tenant.id}.`;
  if (!remediation) return 'The finding has no plan.';
  if (remediation.id !== ids.remediationId) return 'It was sent for another plan than the one that stands now.';
  if (planHash(remediation.plan) !== remediation.planHash) return 'The stored plan is not the one that was approved.';
  if (['proposed', 'rejected', 'stale', 'failed'].includes(remediation.status))
    return `Nobody has approved it: it is ${remediation.status}.`;
  return undefined;
}

/** Recorded once per message and reason, and nothing is sent. */
async function refuse(state: RemediationState, remediationId: string, reason: string): Promise<Outcome> {
  await state.record('refused', `Refused to carry out ${remediationId}: ${reason}`, { remediation: remediationId });
  return { status: 'refused', finding: state.finding, note: reason };
}

async function carryOut(
  context: RemediationContext,
  state: RemediationState,
  approved: Remediation,
  signal: AbortSignal | undefined,
): Promise<Outcome> {
  const { expiresAt = '' } = approved.decision ?? {};
  if (expiresAt <= context.clock.now()) {
    await state.become(
      { ...approved, status: 'stale', outcome: `The approval ran out at ${expiresAt}.` },
      'approval-expired',
      `The approval ran out at ${expiresAt}.`,
    );
    return { status: 'stale', finding: state.finding, note: `The approval ran out at ${expiresAt}.` };
  }
  const now = await lookAgain(context, state.finding, signal);
  if (!now.violated) return unneeded(state, approved, now.because);
  const { remedy } = now;
  if (!remedy || 'manual' in remedy || planHash(remedy.plan) !== approved.planHash)
    return stale(context, state, approved, remedy);

  // From here on the claim in the table keeps every other worker, and this one after a crash, from sending again.
  // Each attempt has a name of its own: two deliveries to one process must not take each other's claim for their own.
  const owner = `${context.owner}:${randomUUID().slice(0, 8)}`;
  const attempt: Attempt = { owner, startedAt: context.clock.now(), requestIds: [] };
  const claimed: Remediation = { ...approved, attempt };
  await state.become(claimed, 'started', `Sending ${remedy.plan.requests.length} request(s) to Graph.`, {
    owner: context.owner,
  });
  // Graph has no etags for these objects: the last look is the only guard, so nothing comes between it and the request.
  const last = await lookAgain(context, state.finding, signal);
  if (!last.violated) return unneeded(state, approved, last.because);
  if (!last.remedy || 'manual' in last.remedy || planHash(last.remedy.plan) !== approved.planHash) {
    return stale(context, state, approved, last.remedy);
  }
  const requestIds: string[] = [];
  try {
    for (const request of last.remedy.plan.requests) {
      const requestId = await context.remediator?.send(request, signal);
      if (requestId) requestIds.push(requestId);
    }
  } catch (error) {
    if (mayHaveTakenEffect(error))
      return settle(context, state, claimed, { ...attempt, requestIds }, signal, explain(error));
    return failed(state, claimed, { ...attempt, requestIds }, explain(error));
  }
  return settle(context, state, claimed, { ...attempt, requestIds }, signal);
}

/** No answer is not a refusal. Anything that is not Graph's own word counts as no answer. */
function mayHaveTakenEffect(error: unknown): boolean {
  return !/^(graph-rejected|permission-missing|credential-missing|credential-rejected)$/.test(codeOf(error));
}

/** What was sent is settled by reading, with patience for replication, and never by sending again. */
async function settle(
  context: RemediationContext,
  state: RemediationState,
  claimed: Remediation,
  attempt: Attempt,
  signal: AbortSignal | undefined,
  doubt?: string,
): Promise<Outcome> {
  const mine = attempt.owner.startsWith(`${context.owner}:`);
  const age = Date.parse(context.clock.now()) - Date.parse(attempt.startedAt);
  if (!mine && age < attemptMilliseconds) throw pending(state.finding, 'Another worker is carrying it out.');
  let seen = 0;
  for (let look = 1; look <= context.patience.looks; look += 1) {
    const now = await lookAgain(context, state.finding, signal);
    seen = now.violated ? 0 : seen + 1;
    // Replicas lag: one answer may come from a fresh one and the next from a stale one.
    if (seen >= context.patience.agreeing) return applied(state, claimed, attempt);
    if (look < context.patience.looks) await context.clock.wait(context.patience.milliseconds, signal);
  }
  const words = doubt
    ? `Graph's answer was lost (${doubt})`
    : mine
      ? 'Graph accepted it'
      : 'The worker that sent it is gone';
  return failed(
    state,
    claimed,
    attempt,
    `${words}, and the change does not show. Look at the object in the Entra admin center; if the violation is still there, approve again.`,
  );
}

async function applied(state: RemediationState, claimed: Remediation, attempt: Attempt): Promise<Outcome> {
  const outcome = `Applied and verified${attempt.requestIds.length > 0 ? `; Graph's request ids: ${attempt.requestIds.join(', ')}` : ''}.`;
  await state.resolve({ ...claimed, status: 'applied', attempt, outcome }, 'applied', outcome, 'complies');
  return { status: 'applied', finding: state.finding, note: outcome };
}

async function unneeded(
  state: RemediationState,
  approved: Remediation,
  because: 'complies' | 'object-gone',
): Promise<Outcome> {
  const outcome = because === 'complies' ? 'Somebody has mended it already.' : 'The object no longer exists.';
  await state.resolve({ ...approved, status: 'unneeded', outcome }, 'unneeded', outcome, because);
  return { status: 'unneeded', finding: state.finding, note: outcome };
}

/** The object is not what the approver saw: the new plan goes to a person. */
async function stale(
  context: RemediationContext,
  state: RemediationState,
  approved: Remediation,
  remedy: { plan: Remediation['plan'] } | { manual: NonNullable<Finding['manual']> } | undefined,
): Promise<Outcome> {
  const outcome = 'The object has changed since the approval: the plan was made anew and needs a new decision.';
  if (remedy && 'plan' in remedy) {
    const fresh = propose(state.finding.id, remedy.plan, context.clock.now());
    await state.become({ ...fresh, status: 'stale', outcome }, 'stale', outcome, { replaces: approved.id });
  } else {
    await state.byHand(remedy?.manual ?? { reason: 'The rule offers no plan any more.', steps: [] }, outcome);
  }
  return { status: 'stale', finding: state.finding, note: outcome };
}

async function failed(state: RemediationState, claimed: Remediation, attempt: Attempt, note: string): Promise<Outcome> {
  await state.become({ ...claimed, status: 'failed', attempt, outcome: note }, 'failed', note);
  return { status: 'failed', finding: state.finding, note };
}

function pending({ id }: Finding, why: string): ConsentinelError {
  return new ConsentinelError(
    'remediation-pending',
    `The remediation of ${id} has no outcome yet. ${why}`,
    'The message is delivered again.',
  );
}
