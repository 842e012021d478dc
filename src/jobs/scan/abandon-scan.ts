import { blankScan, type Scan } from '../../model/scan/scan.js';
import { requestAlert } from '../alerts/send-alerts.js';
import type { AlertChannel, Clock, Outbox, ScanStore } from '../ports/index.js';

/** What `abandonScan` works with. */
interface AbandonContext {
  readonly scans: ScanStore;
  readonly clock: Pick<Clock, 'now'>;
  readonly channels: readonly AlertChannel[];
  readonly outbox: Outbox;
}

/**
 * Abandons a scan request after its last try. A scan that never began (no token, no storage) gets a failed row, and
 * with the row an alert. A scan that began has a row already.
 * @returns one line for the log
 */
export async function abandonScan(context: AbandonContext, tenantId: string, scanId: string): Promise<string> {
  const { scans, clock } = context;
  const known = await scans.scan(tenantId, scanId);
  if (!known) {
    const lease = await scans.begin(scanThatNeverBegan(tenantId, scanId, clock.now()), clock);
    await scans.finish(lease, scanThatNeverBegan(tenantId, scanId, clock.now()));
  } else if (known.status !== 'failed') return `Scan ${scanId} is ${known.status}.`;
  await requestAlert(context, { tenantId, id: scanId });
  return `Given up: scan ${scanId}.`;
}

function scanThatNeverBegan(tenantId: string, id: string, at: string): Scan {
  const message =
    'The scan was asked for and could not begin in all its tries; the log of the function scanRequests says why.';
  const begun = { id, tenantId, status: 'failed', requestedBy: 'queue', startedAt: at, since: at } as const;
  return { ...blankScan(begun), finishedAt: at, errors: [{ code: 'request-given-up', message }] };
}
