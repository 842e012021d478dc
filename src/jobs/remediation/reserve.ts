import { isUnderWay } from '../../model/remediation/execution.js';
import type { Attempt, Remediation } from '../../model/remediation/remediation.js';
import type { Reservation, ReservationRequest } from '../ports/index.js';
import { type RemediationOutcome, recordEnded } from './record-outcome.js';
import type { RemediationContext } from './remediation-context.js';
import type { RemediationRecord } from './remediation-record.js';

type Refusal = Extract<Reservation, { reserved: false }>;

/** Why the limits do not allow an execution now; reserves nothing and reads nothing from Graph. */
export async function checkBudget(
  context: RemediationContext,
  record: RemediationRecord,
  approved: Remediation,
  attempt: Attempt,
): Promise<RemediationOutcome | undefined> {
  const answer = await context.state.check(requestOf(context, record, { ...approved, attempt }));
  return answer.reserved ? undefined : refuseFor(context, record, approved, answer);
}

/** Reserves the execution of a claimed plan. If the limits do not allow it, the claim is released. */
export async function reserve(
  context: RemediationContext,
  record: RemediationRecord,
  started: Remediation & { readonly attempt: Attempt },
): Promise<RemediationOutcome | undefined> {
  const answer = await context.state.reserve(requestOf(context, record, started));
  return answer.reserved ? undefined : refuseFor(context, record, started, answer);
}

function requestOf(
  { clock, limits }: RemediationContext,
  { finding }: RemediationRecord,
  { attempt, decision }: Remediation & { readonly attempt: Attempt },
): ReservationRequest {
  const { approvalId = '', owner } = attempt;
  const [at, limit] = [clock.now(), limits.maxPerRun];
  return { tenantId: finding.tenantId, approvalId, attempt: owner, at, decidedAt: decision?.at ?? '', limit };
}

function refuseFor(
  { limits }: RemediationContext,
  record: RemediationRecord,
  remediation: Remediation,
  { reason, retryAt }: Refusal,
): Promise<RemediationOutcome> {
  if (reason === 'approval-used') {
    const summary = 'This approval is already used. Check the object in the Entra admin center, then approve again.';
    return recordEnded(record, withoutAttempt(remediation), { type: 'refused', summary });
  }
  const why = {
    'limit-reached': `MAX_REMEDIATIONS_PER_RUN (${limits.maxPerRun}) was reached within 60 minutes.`,
    'failed-recently': 'A remediation failed within the last 60 minutes. Decide on it first, or approve again.',
  }[reason];
  return release(record, remediation, { note: why, ...(retryAt && { until: retryAt }) });
}

/** Leaves an approved plan as it was before it was claimed: a later delivery executes it. */
export async function release(
  record: RemediationRecord,
  remediation: Remediation,
  reason: { readonly note: string; readonly until?: string },
): Promise<RemediationOutcome> {
  // Most executions are stopped before the claim: then nothing is written.
  const { attempt } = remediation;
  if (attempt)
    await record.follow(attempt, async (now) => {
      if (isUnderWay(now)) await record.update(withoutAttempt(now), { type: 'postponed', summary: reason.note });
    });
  return { status: 'postponed', finding: record.finding, ...reason };
}

function withoutAttempt({ attempt: _released, ...remediation }: Remediation): Remediation {
  return remediation;
}
