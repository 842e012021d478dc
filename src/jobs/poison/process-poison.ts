import { codeOf, explain } from '../../model/errors.js';
import { safeText } from '../../model/text/safe-text.js';
import { abandonAlert } from '../alerts/abandon-alert.js';
import { recordAbandoned } from '../alerts/record-abandoned.js';
import { type AlertContext, parseAlertMessage } from '../alerts/send-alerts.js';
import { type Outbox, type QueueName, queueNames } from '../ports/index.js';
import { isStillTried } from '../queues/retry-time.js';
import { failPoisoned } from '../remediation/fail-poisoned.js';
import type { RemediationContext } from '../remediation/remediation-context.js';
import { abandonScan } from '../scan/abandon-scan.js';

/** What the watchers of the poison queues work with. */
export interface PoisonContext extends AlertContext {
  readonly outbox: Outbox;
  remediation(): Promise<RemediationContext>;
}

/** The form of the ids of scans that this program requests. */
const scanIdPattern = /^[\w.:-]{1,64}$/;

/**
 * Processes a message of a poison queue. The message is a hint, because every writer of the queue can send one: what
 * happens is decided by the stored state, and a repeated message changes nothing. The page and the next alert report
 * what was abandoned. It retries nothing.
 * @param open gives the context of the message's tenant; throws `usage-invalid` if the installation has no such tenant
 * @returns one line for the log
 */
export async function processPoison(
  open: () => Promise<PoisonContext>,
  queue: QueueName,
  message: unknown,
): Promise<string> {
  try {
    return safeText(await abandon(await open(), queue, message));
  } catch (error) {
    // A message that does not match its schema names no row to mark; a damaged row is reported by the next scan.
    if (['usage-invalid', 'storage-malformed'].includes(codeOf(error))) return safeText(explain(error));
    throw error;
  }
}

async function abandon(context: PoisonContext, queue: QueueName, message: unknown): Promise<string> {
  if (queue === queueNames.alerts) return abandonAlertOf(context, message);
  const tenantId = await context.tenantId();
  if (queue === queueNames.scanRequests) {
    const { scanId } = (message ?? {}) as { scanId?: unknown };
    if (typeof scanId !== 'string' || !scanIdPattern.test(scanId)) return 'The message names no scan.';
    return abandonScan(context, tenantId, scanId);
  }
  return failPoisoned(await context.remediation(), message, (what) => recordAbandoned(context, tenantId, queue, what));
}

/** Its own message is still tried for some minutes after the scan ended: a delivery that is marked failed would stop it. */
async function abandonAlertOf(context: PoisonContext, message: unknown): Promise<string> {
  const { tenantId, scanId } = parseAlertMessage(message);
  const scan = await context.scans.scan(tenantId, scanId);
  if (scan?.finishedAt && isStillTried(scan.finishedAt, context.clock.now()))
    return `The queue still retries the alert of scan ${scanId}. Nothing was changed.`;
  return abandonAlert(context, message);
}
