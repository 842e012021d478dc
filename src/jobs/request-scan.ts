import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ConsentinelError } from '../model/errors.js';
import type { Scan } from '../model/scan.js';
import { type Outbox, queueNames } from './ports.js';
import { type ScanContext, scanTenant } from './scan-tenant.js';

/** A message on `scan-requests`. None of its members has the name of a queue property: the host would mix them up. */
const scanRequestSchema = z.object({ scanId: z.string().min(1).max(64), requestedBy: z.string().min(1).max(64) });

export type ScanRequestMessage = z.infer<typeof scanRequestSchema>;

/** The occurrence of the schedule that a timer fires for, as the Functions host gives it. */
export interface Occurrence {
  readonly last?: string;
  readonly next?: string;
}

/**
 * Asks for the nightly scan. The scan's id follows from the occurrence: a timer that fires twice for one night (a retry,
 * a restart in mid-run) asks twice for one scan, and the second request finds it done.
 */
export async function requestNightlyScan(
  context: { outbox: Outbox; clock: { now(): string } },
  occurrence: Occurrence | undefined,
): Promise<ScanRequestMessage> {
  const night = occurrence?.last || occurrence?.next ? `${occurrence.last} ${occurrence.next}` : context.clock.now();
  const digest = createHash('sha256').update(night).digest('hex').slice(0, 16);
  const message = { scanId: `nightly-${digest}`, requestedBy: 'timer' };
  await context.outbox.send(queueNames.scanRequests, message);
  return message;
}

/**
 * Works off one message of `scan-requests`.
 * @throws ConsentinelError where the message is not one, or no scan could begin or end: the queue then delivers it again
 */
export async function scanOnRequest(context: ScanContext, message: unknown): Promise<Scan> {
  const parsed = scanRequestSchema.safeParse(message);
  if (!parsed.success) {
    const { path, message: fault } = parsed.error.issues[0] ?? { path: [], message: 'not an object' };
    throw new ConsentinelError(
      'usage-invalid',
      `A message on ${queueNames.scanRequests} is not a scan request (${path.join('.') || 'message'}: ${fault}).`,
      'Send {"scanId": "...", "requestedBy": "..."}; this message goes to the poison queue.',
    );
  }
  return scanTenant(context, parsed.data);
}
