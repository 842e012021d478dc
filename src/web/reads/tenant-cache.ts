import pLimit from 'p-limit';
import type { Clock, ScanStore } from '../../jobs/ports/index.js';
import { cacheLifetime } from './cache-lifetime.js';
import { type OverviewScans, overviewScans } from './recent-scans.js';

/** What the latest scans of a tenant say, the states that need attention first. `late`: no recent scan was complete. */
export const tenantStates = ['failed', 'late', 'unfinished', 'incomplete', 'complete'] as const;
export type TenantState = (typeof tenantStates)[number];

/** One of several tenants, with its latest scans. */
export interface TenantSummary extends Pick<OverviewScans, 'finished' | 'failed' | 'running'> {
  readonly id: string;
  /** The display name from the latest finished scan, or the id. */
  readonly name: string;
  readonly state: TenantState;
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
    const now = this.clock.now();
    const start = Date.parse(now);
    if (this.#entry && start < this.#entry.expiresAtMilliseconds) return this.#entry.tenants;
    const limit = pLimit(concurrentReads);
    const reads = limit.map(this.tenantIds, (id) => summaryOf(this.scans, id, now));
    const tenants = await reads.finally(() => limit.clearQueue());
    tenants.sort((a, b) => rankOf(a) - rankOf(b) || a.name.localeCompare(b.name));
    const end = Date.parse(this.clock.now());
    this.#entry = { tenants, expiresAtMilliseconds: end + cacheLifetime(end - start) };
    return tenants;
  }
}

async function summaryOf(scans: Pick<ScanStore, 'scans'>, id: string, now: string): Promise<TenantSummary> {
  const recent = await overviewScans(scans, id, now, 1);
  const { finished, failed, running } = recent;
  return { id, name: finished?.tenantName ?? id, finished, failed, running, state: stateOf(recent) };
}

function stateOf({ failed, finished, complete, freshness }: OverviewScans): TenantState {
  if (failed) return 'failed';
  // An incomplete scan that follows no complete one is incomplete, not late.
  if (freshness === 'fails' && (complete || !finished)) return 'late';
  if (!finished) return 'unfinished';
  return finished.status === 'incomplete' ? 'incomplete' : 'complete';
}

const rankOf = ({ state }: TenantSummary) => tenantStates.indexOf(state);
