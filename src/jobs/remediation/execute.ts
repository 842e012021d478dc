import { randomUUID } from 'node:crypto';
import { codeOf, explain } from '../../model/errors.js';
import type { Finding } from '../../model/finding/finding.js';
import { type Attempt, type Plan, planProblem, type Remediation } from '../../model/remediation/remediation.js';
import { allows, nextState } from '../../model/remediation/states.js';
import { checkApproval } from './check-approval.js';
import { matchesApproved } from './match-approved.js';
import { parseRemediationMessage, type RemediationMessage } from './message.js';
import { recheck } from './recheck.js';
import { type RemediationOutcome, recordFailed, recordStale, recordUnneeded } from './record-outcome.js';
import { noRemediator, type RemediationContext } from './remediation-context.js';
import { RemediationRecord } from './remediation-record.js';
import { verify } from './verify.js';

/**
 * Executes an approved plan: reads the object, plans again, compares, sends once, and verifies. Idempotent: for any
 * number of deliveries and workers, each request of an approved plan is sent at most once.
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
  const ids = parseRemediationMessage(message);
  if (!context.remediator) throw noRemediator(context);
  const stored = await context.findings.finding(ids.tenantId, ids.findingId);
  if (!stored)
    return { status: 'refused', note: `There is no finding ${ids.findingId} in the tenant ${ids.tenantId}.` };
  const record = new RemediationRecord(context, stored);
  const { remediation } = stored.value;
  const reason = rejectionReason(context, ids, stored.value);
  if (reason !== undefined || !remediation) return refuse(record, ids.remediationId, reason ?? 'It has no plan.');
  if (remediation.status !== 'approved')
    return { status: 'refused', finding: stored.value, note: `It is ${remediation.status} already.` };
  if (remediation.attempt) return verify(context, record, { ...remediation, attempt: remediation.attempt }, signal);
  return executeApproved(context, record, remediation, signal);
}

/** Why a message must not be executed; undefined if it matches an approved plan. */
function rejectionReason(
  { tenant }: RemediationContext,
  ids: RemediationMessage,
  { tenantId, remediation }: Finding,
): string | undefined {
  if (ids.tenantId !== tenant.id || tenantId !== tenant.id)
    return `It belongs to the tenant ${tenantId}, not to ${tenant.id}.`;
  if (!remediation) return 'The finding has no plan.';
  if (remediation.id !== ids.remediationId) return 'It was sent for another plan than the one that stands now.';
  if (planProblem(remediation) === 'altered') return 'The stored plan is not the one that was approved.';
  if (allows(remediation.status, 'approve', 'approver')) return `Nobody has approved it: it is ${remediation.status}.`;
  return undefined;
}

/** Writes the refusal to the finding's history; nothing is sent. */
async function refuse(record: RemediationRecord, remediationId: string, reason: string): Promise<RemediationOutcome> {
  await record.note('refused', `Refused to carry out ${remediationId}: ${reason}`, { remediation: remediationId });
  return { status: 'refused', finding: record.finding, note: reason };
}

async function executeApproved(
  context: RemediationContext,
  record: RemediationRecord,
  approved: Remediation,
  signal: AbortSignal | undefined,
): Promise<RemediationOutcome> {
  const rejected = await checkApproval(context, record, approved, signal);
  if (rejected) return rejected;
  const first = await planAgain(context, record, approved, signal);
  if ('outcome' in first) return first.outcome;

  // The claim in the table keeps every other worker, and this one after a crash, from sending again. Each attempt has
  // its own name: two deliveries to one process must not treat each other's claim as their own.
  const owner = `${context.owner}:${randomUUID().slice(0, 8)}`;
  const attempt: Attempt = { owner, startedAt: context.clock.now(), requestIds: [] };
  const started = { ...approved, status: nextState(approved.status, 'start', 'remediator'), attempt };
  const summary = `Sending ${first.plan.requests.length} request(s) to Graph.`;
  await record.update(started, 'started', summary, { owner: context.owner });
  // Graph has no etags for these objects. The second read is the only guard, so nothing runs between it and the
  // request.
  const second = await planAgain(context, record, approved, signal);
  if ('outcome' in second) return second.outcome;
  return send(context, record, started, second.plan, signal);
}

/** Reads the object and plans again. Returns the plan if it is the approved one, else the outcome it has recorded. */
async function planAgain(
  context: RemediationContext,
  record: RemediationRecord,
  approved: Remediation,
  signal: AbortSignal | undefined,
): Promise<{ readonly plan: Plan } | { readonly outcome: RemediationOutcome }> {
  const now = await recheck(context, record.finding, signal);
  if (!now.violated) return { outcome: await recordUnneeded(record, approved, now.because) };
  const { remedy } = now;
  if (!remedy || 'manual' in remedy || !(await matchesApproved(context, record.finding, approved, remedy.plan)))
    return { outcome: await recordStale(context, record, approved, remedy) };
  return remedy;
}

async function send(
  context: RemediationContext,
  record: RemediationRecord,
  started: Remediation & { readonly attempt: Attempt },
  { requests }: Plan,
  signal: AbortSignal | undefined,
): Promise<RemediationOutcome> {
  const requestIds: string[] = [];
  const sent = { ...started, attempt: { ...started.attempt, requestIds } };
  try {
    for (const request of requests) {
      const requestId = await context.remediator?.send(request, signal);
      if (requestId) requestIds.push(requestId);
    }
  } catch (error) {
    if (mayHaveTakenEffect(error)) return verify(context, record, sent, signal, explain(error));
    return recordFailed(record, sent, explain(error));
  }
  return verify(context, record, sent, signal);
}

/**
 * Whether a request may have changed the object. Only these errors show that Graph rejected it or never received it.
 */
function mayHaveTakenEffect(error: unknown): boolean {
  return !/^(graph-rejected|permission-missing|credential-missing|credential-rejected|config-invalid)$/.test(
    codeOf(error),
  );
}
