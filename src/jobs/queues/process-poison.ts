import { ConsentinelError, explain } from '../../model/errors.js';
import type { AlertContext } from '../alerts/send-alerts.js';
import { type Outbox, type QueueName, queueNames } from '../ports/index.js';
import { failPoisoned } from '../remediation/queue.js';
import type { RemediationContext } from '../remediation/remediation-record.js';
import { abandonAlert, abandonScan, recordAbandoned } from './abandon.js';

/** What the watchers of the poison queues work with. */
export interface PoisonContext extends AlertContext {
  readonly outbox: Outbox;
  remediation(): Promise<RemediationContext>;
}

/**
 * A message that could not be worked off in all its tries: what it was for is marked where people look. Nothing is tried
 * again.
 * @param open gives the context of the message's tenant; `usage-invalid` where that is none of the installation
 * @returns what was done, one line for the log
 */
export async function processPoison(
  open: () => Promise<PoisonContext>,
  queue: QueueName,
  message: unknown,
): Promise<string> {
  try {
    return await mark(await open(), queue, message);
  } catch (error) {
    // What is no message of ours has no row to be marked on.
    if (error instanceof ConsentinelError && error.code === 'usage-invalid') return explain(error);
    throw error;
  }
}

async function mark(context: PoisonContext, queue: QueueName, message: unknown): Promise<string> {
  if (queue === queueNames.alerts) return abandonAlert(context, message);
  if (queue === queueNames.scanRequests) {
    const { scanId } = (message ?? {}) as { scanId?: unknown };
    if (typeof scanId !== 'string' || scanId === '' || scanId.length > 64) return 'The message names no scan.';
    return abandonScan(context, await context.tenantId(), scanId);
  }
  const done = await failPoisoned(await context.remediation(), message);
  const { findingId } = (message ?? {}) as { findingId?: unknown };
  const named = typeof findingId === 'string' && /^[0-9a-f]{16}$/.test(findingId) ? ` of finding ${findingId}` : '';
  await recordAbandoned(
    context,
    await context.tenantId(),
    queue,
    `The remediation${named} was given up after several tries.`,
  );
  return done;
}
