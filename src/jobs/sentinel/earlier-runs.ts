import type { Scan } from '../../model/scan/scan.js';
import { isFinished } from '../../model/scan/scan-status.js';
import type { SentinelState } from '../../model/sentinel/plan-run.js';
import type { ScanStore } from '../ports/index.js';
import { latestFinished } from '../scan/newest-scans.js';

/** So many rows are read back to a run that finished. With more failures, the run lists the objects with keys. */
const mostRows = 50;

/** What a run continues from. */
export interface EarlierRuns {
  readonly state: SentinelState;
  /** The run reports the findings that appeared since then, ISO 8601 UTC: those of earlier runs that failed are among them. */
  readonly since: string;
  /** The last run that finished. */
  readonly last: Scan | undefined;
}

/**
 * The state that the last finished run stored, and since when its findings are news.
 * @param startedAt of the new run
 */
export async function earlierRuns(
  scans: Pick<ScanStore, 'scans' | 'sentinelRuns'>,
  tenantId: string,
  startedAt: string,
): Promise<EarlierRuns> {
  let since = startedAt;
  let last: Scan | undefined;
  let rows = 0;
  for await (const run of scans.sentinelRuns(tenantId)) {
    if (isFinished(run)) last = run;
    else if (run.startedAt < since) since = run.startedAt;
    rows += 1;
    if (last || rows >= mostRows) break;
  }
  const { position, listedAt } = last?.sentinel ?? {};
  return {
    state: { ...(position !== undefined && { position }), ...(listedAt !== undefined && { listedAt }) },
    since: since < startedAt ? laterOf(since, await lastScanEnd(scans, tenantId), startedAt) : since,
    last,
  };
}

/** The alert of a scan that finished since has reported what the failed runs found. */
function laterOf(since: string, scanEnd: string | undefined, startedAt: string): string {
  return scanEnd !== undefined && scanEnd > since && scanEnd < startedAt ? scanEnd : since;
}

async function lastScanEnd(scans: Pick<ScanStore, 'scans'>, tenantId: string): Promise<string | undefined> {
  const scan = await latestFinished(scans, tenantId);
  return scan && (scan.finishedAt ?? scan.startedAt);
}
