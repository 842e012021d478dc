import type { Finding } from '../../model/finding/finding.js';
import { type FindingStore, type Outbox, queueNames } from '../ports/index.js';
import { applyRemediation } from './apply-remediation.js';
import { messageFor } from './approve.js';
import type { RemediationOutcome } from './record-outcome.js';
import { noRemediator, type RemediationContext, RemediationState } from './remediation-record.js';

/** The brakes of a run. */
export interface RunLimits {
  /** The setting MAX_REMEDIATIONS_PER_RUN. */
  readonly maxPerRun: number;
}

/** How a run on the command line ended. */
export interface Run {
  readonly outcomes: readonly RemediationOutcome[];
  /** Approved remediations that were not begun, and why. */
  readonly left: number;
  readonly because?: string;
}

/** Messages of the queue belong to one run when they come within an hour of each other. */
const runMilliseconds = 3_600_000;
const postponeSeconds = 900;

/** Every approved remediation of the tenant, in the order of the approvals. */
export async function approvedFindings(findings: FindingStore, tenantId: string): Promise<Finding[]> {
  const approved: Finding[] = [];
  for await (const { value } of findings.findings(tenantId)) {
    if (value.remediation?.status === 'approved') approved.push(value);
  }
  return approved.sort((a, b) => (a.remediation?.decision?.at ?? '').localeCompare(b.remediation?.decision?.at ?? ''));
}

/**
 * Works off what is approved, with the same handler as the queue's. It stops at the cap and at the first that fails:
 * what went wrong once may go wrong again.
 * @throws ConsentinelError `remediation-disabled`
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
    const outcome = await applyRemediation(context, messageFor(finding, finding.remediation), signal);
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
 * Works off one message of the queue under the same brakes: where the last hour has seen the cap reached, or one fail,
 * the message is put back for a while.
 * @returns the outcome, or why the message was postponed
 */
export async function applyWithinLimits(
  context: RemediationContext & { readonly outbox: Outbox },
  { maxPerRun }: RunLimits,
  message: unknown,
  signal?: AbortSignal,
): Promise<RemediationOutcome | { readonly status: 'postponed'; readonly note: string }> {
  const limitReached = context.remediator && (await remediationLimitReached(context, maxPerRun));
  if (!limitReached) return applyRemediation(context, message, signal);
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
  for await (const { value } of findings.findings(tenant.id)) {
    const { status, attempt } = value.remediation ?? {};
    if (!attempt || attempt.startedAt < since) continue;
    // One that is under way counts for its own redelivery too: that must not be postponed for ever.
    if (status !== 'approved') started += 1;
    if (status === 'failed') failed += 1;
  }
  if (failed > 0) return `${failed} remediation(s) failed within the last hour; decide on them first.`;
  return started >= maxPerRun ? `MAX_REMEDIATIONS_PER_RUN (${maxPerRun}) was reached within the last hour.` : undefined;
}

/**
 * A message that nobody could work off: its remediation is marked failed, with what to do, so that it can be approved
 * again. Anything else on the poison queue changes nothing.
 */
export async function failPoisoned(context: RemediationContext, message: unknown): Promise<string> {
  const { findingId, remediationId } = (message ?? {}) as { findingId?: unknown; remediationId?: unknown };
  if (typeof findingId !== 'string' || !/^[0-9a-f]{16}$/.test(findingId)) return 'The message names no finding.';
  const stored = await context.findings.finding(context.tenant.id, findingId);
  const remediation = stored?.value.remediation;
  if (!stored || remediation?.id !== remediationId || remediation?.status !== 'approved')
    return 'Nothing is approved under that id.';
  const note =
    'It was tried several times without an outcome. See the log, look at the object in the Entra admin center, then approve again.';
  await new RemediationState(context, stored).become(
    { ...remediation, status: 'failed', outcome: note },
    'failed',
    note,
  );
  return note;
}
