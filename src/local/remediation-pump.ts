import { type Clock, type Inbox, type Outbox, queueNames, type TakenMessage } from '../jobs/ports/index.js';
import { failPoisoned } from '../jobs/remediation/fail-poisoned.js';
import { executeWithinLimits, type RunLimits } from '../jobs/remediation/queue.js';
import type { RemediationContext } from '../jobs/remediation/remediation-context.js';
import { explain } from '../model/errors.js';

/** The ports that execute approvals without a Functions host. */
export interface PumpContext {
  readonly inbox: Inbox;
  readonly clock: Pick<Clock, 'wait'>;
  remediation(): Promise<RemediationContext & { readonly outbox: Outbox }>;
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
const hiddenSeconds = 300;

/** Processes the queue `remediations` with the same handler as in Azure, one by one, until `signal` aborts. */
export async function pumpRemediations(context: PumpContext, options: PumpOptions): Promise<void> {
  const { signal, onLine, everyMilliseconds = 1000 } = options;
  while (!signal.aborted) {
    const found = await processOne(context, options).catch((error: unknown) => {
      onLine(explain(error));
      return false;
    });
    if (!found) await context.clock.wait(everyMilliseconds, signal).catch(() => {});
  }
}

async function processOne(context: PumpContext, { maxPerRun, signal, onLine }: PumpOptions): Promise<boolean> {
  const [message] = await context.inbox.receive(queueNames.remediations, 1, hiddenSeconds);
  if (!message) return false;
  try {
    const remediation = await context.remediation();
    const { status, note } = await executeWithinLimits(remediation, { maxPerRun }, JSON.parse(message.text), signal);
    await context.inbox.remove(queueNames.remediations, message);
    onLine(`${status}: ${note}`);
  } catch (error) {
    onLine(explain(error));
    if (message.dequeueCount >= maxTries) onLine(await abandon(context, message));
  }
  return true;
}

async function abandon(context: PumpContext, message: TakenMessage): Promise<string> {
  await context.inbox.remove(queueNames.remediations, message);
  try {
    return await failPoisoned(await context.remediation(), JSON.parse(message.text));
  } catch (error) {
    return `A message was given up: ${explain(error)}`;
  }
}
