import { randomUUID } from 'node:crypto';
import { ConsentinelError, explain } from '../../model/errors.js';
import type { Finding } from '../../model/finding/finding.js';
import { changeDetail } from '../../model/remediation/execution.js';
import { type Attempt, type Plan, planProblem, type Remediation } from '../../model/remediation/remediation.js';
import { allows, hasEnded, nextState } from '../../model/remediation/states.js';
import { quantity } from '../../model/text/format.js';
import { approvedMatcher } from './match-approved.js';
import { parseRemediationMessage, type RemediationMessage } from './message.js';
import { prepareRecheck, type Recheck, type Rechecked } from './recheck.js';
import {
  type Begun,
  type RemediationOutcome,
  recordApplied,
  recordFailed,
  recordStale,
  recordUnneeded,
} from './record-outcome.js';
import { noRemediator, type RemediationContext } from './remediation-context.js';
import { RemediationRecord } from './remediation-record.js';
import { checkBudget, reserve } from './reserve.js';
import { isLate, sendRequests } from './send-requests.js';
import { stopReason } from './stop-reason.js';
import { verify } from './verify.js';

/**
 * Executes an approved plan: reads the object, plans again, compares, reserves, sends, and verifies. Idempotent: for any
 * number of deliveries and workers, an approved plan changes the directory at most once.
 * @param message as it came from the queue
 * @throws ConsentinelError `usage-invalid` if the message does not match its schema; `remediation-disabled` without an
 * identity that may write; `remediation-pending`, and errors of Graph or storage from before anything was sent: the
 * queue then delivers the message again
 */
export async function executeRemediation(
  context: RemediationContext,
  message: unknown,
  signal?: AbortSignal,
): Promise<RemediationOutcome> {
  const begun = await beginRemediation(context, message, signal);
  return 'outcome' in begun ? begun.outcome : begun.verify();
}

/** Executes an approved plan until its requests are sent. @throws as `executeRemediation` */
export async function beginRemediation(
  context: RemediationContext,
  message: unknown,
  signal?: AbortSignal,
): Promise<Begun> {
  const ids = parseRemediationMessage(message);
  if (!context.remediator) throw noRemediator(context);
  const stored = await context.findings.finding(ids.tenantId, ids.findingId);
  if (!stored) {
    const note = `The tenant ${ids.tenantId} has no finding ${ids.findingId}.`;
    return { outcome: { status: 'refused', note } };
  }
  const record = new RemediationRecord(context, stored);
  const { remediation } = stored.value;
  const reason = rejectionReason(context, ids, stored.value);
  if (reason !== undefined || !remediation)
    return { outcome: await refuse(record, ids.remediationId, reason ?? 'The finding has no plan.') };
  if (hasEnded(remediation.status)) return { outcome: endedOutcome(stored.value, remediation) };
  const { attempt } = remediation;
  if (!attempt) return executeApproved(context, record, remediation, signal);
  return {
    finding: stored.value,
    verify: () => verify(context, record, { ...remediation, attempt }, signal),
  };
}

/** Why a message must not be executed; undefined if it matches an approved plan. */
function rejectionReason(
  { tenant }: RemediationContext,
  ids: RemediationMessage,
  { tenantId, remediation }: Finding,
): string | undefined {
  if (ids.tenantId !== tenant.id || tenantId !== tenant.id)
    return `The finding belongs to the tenant ${tenantId}, not to ${tenant.id}.`;
  if (!remediation) return 'The finding has no plan.';
  if (remediation.id !== ids.remediationId) return 'The message is not for the current plan.';
  if (planProblem(remediation) === 'altered') return 'The stored plan differs from the approved plan.';
  if (allows(remediation.status, 'approve', 'approver'))
    return `The plan is not approved. Its status is ${remediation.status}.`;
  return undefined;
}

/** A scan or another worker recorded the outcome: a repeated delivery changes nothing. */
function endedOutcome(finding: Finding, { status, outcome = '' }: Remediation): RemediationOutcome {
  const note = `The plan is already ${status}. ${outcome}`.trim();
  return { status: status === 'applied' || status === 'unneeded' ? status : 'refused', finding, note };
}

/** Writes the refusal to the finding's history; nothing is sent. */
async function refuse(record: RemediationRecord, remediationId: string, reason: string): Promise<RemediationOutcome> {
  const summary = `Consentinel did not execute ${remediationId}: ${reason}`;
  await record.note({ type: 'refused', summary, detail: { remediation: remediationId } });
  return { status: 'refused', finding: record.finding, note: reason };
}

