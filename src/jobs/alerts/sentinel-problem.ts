import type { Scan } from '../../model/scan/scan.js';
import { minuteOf } from '../../model/text/format.js';
import type { ScanStore } from '../ports/index.js';

/** Older runs say nothing: the sentinel was turned off. */
const longestSilence = 2 * 86_400_000;
/** So many runs are read back to the last complete one. */
const mostRuns = 300;

/**
 * Why the sentinel does not complete its runs now. A failed run before a complete one is no problem: the complete run
 * continued where it ended.
 * @param at the scan whose alert reports it
 * @returns a sentence; undefined if the last run is complete, or no run ended recently
 */
export async function sentinelProblem(
  scans: Pick<ScanStore, 'sentinelRuns'>,
  { tenantId, startedAt }: Pick<Scan, 'tenantId' | 'startedAt'>,
): Promise<string | undefined> {
  let latest: Scan | undefined;
  let complete: Scan | undefined;
  let runs = 0;
  for await (const run of scans.sentinelRuns(tenantId)) {
    if (run.status === 'complete') complete = run;
    else if (run.status !== 'running') latest ??= run;
    runs += 1;
    if (complete || runs >= mostRuns) break;
  }
  if (!latest || Date.parse(startedAt) - Date.parse(latest.startedAt) > longestSilence) return undefined;
  const since = complete ? `since ${minuteOf(complete.startedAt)}` : 'yet';
  const reason = latest.errors[0]?.message ?? '';
  return `The sentinel has not completed a run ${since}. ${reason}`.trim();
}
