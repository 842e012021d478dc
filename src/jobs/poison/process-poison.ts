import { ConsentinelError, explain } from '../../model/errors.js';
import { isFindingId } from '../../model/finding/finding.js';
import { abandonAlert } from '../alerts/abandon-alert.js';
import { recordAbandoned } from '../alerts/record-abandoned.js';
import type { AlertContext } from '../alerts/send-alerts.js';
import { type Outbox, type QueueName, queueNames } from '../ports/index.js';
import { failPoisoned } from '../remediation/fail-poisoned.js';
import type { RemediationContext } from '../remediation/remediation-context.js';
import { abandonScan } from '../scan/abandon-scan.js';

/** What the watchers of the poison queues work with. */
export interface PoisonContext extends AlertContext {
  readonly outbox: Outbox;
  remediation(): Promise<RemediationContext>;
}

/**
 * Processes a message of a poison queue: marks as failed what the message was for, where the page and the next alert
 * report it. It retries nothing.
 * @param open gives the context of the message's tenant; throws `usage-invalid` if the installation has no such tenant
 * @returns one line for the log
 */
export async function processPoison(
  open: () => Promise<PoisonContext>,
  queue: QueueName,
  message: unknown,
): Promise<string> {
  try {
    return await abandon(await open(), queue, message);
  } catch (error) {
    // A message that does not match its schema names no row to mark.
    if (error instanceof ConsentinelError && error.code === 'usage-invalid') return explain(error);
    throw error;
  }
}

async function abandon(context: PoisonContext, queue: QueueName, message: unknown): Promise<string> {
  if (queue === queueNames.alerts) return abandonAlert(context, message);
  if (queue === queueNames.scanRequests) {
    const { scanId } = (message ?? {}) as { scanId?: unknown };
    if (typeof scanId !== 'string' || scanId === '' || scanId.length > 64) return 'The message names no scan.';
    return abandonScan(context, await context.tenantId(), scanId);
  }
  const done = await failPoisoned(await context.remediation(), message);
  const { findingId } = (message ?? {}) as { findingId?: unknown };
  const named = isFindingId(findingId) ? ` of finding ${findingId}` : '';
  await recordAbandoned(
    context,
    await context.tenantId(),
    queue,
    `The remediation${named} was given up after several tries.`,
  );
  return done;
}
