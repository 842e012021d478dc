import { codeOf } from '../../model/errors.js';
import { blankScan, type Scan } from '../../model/scan/scan.js';
import { isSentinelId } from '../../model/scan/sentinel-id.js';
import { requestAlert } from '../alerts/send-alerts.js';
import type { AlertChannel, Clock, Outbox, ScanStore } from '../ports/index.js';
import { isStillTried } from '../queues/retry-time.js';

/** What `abandonScan` works with. */
interface AbandonContext {
  readonly scans: ScanStore;
  readonly clock: Pick<Clock, 'now'>;
  readonly channels: readonly AlertChannel[];
  readonly outbox: Outbox;
}

/**
 * Processes a poison message of `scan-requests`. Every writer of the queue can send one, so it is a hint to read the state:
 * - a scan with a row is what its row says; the alert of a failed scan is requested if it was never processed;
 * - a run of the sentinel needs nothing: the next run continues where the last finished one ended;
 * - a scan without a row never began (no token, no storage). If its id was requested, it gets a failed row and with it an
 *   alert. Any other id is ignored.
 * @returns one line for the log
 */
export async function abandonScan(context: AbandonContext, tenantId: string, scanId: string): Promise<string> {
  const { scans, clock } = context;
  if (isSentinelId(scanId)) return `The next run of the sentinel replaces ${scanId}. Nothing was changed.`;
  const known = await scans.scan(tenantId, scanId);
  if (known && known.status !== 'failed') return `Scan ${scanId} is ${known.status}.`;
  if (known?.alerts?.about === 'failed') return `Abandoned: scan ${scanId}. Its alert has reported it.`;
  if (!known) {
    const requestedAt = await scans.requestedAt(scanId);
    if (requestedAt === undefined) return `No request has the id ${scanId}. Nothing was changed.`;
    if (isStillTried(requestedAt, clock.now()))
      return `Scan ${scanId} was requested at ${requestedAt}. The queue still retries its message. Nothing was changed.`;
    const failed = await storeFailed(context, scanThatNeverBegan(tenantId, scanId, clock.now()));
    if (!failed) return 'Another scan of the tenant is in progress. Nothing was changed.';
  }
  await requestAlert(context, { tenantId, id: scanId });
  return `Abandoned: scan ${scanId}.`;
}

/** @returns false if another scan has the lease */
async function storeFailed({ scans, clock }: AbandonContext, scan: Scan): Promise<boolean> {
  try {
    await scans.finish(await scans.begin(scan, clock), scan);
    return true;
  } catch (error) {
    if (codeOf(error) !== 'scan-in-progress') throw error;
    return false;
  }
}

function scanThatNeverBegan(tenantId: string, id: string, at: string): Scan {
  const message =
    'The scan was requested but could not start in all its attempts. The log of the function scanRequests has the reason.';
  const begun = { id, tenantId, status: 'failed', requestedBy: 'queue', startedAt: at, since: at } as const;
  return { ...blankScan(begun), finishedAt: at, errors: [{ code: 'request-given-up', message }] };
}
