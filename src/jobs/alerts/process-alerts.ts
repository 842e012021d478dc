import { explain } from '../../model/errors.js';
import { type Inbox, queueNames, type TakenMessage } from '../ports/index.js';
import { abandonAlert } from './abandon-alert.js';
import { type AlertContext, type AlertReport, sendAlerts } from './send-alerts.js';

/** As `maxDequeueCount` in host.json. */
const mostTries = 5;
/** A message that failed becomes visible again after this time. */
export const hiddenSeconds = 120;

/** The results of the messages on `alerts`. */
export interface ProcessedAlerts {
  readonly reports: readonly AlertReport[];
  /** One sentence for each message that failed: it is tried again, or was abandoned. */
  readonly failures: readonly string[];
}

/**
 * Processes the queue `alerts` as the Functions host does, for an installation without a host.
 * @param contextOf gives the context of a message if the installation has several tenants
 */
export async function processAlerts(
  context: AlertContext & { readonly inbox: Inbox },
  signal?: AbortSignal,
  contextOf: (message: unknown) => AlertContext = () => context,
): Promise<ProcessedAlerts> {
  const reports: AlertReport[] = [];
  const failures: string[] = [];
  for (;;) {
    // One at a time: a message must not become visible again while another message is processed before it.
    const [message] = await context.inbox.receive(queueNames.alerts, 1, hiddenSeconds);
    if (!message) return { reports, failures };
    signal?.throwIfAborted();
    try {
      const content: unknown = JSON.parse(message.text);
      reports.push(await sendAlerts(contextOf(content), content, signal));
      await context.inbox.remove(queueNames.alerts, message);
    } catch (error) {
      failures.push(explain(error));
      if (message.dequeueCount >= mostTries) await abandon(context, message);
    }
  }
}

async function abandon(context: AlertContext & { readonly inbox: Inbox }, message: TakenMessage): Promise<void> {
  await context.inbox.remove(queueNames.alerts, message);
  try {
    await abandonAlert(context, JSON.parse(message.text));
  } catch {
    // A message that names no scan has no row to mark.
  }
}
