import type { Scan } from '../../model/scan/scan.js';
import type { NewestScans } from '../../model/scan/scan-freshness.js';
import { isFinished } from '../../model/scan/scan-status.js';
import type { ScanStore } from '../ports/index.js';

/**
 * The newest scan of each kind: any, ended, complete. Reads back to the last complete scan.
 * @throws ConsentinelError if storage does not answer
 */
export async function newestScans(store: Pick<ScanStore, 'scans'>, tenantId: string): Promise<NewestScans> {
  let newest: NewestScans = {};
  for await (const scan of store.scans(tenantId)) {
    newest = { latest: newest.latest ?? scan, ...endedFirst(newest.ended, scan) };
    if (scan.status === 'complete') return { ...newest, complete: scan };
  }
  return newest;
}

/** The latest scan that finished by itself, complete or not. */
export async function latestFinished(store: Pick<ScanStore, 'scans'>, tenantId: string): Promise<Scan | undefined> {
  for await (const scan of store.scans(tenantId)) if (isFinished(scan)) return scan;
  return undefined;
}

function endedFirst(ended: Scan | undefined, scan: Scan): Pick<NewestScans, 'ended'> {
  if (ended) return { ended };
  return scan.status === 'running' ? {} : { ended: scan };
}
