import type { Clock, TransferLease } from '../ports/index.js';
import { keepLease } from '../scan/keep-lease.js';

/**
 * Runs `work` while no scan of these tenants can run.
 * @param hold takes the lease of a tenant
 * @throws ConsentinelError `scan-in-progress`, `lease-lost`, and what `work` throws
 */
export async function holdTenants<T>(
  tenantIds: readonly string[],
  hold: (tenantId: string) => Promise<TransferLease>,
  clock: Clock,
  work: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const [first, ...others] = tenantIds;
  if (first === undefined) return work(signal);
  const lease = await hold(first);
  try {
    return await keepLease(lease, clock, (kept) => holdTenants(others, hold, clock, work, kept), signal);
  } finally {
    await lease.release();
  }
}
