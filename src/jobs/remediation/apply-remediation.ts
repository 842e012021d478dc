import { z } from 'zod';
import type { Finding } from '../../model/finding/finding.js';
import { planHash, type Remediation } from '../../model/remediation/remediation.js';
import { queueNames, type Stored } from '../ports/index.js';
import { readMessage } from '../queues/queue-message.js';
import { execute } from './execute.js';
import type { RemediationOutcome } from './record-outcome.js';
import { noRemediator, type RemediationContext, RemediationState } from './remediation-record.js';
import { verify } from './verify.js';

/** A message on `remediations`. Ids only: what may be done is in the table. */
const messageSchema = z.object({
  tenantId: z.string().min(1).max(64),
  findingId: z.string().regex(/^[0-9a-f]{16}$/),
  remediationId: z.string().regex(/^[0-9a-f]{16}$/),
});

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
): Promise<RemediationOutcome> {
  const ids = readMessage(queueNames.remediations, messageSchema, message);
  if (!context.remediator) throw noRemediator(context);
  const stored = await context.findings.finding(ids.tenantId, ids.findingId);
  if (!stored)
    return { status: 'refused', note: `There is no finding ${ids.findingId} in the tenant ${ids.tenantId}.` };
  const state = new RemediationState(context, stored);
  const { remediation } = stored.value;
  const reason = rejectionReason(context, ids, stored, remediation);
  if (reason !== undefined || !remediation) return refuse(state, ids.remediationId, reason ?? 'It has no plan.');
  if (remediation.status !== 'approved')
    return { status: 'refused', finding: stored.value, note: `It is ${remediation.status} already.` };
  if (remediation.attempt) return verify(context, state, remediation, remediation.attempt, signal);
  return execute(context, state, remediation, signal);
}

/** Why a message must not be obeyed, whatever the finding's remediation says; undefined where nothing speaks against it. */
function rejectionReason(
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
async function refuse(state: RemediationState, remediationId: string, reason: string): Promise<RemediationOutcome> {
  await state.record('refused', `Refused to carry out ${remediationId}: ${reason}`, { remediation: remediationId });
  return { status: 'refused', finding: state.finding, note: reason };
}
