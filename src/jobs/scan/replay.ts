import { createHash, randomUUID } from 'node:crypto';
import { toleratedSkew } from '../../model/clock/clock-skew.js';
import { codeOf } from '../../model/errors.js';
import type { Scan } from '../../model/scan/scan.js';
import { isFinished } from '../../model/scan/scan-status.js';
import type { ScanStore } from '../ports/index.js';
import type { QueueDelivery } from '../queues/queue-delivery.js';
import type { OwnScans } from './own-scans.js';

/** What to do for a request whose scan id has a finished scan already. */
export interface Replay {
  /** The id in the message. */
  readonly scanId: string;
  /** The new scan that is run instead. */
  readonly newScanId?: string;
  /** The scan that has served the request before. With neither of them, the tenant is not scanned. */
  readonly servedBy?: string;
  readonly reason: 'own-scan' | 'redelivered' | 'scanned-recently' | 'not-of-this-request';
}

/** What decides whether a request is a replay. */
export interface ReplayContext {
  readonly scans: Pick<ScanStore, 'scan'>;
  readonly ownScans: OwnScans;
  readonly clock: { now(): string };
}

/** Replays cause at most one scan in this time: this process knows that the tenant was scanned. */
const quietMilliseconds = 15 * 60_000;

/**
 * Decides whether a scan request was served already. A row is no proof: a writer of the table can create a finished scan
 * of tonight's id, and a writer of the queue can send tonight's id early. The proofs are the memory of this process, and
 * that the queue has delivered the same message before and the scan began after it was sent.
 * @param delivery undefined if the queue's values are unknown; then it counts as the first delivery
 * @returns undefined if the scan of that id has to run
 */
export async function replayOf(
  context: ReplayContext,
  tenantId: string,
  scanId: string,
  delivery: QueueDelivery | undefined,
): Promise<Replay | undefined> {
  const first = await servedBy(context, tenantId, scanId, delivery);
  if (first === 'no-scan') return undefined;
  if (first !== 'other-scan') return { scanId, servedBy: scanId, reason: first };
  const newScanId = newIdFor(tenantId, scanId, delivery);
  const second = await servedBy(context, tenantId, newScanId, delivery);
  if (second === 'own-scan' || second === 'redelivered') return { scanId, servedBy: newScanId, reason: second };
  if (wasScannedRecently(context, tenantId)) return { scanId, reason: 'scanned-recently' };
  return { scanId, newScanId: second === 'no-scan' ? newScanId : randomUUID(), reason: 'not-of-this-request' };
}

/** Whether the scan of an id has served the request; `other-scan` for a finished scan that did not. */
async function servedBy(
  { ownScans, scans, clock }: ReplayContext,
  tenantId: string,
  scanId: string,
  delivery: QueueDelivery | undefined,
): Promise<'own-scan' | 'redelivered' | 'other-scan' | 'no-scan'> {
  if (ownScans.has(tenantId, scanId)) return 'own-scan';
  const stored = await finishedScan(scans, tenantId, scanId);
  if (!stored) return 'no-scan';
  return isOfDelivery(stored, delivery, clock.now()) ? 'redelivered' : 'other-scan';
}

/** The finished scan of an id; `damaged` for a row that this program did not write. */
async function finishedScan(
  scans: Pick<ScanStore, 'scan'>,
  tenantId: string,
  scanId: string,
): Promise<Scan | 'damaged' | undefined> {
  try {
    const scan = await scans.scan(tenantId, scanId);
    return scan && isFinished(scan) ? scan : undefined;
  } catch (error) {
    if (codeOf(error) !== 'storage-malformed') throw error;
    return 'damaged';
  }
}

/** Whether an earlier delivery of the message can have run the scan. */
function isOfDelivery(scan: Scan | 'damaged', delivery: QueueDelivery | undefined, now: string): boolean {
  if (scan === 'damaged' || !delivery || delivery.count < 2) return false;
  // The message of a scan that continued is younger than the scan.
  const first = scan.continued ? (scan.finishedAt ?? scan.startedAt) : scan.startedAt;
  const [began, sent] = [Date.parse(first), Date.parse(delivery.insertedAt)];
  // The clock of the queue service and the clock of this process differ by seconds.
  return began > sent - toleratedSkew && began <= Date.parse(now);
}

/** The same for every delivery of a message. Only the queue service knows the message's id before it is sent. */
function newIdFor(tenantId: string, scanId: string, delivery: QueueDelivery | undefined): string {
  if (!delivery) return randomUUID();
  const digest = createHash('sha256').update(`${tenantId}\n${scanId}\n${delivery.messageId}`).digest('hex');
  return `repeated-${digest.slice(0, 16)}`;
}

function wasScannedRecently({ ownScans, clock }: ReplayContext, tenantId: string): boolean {
  const last = ownScans.lastEnd(tenantId);
  return last !== undefined && Date.parse(clock.now()) - Date.parse(last) < quietMilliseconds;
}
