import { codeOf, explain } from '../../model/errors.js';
import type { Finding } from '../../model/finding/finding.js';
import { type FindingStore, type Outbox, queueNames } from '../ports/index.js';
import { beginRemediation, executeRemediation } from './execute.js';
import { messageFor, type RemediationMessage } from './message.js';
import type { RemediationOutcome } from './record-outcome.js';
import { noRemediator, type RemediationContext, type RunLimits } from './remediation-context.js';
import { Verifications } from './verifications.js';
import { PendingAttempt } from './verify.js';

/** The result of one remediation of a run. */
export type RunOutcome =
  | RemediationOutcome
  /** Another process executes it, or was interrupted. @param until when this process may verify it, ISO 8601 UTC */
  | { readonly status: 'pending'; readonly finding: Finding; readonly note: string; readonly until?: string }
  /** Graph or storage could not be used. */
  | { readonly status: 'error'; readonly finding: Finding; readonly note: string; readonly code: string };

/** The result of a run on the command line. */
export interface Run {
  readonly outcomes: readonly RunOutcome[];
  /** The plans that have their outcome. Their messages in the queue are handled. */
  readonly handled: readonly RemediationMessage[];
  /** The number of approved remediations without an outcome. */
  readonly left: number;
  /** Why they have none. */
  readonly because?: string;
}

/** Called when the requests of a remediation were sent and its verification begins. */
export type OnVerifying = (finding: Finding) => void;

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
 * Executes the approved remediations with the handler of the queue. Requests are sent one object after the other; the
 * verifications run at the same time. It skips what another process executes. It stops at the limit, at a pause, and at the
 * first failure: the same error may affect the next remediation.
 * @throws ConsentinelError `remediation-disabled`; errors of storage before the first remediation
 */
export async function runRemediations(
  context: RemediationContext,
  limits: RunLimits,
  signal?: AbortSignal,
  onVerifying: OnVerifying = () => {},
): Promise<Run> {
  if (!context.remediator) throw noRemediator(context);
  const approved = await approvedFindings(context.findings, context.tenant.id);
  const run = new RemediationRun({ ...context, limits }, signal, onVerifying);
  for (const finding of approved) {
    if (run.stopped) break;
    await run.begin(finding);
  }
  return run.end(approved.length);
}

class RemediationRun {
  readonly #outcomes: Promise<RunOutcome>[] = [];
  readonly #ended: RunOutcome[] = [];
  readonly #handled: RemediationMessage[] = [];
  readonly #verifications = new Verifications();

  constructor(
    private readonly context: RemediationContext,
    private readonly signal: AbortSignal | undefined,
    private readonly onVerifying: OnVerifying,
  ) {}

  /** Whether a remediation ended in a way that concerns the next one too. */
  get stopped(): boolean {
    return this.#ended.some(({ status }) => status === 'failed' || status === 'postponed' || status === 'error');
  }

  /** Sends the requests of one remediation. The verification continues after the call. */
  async begin(finding: Finding): Promise<void> {
    const { context, signal } = this;
    const { remediation, objectId } = finding;
    if (!remediation) return;
    await this.#verifications.settled(objectId);
    if (this.stopped) return;
    const message = messageFor(finding, remediation);
    const begun = await beginRemediation(context, message, signal).catch((error: unknown) => ({
      outcome: asOutcome(finding, error),
    }));
    if ('outcome' in begun) return this.#add(message, Promise.resolve(begun.outcome));
    this.onVerifying(begun.finding);
    const verify = () => begun.verify().catch((error: unknown) => asOutcome(finding, error));
    this.#add(message, this.#verifications.run(objectId, verify));
  }

  #add(message: RemediationMessage, outcome: Promise<RunOutcome>): void {
    const added = outcome.then((ended) => {
      this.#ended.push(ended);
      if (hasOutcome(ended)) this.#handled.push(message);
      return ended;
    });
    this.#outcomes.push(added);
  }

  async end(approved: number): Promise<Run> {
    const outcomes = await Promise.all(this.#outcomes);
    const [done, unfinished] = [outcomes.filter(hasOutcome), outcomes.filter((one) => !hasOutcome(one))];
    const left = approved - done.length;
    // A plan that was postponed is as it was before the run.
    const shown = outcomes.filter(({ status }) => status !== 'postponed');
    const handled = this.#handled;
    if (left === 0) return { outcomes: shown, handled, left };
    const stop = unfinished.find(({ status }) => status === 'postponed') ?? unfinished[0];
    const failed = done.some(({ status }) => status === 'failed');
    return {
      outcomes: shown,
      handled,
      left,
      because: failed ? 'A remediation failed.' : (stop?.note ?? 'The run stopped.'),
    };
  }
}

function hasOutcome({ status }: RunOutcome): boolean {
  return status !== 'pending' && status !== 'postponed' && status !== 'error';
}

function asOutcome(finding: Finding, error: unknown): RunOutcome {
  const note = explain(error);
  if (error instanceof PendingAttempt) return { status: 'pending', finding, note, until: error.until };
  const code = codeOf(error);
  return code === 'remediation-pending'
    ? { status: 'pending', finding, note }
    : { status: 'error', finding, note, code };
}

/**
 * Executes the remediation of one message of the queue under the same limits. If the limits or a pause do not allow it, the
 * message goes back to the queue with a delay.
 * @returns the outcome, or why the message was postponed
 * @throws as `executeRemediation`
 */
export async function executeWithinLimits(
  context: RemediationContext & { readonly outbox: Outbox },
  limits: RunLimits,
  message: unknown,
  signal?: AbortSignal,
): Promise<RemediationOutcome> {
  const outcome = await executeRemediation({ ...context, limits }, message, signal);
  if (outcome.status === 'postponed') await postpone(context, message);
  return outcome;
}

/** Sends a message to its queue again, with a delay. */
export async function postpone({ outbox }: { readonly outbox: Outbox }, message: unknown): Promise<void> {
  const options = { delaySeconds: postponeSeconds };
  await outbox.send(queueNames.remediations, message as Record<string, string>, options);
}
