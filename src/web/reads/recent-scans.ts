import type { ScanStore } from '../../jobs/ports/index.js';
import type { Scan } from '../../model/scan/scan.js';
import { isFinished } from '../../model/scan/scan-status.js';

/** The latest scans of a tenant, newest first, and the latest of each kind. */
export interface RecentScans {
  readonly scans: readonly Scan[];
  /** The latest complete or incomplete scan. */
  readonly finished: Scan | undefined;
  /** The latest failed scan after `finished`: the findings are then older than that scan. */
  readonly failed: Scan | undefined;
  readonly running: Scan | undefined;
}

/**
 * Reads scans until it has the latest finished one and `limit` scans.
 * @param limit how many scans it returns at most
 */
export async function recentScans(store: Pick<ScanStore, 'scans'>, tenantId: string, limit = 30): Promise<RecentScans> {
  const scans: Scan[] = [];
  let finished: Scan | undefined;
  let failed: Scan | undefined;
  for await (const scan of store.scans(tenantId)) {
    scans.push(scan);
    if (isFinished(scan)) finished ??= scan;
    if (scan.status === 'failed' && !finished) failed ??= scan;
    if (finished && scans.length >= limit) break;
  }
  return { scans: scans.slice(0, limit), finished, failed, running: scans.find(({ status }) => status === 'running') };
}
