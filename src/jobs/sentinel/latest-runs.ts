import type { Scan } from '../../model/scan/scan.js';
import type { ScanStore } from '../ports/index.js';

/** The latest runs of the sentinel in a tenant, newest first. @param limit how many it returns at most */
export async function latestRuns(
  scans: Pick<ScanStore, 'sentinelRuns'>,
  tenantId: string,
  limit: number,
): Promise<readonly Scan[]> {
  const runs: Scan[] = [];
  for await (const run of scans.sentinelRuns(tenantId)) {
    runs.push(run);
    if (runs.length >= limit) break;
  }
  return runs;
}
