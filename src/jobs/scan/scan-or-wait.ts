import { codeOf } from '../../model/errors.js';
import type { Scan } from '../../model/scan/scan.js';
import { type Outbox, queueNames } from '../ports/index.js';
import { type ScanDelivery, scanOnRequest, scanRequestSchema } from './request-scan.js';

/** A request that waits for another scan of the tenant, or that has waited long enough. */
export interface WaitingRequest {
  readonly scanId: string;
  readonly tenantId?: string;
  /** How often the request has waited, this time included. */
  readonly waits: number;
  /** Whether it was sent again. */
  readonly postponed: boolean;
}

const delaySeconds = 600;
/** Together four hours, the longest time that a function runs (`functionTimeout` in host.json). */
const mostWaits = 24;

/**
 * Processes one message of `scan-requests` as `scanOnRequest` does. If another scan of the tenant runs, it sends the
 * request again with a delay. A queue message that fails five times goes to the poison queue, and a long scan is no fault.
 * After four hours the request ends: the tenant has been scanned all the time.
 * @param onWaiting called with the request if another scan of the tenant runs
 * @returns as `scanOnRequest`; undefined for a request that waits
 * @throws as `scanOnRequest`, except for `scan-in-progress`
 */
export async function scanOrWait(
  context: Parameters<typeof scanOnRequest>[0] & { readonly outbox: Outbox },
  message: unknown,
  delivery: ScanDelivery,
  onWaiting: (request: WaitingRequest) => void,
): Promise<Scan | undefined> {
  try {
    return await scanOnRequest(context, message, delivery);
  } catch (error) {
    if (codeOf(error) !== 'scan-in-progress') throw error;
  }
  const request = scanRequestSchema.parse(message);
  const waits = Number(request.waits ?? 0) + 1;
  const postponed = waits <= mostWaits;
  if (postponed)
    await context.outbox.send(queueNames.scanRequests, { ...request, waits: String(waits) }, { delaySeconds });
  onWaiting({
    scanId: request.scanId,
    ...(request.tenantId !== undefined && { tenantId: request.tenantId }),
    waits,
    postponed,
  });
  return undefined;
}
