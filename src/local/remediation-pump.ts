import { type Clock, type Inbox, type Outbox, queueNames, type TakenMessage } from '../jobs/ports/index.js';
import { executeWithinLimits, failPoisoned, type RunLimits } from '../jobs/remediation/queue.js';
import type { RemediationContext } from '../jobs/remediation/remediation-context.js';
import { explain } from '../model/errors.js';

/** What approvals are carried out with where no Functions host does it. */
export interface PumpContext {
  readonly inbox: Inbox;
  readonly clock: Pick<Clock, 'wait'>;
  remediation(): Promise<RemediationContext & { readonly outbox: Outbox }>;
}

export interface PumpOptions extends RunLimits {
  readonly signal: AbortSignal;
  /** Is told one line about each message. */
  onLine(line: string): void;
  /** Between two looks at an empty queue. @default 1000 */
  readonly everyMilliseconds?: number;
}

/** As `maxDequeueCount` in host.json. */
const mostTries = 5;
/** Longer than an attempt takes with all its patience, so that a message is not taken again while it is worked off. */
const hiddenSeconds = 300;

/** Works off the queue `remediations` with the very handler that Azure runs, one message at a time, until it is stopped. */
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
    if (message.dequeueCount >= mostTries) onLine(await abandon(context, message));
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
