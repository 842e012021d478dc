import type { Finding } from '../../model/finding/finding.js';
import { type FindingStore, type Outbox, queueNames } from '../ports/index.js';
import { executeRemediation } from './execute.js';
import { messageFor } from './message.js';
import type { RemediationOutcome } from './record-outcome.js';
import { noRemediator, type RemediationContext } from './remediation-context.js';

/** The safety limits of a run. */
export interface RunLimits {
  /** The setting MAX_REMEDIATIONS_PER_RUN. */
  readonly maxPerRun: number;
}

/** The result of a run on the command line. */
export interface Run {
  readonly outcomes: readonly RemediationOutcome[];
  /** The number of approved remediations that were not started. */
  readonly left: number;
  /** Why they were not started. */
  readonly because?: string;
}

/** Messages of the queue belong to one run if they come within one hour. */
const runMilliseconds = 3_600_000;
const postponeSeconds = 900;

/** The findings with an approved remediation, in the order of the approvals. */
export async function approvedFindings(findings: FindingStore, tenantId: string): Promise<Finding[]> {
  const approved: Finding[] = [];
  for await (const { value } of findings.findings(tenantId, { onDamaged: () => {} })) {
    if (value.remediation?.status === 'approved') approved.push(value);
  }
  return approved.sort((a, b) => (a.remediation?.decision?.at ?? '').localeCompare(b.remediation?.decision?.at ?? ''));
}

/**
 * Executes the approved remediations with the handler of the queue. It stops at the limit, and at the first failure:
 * the same error may affect the next remediation.
 * @throws ConsentinelError `remediation-disabled`, and as `executeRemediation`
 */
export async function runRemediations(
  context: RemediationContext,
  { maxPerRun }: RunLimits,
  signal?: AbortSignal,
): Promise<Run> {
  if (!context.remediator) throw noRemediator(context);
  const approved = await approvedFindings(context.findings, context.tenant.id);
  const outcomes: RemediationOutcome[] = [];
  for (const finding of approved.slice(0, maxPerRun)) {
    if (!finding.remediation) continue;
    const outcome = await executeRemediation(context, messageFor(finding, finding.remediation), signal);
    outcomes.push(outcome);
    if (outcome.status === 'failed') break;
  }
  const left = approved.length - outcomes.length;
  if (left === 0) return { outcomes, left };
  const because =
    outcomes.at(-1)?.status === 'failed' ? 'the last one failed' : `MAX_REMEDIATIONS_PER_RUN is ${maxPerRun}`;
  return { outcomes, left, because };
}

/**
 * Executes the remediation of one message of the queue under the same limits. If the limit was reached or a remediation
 * failed within the last hour, the message goes back to the queue with a delay.
 * @returns the outcome, or why the message was postponed
 * @throws as `executeRemediation`
 */
export async function executeWithinLimits(
  context: RemediationContext & { readonly outbox: Outbox },
  { maxPerRun }: RunLimits,
  message: unknown,
  signal?: AbortSignal,
): Promise<RemediationOutcome | { readonly status: 'postponed'; readonly note: string }> {
  const limitReached = context.remediator && (await remediationLimitReached(context, maxPerRun));
  if (!limitReached) return executeRemediation(context, message, signal);
  await context.outbox.send(queueNames.remediations, message as Record<string, string>, {
    delaySeconds: postponeSeconds,
  });
  return { status: 'postponed', note: limitReached };
}

async function remediationLimitReached(
  { findings, tenant, clock }: RemediationContext,
  maxPerRun: number,
): Promise<string | undefined> {
  const since = new Date(Date.parse(clock.now()) - runMilliseconds).toISOString();
  let started = 0;
  let failed = 0;
  // A damaged row can hide an attempt.
  const onDamaged = () => {
    started += 1;
  };
  for await (const { value } of findings.findings(tenant.id, { onDamaged })) {
    const { status, attempt } = value.remediation ?? {};
    if (!attempt || attempt.startedAt < since) continue;
    // An attempt without an outcome does not count: its own message, delivered again, would be postponed for ever.
    if (status !== 'approved') started += 1;
    if (status === 'failed') failed += 1;
  }
  if (failed > 0) return `${failed} remediation(s) failed within the last hour; decide on them first.`;
  return started >= maxPerRun ? `MAX_REMEDIATIONS_PER_RUN (${maxPerRun}) was reached within the last hour.` : undefined;
}
