import { type Clock, type Inbox, type Outbox, queueNames, type TakenMessage } from '../jobs/ports/index.js';
import { beginRemediation } from '../jobs/remediation/execute.js';
import { failPoisoned } from '../jobs/remediation/fail-poisoned.js';
import { postpone } from '../jobs/remediation/queue.js';
import type { RemediationOutcome } from '../jobs/remediation/record-outcome.js';
import type { RemediationContext, RunLimits } from '../jobs/remediation/remediation-context.js';
import { Verifications } from '../jobs/remediation/verifications.js';
import { explain } from '../model/errors.js';
import { isFindingId } from '../model/finding/finding.js';

type Execution = RemediationContext & { readonly outbox: Outbox };

/** The ports that execute approvals without a Functions host. */
export interface PumpContext {
  readonly inbox: Inbox;
  readonly clock: Pick<Clock, 'wait'>;
  remediation(): Promise<Execution>;
}

/** The options of `pumpRemediations`. */
export interface PumpOptions extends RunLimits {
  readonly signal: AbortSignal;
  /** Called with one line per message. */
  onLine(line: string): void;
  /** The pause after an empty queue. @default 1000 */
  readonly everyMilliseconds?: number;
}

/** The same as `maxDequeueCount` in host.json. */
const maxTries = 5;
/** Longer than the longest attempt, so that no worker receives a message while it is processed. */
const hiddenSeconds = 480;

/**
 * Processes the queue `remediations` with the same handler as in Azure, until `signal` aborts. Requests are sent one after
 * the other; verifications run at the same time.
 */
export async function pumpRemediations(context: PumpContext, options: PumpOptions): Promise<void> {
  const { signal, onLine, everyMilliseconds = 1000 } = options;
  const verifications = new Verifications();
  while (!signal.aborted) {
    const found = await processOne(context, options, verifications).catch((error: unknown) => {
      onLine(explain(error));
      return false;
    });
    if (!found) await context.clock.wait(everyMilliseconds, signal).catch(() => {});
  }
  await verifications.allSettled();
}

/** @returns whether the queue had a message */
async function processOne(context: PumpContext, options: PumpOptions, verifications: Verifications): Promise<boolean> {
  const [message] = await context.inbox.receive(queueNames.remediations, 1, hiddenSeconds);
  if (!message) return false;
  const { onLine } = options;
  const end = async (outcome: Promise<RemediationOutcome>) => {
    try {
      const { status, note } = await outcome;
      await context.inbox.remove(queueNames.remediations, message);
      onLine(`${status}: ${note}`);
    } catch (error) {
      onLine(explain(error));
      if (message.dequeueCount >= maxTries) onLine(await abandon(context, message));
    }
  };
  const begun = await begin(context, options, message, verifications).catch((error: unknown) => ({ error }));
  if ('error' in begun) await end(Promise.reject(begun.error));
  else if ('outcome' in begun) await end(Promise.resolve(begun.outcome));
  else void verifications.run(begun.finding.objectId, () => end(begun.verify()));
  return true;
}

async function begin(
  context: PumpContext,
  { maxPerRun, signal }: PumpOptions,
  { text }: TakenMessage,
  verifications: Verifications,
) {
  const remediation = { ...(await context.remediation()), limits: { maxPerRun } };
  const message: unknown = JSON.parse(text);
  const objectId = await objectOf(remediation, message);
  if (objectId) await verifications.settled(objectId);
  const begun = await beginRemediation(remediation, message, signal);
  if ('outcome' in begun && begun.outcome.status === 'postponed') await postpone(remediation, message);
  return begun;
}

/** The object of the finding in a message; undefined if there is none. */
async function objectOf({ findings, tenant }: Execution, message: unknown): Promise<string | undefined> {
  const { findingId } = (message ?? {}) as { findingId?: unknown };
  return isFindingId(findingId) ? (await findings.finding(tenant.id, findingId))?.value.objectId : undefined;
}

async function abandon(context: PumpContext, message: TakenMessage): Promise<string> {
  await context.inbox.remove(queueNames.remediations, message);
  try {
    return await failPoisoned(await context.remediation(), JSON.parse(message.text));
  } catch (error) {
    return `A message was abandoned: ${explain(error)}`;
  }
}
