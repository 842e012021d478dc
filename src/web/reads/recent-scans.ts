import type { ScanStore } from '../../jobs/ports/index.js';
import type { Scan } from '../../model/scan/scan.js';
import type { AbandonedMessage } from '../../model/scan/scan-alerts.js';
import { freshnessOf } from '../../model/scan/scan-freshness.js';
import { abandonedLastWeek } from '../../model/scan/scan-notices.js';
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

/** The latest scans of a tenant for the overview. */
export interface OverviewScans extends RecentScans {
  /** Whether the latest complete scan is recent enough. */
  readonly freshness: ReturnType<typeof freshnessOf>;
  /** The latest complete scan among those that were read: all of the last week, and at least `limit`. */
  readonly complete: Scan | undefined;
  /** Of the last seven days, the newest first. */
  readonly abandoned: readonly AbandonedMessage[];
}

/**
 * Reads scans until it has the latest finished one and `limit` scans.
 * @param limit how many scans it returns at most
 */
export async function recentScans(store: Pick<ScanStore, 'scans'>, tenantId: string, limit = 30): Promise<RecentScans> {
  return summaryOf(await readScans(store, tenantId, (scans) => scans.length >= limit), limit);
}

/**
 * Also reads all scans of the last week.
 * @param now ISO 8601 UTC
 */
export async function overviewScans(
  store: Pick<ScanStore, 'scans'>,
  tenantId: string,
  now: string,
  limit = 30,
): Promise<OverviewScans> {
  const weekAgo = new Date(Date.parse(now) - 7 * 86_400_000).toISOString();
  const scans = await readScans(
    store,
    tenantId,
    (read) => read.length >= limit && (read.at(-1)?.startedAt ?? '') < weekAgo,
  );
  const [latest] = scans;
  const ended = scans.find(({ status }) => status !== 'running');
  const complete = scans.find(({ status }) => status === 'complete');
  const newest = { ...(latest && { latest }), ...(ended && { ended }), ...(complete && { complete }) };
  return {
    ...summaryOf(scans, limit),
    freshness: freshnessOf(newest, now),
    complete,
    abandoned: abandonedLastWeek(scans, now),
  };
}

/** Newest first; at least until the latest finished scan. */
async function readScans(
  store: Pick<ScanStore, 'scans'>,
  tenantId: string,
  isEnough: (scans: readonly Scan[]) => boolean,
): Promise<Scan[]> {
  const scans: Scan[] = [];
  let finished = false;
  for await (const scan of store.scans(tenantId)) {
    scans.push(scan);
    finished ||= isFinished(scan);
    if (finished && isEnough(scans)) break;
  }
  return scans;
}

function summaryOf(scans: readonly Scan[], limit: number): RecentScans {
  const at = scans.findIndex(isFinished);
  const sinceFinished = at < 0 ? scans : scans.slice(0, at);
  return {
    scans: scans.slice(0, limit),
    finished: scans[at],
    failed: sinceFinished.find(({ status }) => status === 'failed'),
    running: scans.find(({ status }) => status === 'running'),
  };
}
