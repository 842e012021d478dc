import type { ScanStore } from '../../jobs/ports/index.js';
import type { Scan } from '../../model/scan/scan.js';
import { isFinished } from '../../model/scan/scan-status.js';

/** The latest scans of a tenant, newest first, and which of them speaks for the present. */
export interface RecentScans {
  readonly scans: readonly Scan[];
  /** The latest that came to an end of its own. */
  readonly finished: Scan | undefined;
  /** A scan after that one which failed: what is shown is older than one may think. */
  readonly failed: Scan | undefined;
  readonly running: Scan | undefined;
}

/** Reads at least the scans up to the latest finished one, and no more than asked for beyond it. */
export async function recentScans(store: Pick<ScanStore, 'scans'>, tenantId: string, most = 30): Promise<RecentScans> {
  const scans: Scan[] = [];
  let finished: Scan | undefined;
  let failed: Scan | undefined;
  for await (const scan of store.scans(tenantId)) {
    scans.push(scan);
    if (isFinished(scan)) finished ??= scan;
    if (scan.status === 'failed' && !finished) failed ??= scan;
    if (finished && scans.length >= most) break;
  }
  return { scans: scans.slice(0, most), finished, failed, running: scans.find(({ status }) => status === 'running') };
}
