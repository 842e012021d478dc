import { codeOf } from '../../model/errors.js';
import { isSentinelId } from '../../model/scan/sentinel-id.js';
import type { Clock, ScanStore } from '../ports/index.js';

const pollMilliseconds = 2_000;
/** Longer than a run of the sentinel (`sentinelMinutes`), and than its lease after a crash. */
const longestMilliseconds = 15 * 60_000;

/**
 * Begins a scan after a run of the sentinel that holds the tenant's lease: the run ends within seconds, and a nightly
 * scan must not wait for its next delivery because both timers fire at the same time.
 * @param begin begins the scan; called again if the sentinel took the lease first
 * @throws what `begin` throws
 */
export async function afterSentinel<T>(
  { scans, clock }: { readonly scans: Pick<ScanStore, 'leaseHolder'>; readonly clock: Clock },
  tenantId: string,
  signal: AbortSignal,
  begin: () => Promise<T>,
): Promise<T> {
  for (let waited = 0; ; waited += pollMilliseconds) {
    try {
      return await begin();
    } catch (error) {
      if (codeOf(error) !== 'scan-in-progress' || waited >= longestMilliseconds) throw error;
      const holder = await scans.leaseHolder(tenantId, clock);
      if (holder !== undefined && !isSentinelId(holder)) throw error;
    }
    signal.throwIfAborted();
    await clock.wait(pollMilliseconds, signal);
  }
}
