import { type FindingStore, type Inbox, queueNames, type TakenMessage } from '../ports/index.js';
import { parseRemediationMessage, type RemediationMessage } from './message.js';

/** Long enough to compare the messages of one delivery. A message that stays is visible again after it. */
const hiddenSeconds = 30;
const mostMessages = 32;

/**
 * Removes the messages of plans that have an outcome from the queue `remediations` of the embedded storage. A run on the
 * command line finds approved plans in the table, so that it needs no message, and without a function app nothing else removes
 * it. All other messages stay: those of approved plans, of other tenants, and those that match no plan, which `serve` refuses.
 * Not for a storage account: each receipt of a message moves it toward the poison queue.
 * @param handled what the run executed; a new plan can have replaced the stored one
 * @throws ConsentinelError if storage could not be used
 */
export async function removeHandled(
  context: { readonly inbox: Inbox; readonly findings: Pick<FindingStore, 'finding'>; readonly tenantId: string },
  handled: readonly RemediationMessage[],
): Promise<void> {
  const executed = new Set(handled.map(({ remediationId }) => remediationId));
  for (;;) {
    const messages = await context.inbox.receive(queueNames.remediations, mostMessages, hiddenSeconds);
    if (messages.length === 0) return;
    for (const message of messages) {
      const ids = idsIn(message);
      if (ids?.tenantId !== context.tenantId) continue;
      if (executed.has(ids.remediationId) || (await hasOutcome(context.findings, ids)))
        await context.inbox.remove(queueNames.remediations, message);
    }
  }
}

function idsIn({ text }: TakenMessage): RemediationMessage | undefined {
  try {
    return parseRemediationMessage(JSON.parse(text));
  } catch {
    return undefined;
  }
}

async function hasOutcome(findings: Pick<FindingStore, 'finding'>, ids: RemediationMessage): Promise<boolean> {
  const remediation = (await findings.finding(ids.tenantId, ids.findingId))?.value.remediation;
  return remediation?.id === ids.remediationId && remediation.status !== 'approved';
}
