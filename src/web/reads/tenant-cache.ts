import type { Clock, ScanStore } from '../../jobs/ports/index.js';
import { type RecentScans, recentScans } from './recent-scans.js';

/** How one of several tenants stands. */
export interface TenantStanding extends Pick<RecentScans, 'finished' | 'failed' | 'running'> {
  readonly id: string;
  /** As its administrators named it; the id where no scan has read it. */
  readonly name: string;
}

/** Queries that are under way at a time. */
const atOnce = 10;
/** A reading serves for ten times as long as it took, so that reading takes a tenth of the time at most. */
const servesTimes = 10;
const servesAtMost = 60_000;

/** How the tenants stand by their latest scans, those in trouble first; one reading serves for a short while. */
export class TenantsReading {
  #kept: { readonly standings: readonly TenantStanding[]; readonly goodUntil: number } | undefined;

  constructor(
    private readonly scans: Pick<ScanStore, 'scans'>,
    private readonly tenantIds: readonly string[],
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  async read(): Promise<readonly TenantStanding[]> {
    const begun = Date.parse(this.clock.now());
    if (this.#kept && begun < this.#kept.goodUntil) return this.#kept.standings;
    const standings: TenantStanding[] = [];
    for (let i = 0; i < this.tenantIds.length; i += atOnce)
      standings.push(
        ...(await Promise.all(this.tenantIds.slice(i, i + atOnce).map((id) => standingOf(this.scans, id)))),
      );
    standings.sort((a, b) => troubleOf(a) - troubleOf(b) || a.name.localeCompare(b.name));
    const end = Date.parse(this.clock.now());
    this.#kept = { standings, goodUntil: end + Math.min(servesAtMost, servesTimes * (end - begun)) };
    return standings;
  }
}

async function standingOf(scans: Pick<ScanStore, 'scans'>, id: string): Promise<TenantStanding> {
  const { finished, failed, running } = await recentScans(scans, id, 1);
  return { id, name: finished?.tenantName ?? id, finished, failed, running };
}

/** What nobody must overlook comes first. */
function troubleOf({ failed, finished }: TenantStanding): number {
  if (failed) return 0;
  if (!finished) return 1;
  return finished.status === 'incomplete' ? 2 : 3;
}