async function executeApproved(
  context: RemediationContext,
  record: RemediationRecord,
  approved: Remediation,
  signal: AbortSignal | undefined,
): Promise<Begun> {
  const unapproved = await stopReason(context, record, approved, signal);
  if (unapproved) return { outcome: unapproved };
  const attempt: Attempt = {
    // Each attempt has its own name: two deliveries to one process must not treat each other's claim as their own.
    owner: `${context.owner}:${randomUUID().slice(0, 8)}`,
    startedAt: context.clock.now(),
    requestIds: [],
    approvalId: approvalIdOf(approved),
  };
  const stopped = await checkBudget(context, record, approved, attempt);
  if (stopped) return { outcome: stopped };
  // What the last read needs besides the object is loaded now, and so is the token of the request.
  const recheck = prepareRecheck(context, record.finding);
  const [first] = await Promise.all([recheck.read(signal), context.remediator?.prepare(signal)]);
  const matches = approvedMatcher(context, record.finding, approved);
  const planned = await planAgain(context, record, approved, first, matches);
  if ('outcome' in planned) return planned;

  // The claim in the table keeps every other worker, and this one after a crash, from sending again.
  const claimed = { ...attempt, ...(first.keyIds && { keyIds: first.keyIds }) };
  const started = {
    ...approved,
    status: nextState(approved.status, 'start', 'remediator'),
    attempt: claimed,
  };
  const { requests } = planned.plan;
  await record.update(started, {
    type: 'started',
    summary: `Sending ${quantity(requests.length, 'request')} to Graph.`,
    detail: changeDetail(requests),
  });
  return send(context, record, started, recheck, matches, signal);
}

/** The approval that allows the execution. */
function approvalIdOf({ id, approvals, decision }: Remediation): string {
  return approvals?.[0]?.statement.id ?? `${id}_${decision?.at ?? ''}`;
}

/** The plan if it is the approved one, else the outcome that was recorded. */
async function planAgain(
  context: RemediationContext,
  record: RemediationRecord,
  approved: Remediation,
  now: Rechecked,
  matches: (plan: Plan) => Promise<boolean>,
): Promise<{ readonly plan: Plan } | { readonly outcome: RemediationOutcome }> {
  if (!now.violated) return { outcome: await recordGone(record, approved, now.because) };
  const { remedy } = now;
  if (!remedy || 'manual' in remedy || !(await matches(remedy.plan)))
    return { outcome: await recordStale(context, record, approved, remedy) };
  return remedy;
}

/** Nothing was sent by this attempt: an earlier attempt or another person made the change. */
function recordGone(
  record: RemediationRecord,
  approved: Remediation,
  because: 'complies' | 'object-gone',
): Promise<RemediationOutcome> {
  const { unconfirmed } = approved;
  if (!unconfirmed || because === 'object-gone') return recordUnneeded(record, approved, because);
  return recordApplied(record, { ...approved, attempt: unconfirmed });
}

/** The last steps before the request, in this order: the approval and the pause, the budget, the object, the request. */
async function send(
  context: RemediationContext,
  record: RemediationRecord,
  started: Remediation & { readonly attempt: Attempt },
  recheck: Recheck,
  matches: (plan: Plan) => Promise<boolean>,
  signal: AbortSignal | undefined,
): Promise<Begun> {
  const { attempt: claimed, ...approved } = started;
  const stopped = await reserve(context, record, started);
  if (stopped) return { outcome: stopped };
  let second: Rechecked;
  try {
    const stoppedNow = await stopReason(context, record, started, signal);
    if (stoppedNow) return { outcome: stoppedNow };
    // Graph has no etags for these objects. This read is the only guard, so nothing runs between it and the request.
    second = await recheck.read(signal);
    if (isLate(claimed, context.clock)) throw tooLate();
  } catch (error) {
    const note = `Nothing was sent: ${explain(error)} Approve again.`;
    return { outcome: await recordFailed(record, withAttempt(started, { rejected: true }), note) };
  }
  const planned = await planAgain(context, record, approved, second, matches);
  if ('outcome' in planned) return planned;
  const attempt = { ...claimed, ...(second.keyIds && { keyIds: second.keyIds }) };
  return sendRequests(context, record, { ...started, attempt }, planned.plan, recheck, signal);
}

/** A process that was stopped for minutes, and continues: another worker may have verified the attempt by now. */
function tooLate(): ConsentinelError {
  return new ConsentinelError('remediation-pending', 'The preparation of the attempt took too long. Nothing was sent.');
}

function withAttempt<T extends Remediation & { readonly attempt: Attempt }>(started: T, change: Partial<Attempt>): T {
  return { ...started, attempt: { ...started.attempt, ...change } };
}
