import type { TransferLease } from '../../jobs/ports/index.js';
import { isConflict, storageError } from '../errors.js';
import {
  freeLease,
  HeldLease,
  isValid,
  type LeaseSettings,
  leaseHeld,
  leaseLost,
  newLease,
  newOwner,
  readLease,
} from '../lease.js';
import { tableOperation } from '../reads.js';
import { toLeaseRow } from '../scan-rows.js';
import { type Table, writeAction } from '../table.js';

/** In place of the id of a scan. */
export type Transfer = 'export' | 'import';

/** Gives the lease back, unless another scan has it by now. */
async function release(scans: Table, lease: HeldLease): Promise<void> {
  lease.finished = true;
  const row = toLeaseRow(lease.tenantId, freeLease(lease.scanId, lease.settings));
  do {
    try {
      await scans.write({ kind: 'replace', row, etag: lease.etag });
      return;
    } catch (error) {
      if (!isConflict(error)) throw storageError(error, tableOperation(scans, 'release the lease'));
    }
    // A renewal was faster.
  } while (await lease.reread());
}

/** The version of the lease of a tenant; undefined if it has none. @throws ConsentinelError `scan-in-progress` */
export async function leaseVersion(
  scans: Table,
  tenantId: string,
  settings: LeaseSettings,
): Promise<string | undefined> {
  const lease = await readLease(scans, tenantId);
  const version = lease?.etag;
  if (isValid(lease, settings)) throw leaseHeld(lease);
  return version;
}

/**
 * Takes the lease of a tenant, so that no scan can run.
 * @param version that was read before: another process that had the lease since then may have changed the rows
 * @throws ConsentinelError `lease-lost` where it has another version
 */
export async function holdTenant(
  scans: Table,
  tenantId: string,
  transfer: Transfer,
  settings: LeaseSettings,
  version: string | undefined,
): Promise<TransferLease> {
  const lease = newLease(transfer, newOwner(), settings);
  try {
    const etag = await scans.write(writeAction(toLeaseRow(tenantId, lease), version));
    const held = new HeldLease(scans, settings, tenantId, '', { ...lease, etag });
    return { tenantId, scanId: transfer, renew: () => held.renew(), release: () => release(scans, held) };
  } catch (error) {
    if (!isConflict(error)) throw storageError(error, tableOperation(scans, 'take the lease'));
    throw leaseLost({ tenantId, scanId: transfer }, await readLease(scans, tenantId));
  }
}
