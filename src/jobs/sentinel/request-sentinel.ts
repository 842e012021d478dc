import { z } from 'zod';
import { ConsentinelError, codeOf } from '../../model/errors.js';
import type { Scan } from '../../model/scan/scan.js';
import { isSentinelId, sentinelId } from '../../model/scan/sentinel-id.js';
import { type Clock, type Outbox, queueNames } from '../ports/index.js';
import { readMessage, requireTenant } from '../queues/queue-message.js';
import { sentinelRunId } from '../scan/replay.js';
import type { ScanDelivery } from '../scan/request-scan.js';
import type { ScanContext } from '../scan/scan-context.js';
import { type Occurrence, occurrenceId, requestInTenants } from '../scan/timer-request.js';
import { runSentinel } from './run-sentinel.js';

/** A message on `scan-requests` that requests a run of the sentinel. */
const messageSchema = z.object({
  kind: z.literal('sentinel'),
  scanId: z.string().min(1).max(64).refine(isSentinelId, 'Give the id of a run of the sentinel.'),
  requestedBy: z.string().min(1).max(64),
  /** Left out if the installation has one tenant. */
  tenantId: z.string().min(1).max(64).exactOptional(),
});

/** Whether a message on `scan-requests` requests a run of the sentinel, and no scan. */
export function isSentinelRequest(message: unknown): boolean {
  return typeof message === 'object' && message !== null && (message as { kind?: unknown }).kind === 'sentinel';
}

/**
 * Requests a run of the sentinel in each tenant. Its id follows from the occurrence: a timer that fires twice requests
 * one run.
 * @param tenantIds empty if the installation has one tenant, which the message need not name
 * @returns the id of the runs
 * @throws ConsentinelError if a message could not be sent; the messages to the other tenants were sent
 */
export async function requestSentinel(
  { outbox, clock }: { readonly outbox: Outbox; readonly clock: Pick<Clock, 'now'> },
  occurrence: Occurrence | undefined,
  tenantIds: readonly string[] = [],
): Promise<string> {
  const scanId = sentinelId(occurrenceId(occurrence, clock.now()));
  await requestInTenants(outbox, { kind: 'sentinel', scanId, requestedBy: 'timer' }, tenantIds);
  return scanId;
}

/**
 * Processes a message that requests a run of the sentinel. While a scan of the tenant runs, it does nothing: the scan
 * examines more, and the next run comes by itself. A repeated message whose run has finished does nothing.
 * @param onSkipped called with the reason if a scan of the tenant runs
 * @returns the finished run; undefined if it was skipped
 * @throws ConsentinelError `usage-invalid` if the message does not match its schema; any error of storage: the queue
 * then delivers the message again
 */
export async function sentinelOnRequest(
  context: ScanContext & { tenantId(): Promise<string> },
  message: unknown,
  { delivery, signal, onEnded }: Pick<ScanDelivery, 'delivery' | 'signal' | 'onEnded'>,
  onSkipped: (reason: string) => void,
): Promise<Scan | undefined> {
  const { tenantId, scanId, requestedBy } = readMessage(queueNames.scanRequests, messageSchema, message);
  if (tenantId !== undefined) await requireTenant(queueNames.scanRequests, tenantId, context);
  const onAlertOwed = (error: unknown) => {
    throw error;
  };
  try {
    const runId = await sentinelRunId(context, tenantId ?? (await context.tenantId()), scanId, delivery);
    const request = { scanId: runId, requestedBy, onAlertOwed };
    return await runSentinel(context, { ...request, ...(onEnded && { onEnded }), ...(signal && { signal }) });
  } catch (error) {
    if (!(error instanceof ConsentinelError) || codeOf(error) !== 'scan-in-progress') throw error;
    onSkipped(error.message);
    return undefined;
  }
}
