import pLimit from 'p-limit';
import type { Clock, ScanStore } from '../../jobs/ports/index.js';
import { cacheLifetime } from './cache-lifetime.js';
import { type RecentScans, recentScans } from './recent-scans.js';

/** One of several tenants, with its latest scans. */
export interface TenantSummary extends Pick<RecentScans, 'finished' | 'failed' | 'running'> {
  readonly id: string;
  /** The display name from the latest finished scan, or the id. */
  readonly name: string;
}

const concurrentReads = 10;

/** The summaries of all tenants, those that need attention first. The result is cached for a short time. */
export class TenantCache {
  #entry: { readonly tenants: readonly TenantSummary[]; readonly expiresAtMilliseconds: number } | undefined;

  constructor(
    private readonly scans: Pick<ScanStore, 'scans'>,
    private readonly tenantIds: readonly string[],
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  async read(): Promise<readonly TenantSummary[]> {
    const start = Date.parse(this.clock.now());
    if (this.#entry && start < this.#entry.expiresAtMilliseconds) return this.#entry.tenants;
    const limit = pLimit(concurrentReads);
    const reads = limit.map(this.tenantIds, (id) => summaryOf(this.scans, id));
    const tenants = await reads.finally(() => limit.clearQueue());
    tenants.sort((a, b) => urgencyOf(a) - urgencyOf(b) || a.name.localeCompare(b.name));
    const end = Date.parse(this.clock.now());
    this.#entry = { tenants, expiresAtMilliseconds: end + cacheLifetime(end - start) };
    return tenants;
  }
}

async function summaryOf(scans: Pick<ScanStore, 'scans'>, id: string): Promise<TenantSummary> {
  const { finished, failed, running } = await recentScans(scans, id, 1);
  return { id, name: finished?.tenantName ?? id, finished, failed, running };
}

/** The sort key: failed scans first, then tenants without a scan, then incomplete scans. */
function urgencyOf({ failed, finished }: TenantSummary): number {
  if (failed) return 0;
  if (!finished) return 1;
  return finished.status === 'incomplete' ? 2 : 3;
}
