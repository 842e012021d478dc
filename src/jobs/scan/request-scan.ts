import { z } from 'zod';
import type { Scan } from '../../model/scan/scan.js';
import { isFinished } from '../../model/scan/scan-status.js';
import { isSentinelId } from '../../model/scan/sentinel-id.js';
import { type Outbox, queueNames, type ScanStore } from '../ports/index.js';
import type { QueueDelivery } from '../queues/queue-delivery.js';
import { readMessage, requireTenant } from '../queues/queue-message.js';
import { storedState } from './checkpoint/scan-state.js';
import type { OwnScans } from './own-scans.js';
import { type Replay, replayOf } from './replay.js';
import type { ScanContext } from './scan-context.js';
import { scanTenant } from './scan-tenant.js';
import { type Occurrence, occurrenceId, requestInTenants } from './timer-request.js';

/** A message on `scan-requests`. No member has the name of a queue property: the Functions host would confuse them. */
export const scanRequestSchema = z.object({
  scanId: z
    .string()
    .min(1)
    .max(64)
    .refine((id) => !isSentinelId(id), 'A run of the sentinel has this form of id. Give a scan another one.'),
  requestedBy: z.string().min(1).max(64),
  /** Left out if the installation has one tenant. */
  tenantId: z.string().min(1).max(64).exactOptional(),
  /** How often the request has waited for another scan, in digits. */
  waits: z
    .string()
    .regex(/^\d{1,2}$/)
    .exactOptional(),
  /** The pages that the scan had stored when the message was sent, in digits; only in a message that continues a scan. */
  recorded: z
    .string()
    .regex(/^\d{1,9}$/)
    .exactOptional(),
});

export type ScanRequestMessage = z.infer<typeof scanRequestSchema>;

/** The request of one night, the same in each tenant. */
export type NightlyRequest = Pick<ScanRequestMessage, 'scanId' | 'requestedBy'>;

/**
 * Requests the nightly scan of each tenant. The scan's id follows from the occurrence: if a timer fires twice for one
 * night (a retry, a restart), it requests the same scan twice, and the process that ran it does not run it again.
 * @param tenantIds empty if the installation has one tenant, which the message need not name
 * @throws ConsentinelError if a message could not be sent; the messages to the other tenants were sent
 */
export async function requestNightlyScan(
  context: { outbox: Outbox; clock: { now(): string }; scans?: Pick<ScanStore, 'recordRequest'> },
  occurrence: Occurrence | undefined,
  tenantIds: readonly string[] = [],
): Promise<NightlyRequest> {
  const message = { scanId: `nightly-${occurrenceId(occurrence, context.clock.now())}`, requestedBy: 'timer' };
  // Without the record, an abandoned request has no row of its own; the alert about a missing scan needs neither.
  await context.scans?.recordRequest(message.scanId, context.clock.now()).catch(() => {});
  await requestInTenants(context.outbox, message, tenantIds);
  return message;
}

/** How a scan request came, and who is notified of what happens. */
export interface ScanDelivery {
  /** What the queue service says about the message. */
  readonly delivery?: QueueDelivery | undefined;
  /** Called with each scan that this call has run to its end, before its alert is requested. */
  readonly onEnded?: (scan: Scan) => void;
  /** Aborts the scan. */
  readonly signal?: AbortSignal;
  /** Called if a finished scan has the requested id. */
  readonly onReplay?: (replay: Replay & { readonly tenantId: string }) => void;
  /** Called when a message that continues the scan was sent. */
  readonly onContinued?: (scan: ContinuedScan) => void;
}

/** A scan that continues with another message. */
export interface ContinuedScan {
  readonly tenantId: string;
  readonly scanId: string;
  /** `stopped`: at the deadline, or by the platform. `progressed`: a delivery of its message ended without an answer. */
  readonly reason: 'stopped' | 'progressed';
  /** The pages that it has stored. */
  readonly recorded: number;
}

/**
 * Processes one message of `scan-requests`. The message is a hint to scan. It never makes a scan unnecessary that this
 * program did not run: see `replayOf`.
 *
 * A scan that had to stop, and has stored new pages, continues with a new message. So does a scan whose host has died, as long
 * as it progresses: a message that is delivered five times goes to the poison queue. Nothing in a message is trusted: what
 * continues is what the checkpoint of the scan says.
 * @returns the scan that was run, or the finished scan that the request has caused before; a scan that is `running` continues
 * with another message; undefined for a replay soon after another scan of this process, and for a message that was replaced
 * @throws ConsentinelError if the message does not match its schema, if no scan could begin or end, or if its alert could
 * not be requested: the queue then delivers the message again
 */
export async function scanOnRequest(
  context: ScanContext & { readonly ownScans: OwnScans; tenantId(): Promise<string> },
  message: unknown,
  { delivery, signal, onEnded, onReplay, onContinued }: ScanDelivery = {},
): Promise<Scan | undefined> {
  const {
    tenantId,
    waits: _waits,
    recorded,
    ...request
  } = readMessage(queueNames.scanRequests, scanRequestSchema, message);
  if (tenantId !== undefined) await requireTenant(queueNames.scanRequests, tenantId, context);
  const scanned = tenantId ?? (await scannedTenant(context));
  const replay = await replayOf(context, scanned, request.scanId, delivery);
  if (replay) onReplay?.({ ...replay, tenantId: scanned });
  const onAlertOwed = (error: unknown) => {
    throw error;
  };
  const ended = (scan: Scan) => {
    context.ownScans.add(scan);
    onEnded?.(scan);
  };
  if (replay?.reason === 'scanned-recently') return undefined;
  // `scanTenant` returns a scan that has finished, and requests its alert if that is missing.
  const scanId = replay?.newScanId ?? replay?.servedBy ?? request.scanId;
  const resent = { ...request, ...(tenantId !== undefined && { tenantId }) };
  const continueBy = async (reason: ContinuedScan['reason'], recorded: number) => {
    await context.outbox.send(queueNames.scanRequests, { ...resent, scanId, recorded: String(recorded) });
    onContinued?.({ tenantId: scanned, scanId, reason, recorded });
  };
  const stored = await recordedPages(context, scanned, scanId, delivery);
  if (stored > Number(recorded ?? 0)) {
    await continueBy('progressed', stored);
    return undefined;
  }
  const scan = await scanTenant(context, {
    ...request,
    scanId,
    onAlertOwed,
    onEnded: ended,
    continues: true,
    ...(signal && { signal }),
  });
  if (scan.status === 'running') await continueBy('stopped', await storedPages(context, scanned, scanId));
  return scan;
}

/** The pages that a scan has stored, for a message that is delivered again; else 0. */
async function recordedPages(
  { inventory, scans }: ScanContext,
  tenantId: string,
  scanId: string,
  delivery: QueueDelivery | undefined,
): Promise<number> {
  if (!inventory || !delivery || delivery.count < 2) return 0;
  const scan = await scans.scan(tenantId, scanId);
  return scan && !isFinished(scan) ? storedPages({ inventory }, tenantId, scanId) : 0;
}

async function storedPages(
  { inventory }: Pick<ScanContext, 'inventory'>,
  tenantId: string,
  scanId: string,
): Promise<number> {
  const state = inventory && (await storedState(inventory, tenantId, scanId));
  return state?.recorded ?? 0;
}

/** The tenant that `scanTenant` scans. */
async function scannedTenant({ knownTenantId, directory }: ScanContext): Promise<string> {
  return knownTenantId ?? (await directory.organization()).id;
}
