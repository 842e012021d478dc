import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Scan } from '../../model/scan/scan.js';
import { type Outbox, queueNames } from '../ports/index.js';
import { mustBeAtWork, readMessage } from '../queues/queue-message.js';
import type { ScanContext } from './scan-context.js';
import { scanTenant } from './scan-tenant.js';

/** A message on `scan-requests`. None of its members has the name of a queue property: the host would mix them up. */
const scanRequestSchema = z.object({
  scanId: z.string().min(1).max(64),
  requestedBy: z.string().min(1).max(64),
  /** Left out where there is one tenant. */
  tenantId: z.string().min(1).max(64).exactOptional(),
});

export type ScanRequestMessage = z.infer<typeof scanRequestSchema>;

/** The occurrence of the schedule that a timer fires for, as the Functions host gives it. */
export interface Occurrence {
  readonly last?: string;
  readonly next?: string;
}

/** How a night's scans were asked for: in each tenant the same. */
export type NightlyRequest = Pick<ScanRequestMessage, 'scanId' | 'requestedBy'>;

/**
 * Asks for the nightly scan of each tenant. The scan's id follows from the occurrence: a timer that fires twice for one
 * night (a retry, a restart in mid-run) asks twice for one scan, and the second request finds it done.
 * @param tenantIds empty where there is one tenant, which the message need not name
 * @throws ConsentinelError where a message could not be sent; the others were
 */
export async function requestNightlyScan(
  context: { outbox: Outbox; clock: { now(): string } },
  occurrence: Occurrence | undefined,
  tenantIds: readonly string[] = [],
): Promise<NightlyRequest> {
  const night = occurrence?.last || occurrence?.next ? `${occurrence.last} ${occurrence.next}` : context.clock.now();
  const digest = createHash('sha256').update(night).digest('hex').slice(0, 16);
  const message = { scanId: `nightly-${digest}`, requestedBy: 'timer' };
  const tenants = tenantIds.length > 0 ? tenantIds.map((tenantId) => ({ tenantId })) : [{}];
  const failures: unknown[] = [];
  for (const tenant of tenants)
    await context.outbox
      .send(queueNames.scanRequests, { ...message, ...tenant })
      .catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
  return message;
}

/**
 * Works off one message of `scan-requests`.
 * @throws ConsentinelError where the message is not one, no scan could begin or end, or its alert could not be requested:
 * the queue then delivers it again
 */
export async function scanOnRequest(
  context: ScanContext & { tenantId(): Promise<string> },
  message: unknown,
): Promise<Scan> {
  const { tenantId, ...request } = readMessage(queueNames.scanRequests, scanRequestSchema, message);
  if (tenantId !== undefined) await mustBeAtWork(queueNames.scanRequests, tenantId, context);
  const deliverAgain = (error: unknown) => {
    throw error;
  };
  return scanTenant(context, { ...request, onAlertOwed: deliverAgain });
}
