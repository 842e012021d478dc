import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { Lease } from '../jobs/ports/index.js';
import { toleratedSkew } from '../model/clock/clock-skew.js';
import { ConsentinelError } from '../model/errors.js';
import { isConflict, storageError } from './errors.js';
import { readRow, tableOperation } from './reads.js';
import { fromLeaseRow, type LeaseRecord, leaseKey, toLeaseRow } from './scan-rows.js';
import type { Table } from './table.js';

/** The current time, and how long a lease is valid without a renewal. */
export interface LeaseSettings {
  /** ISO 8601 UTC. */
  now(): string;
  readonly seconds: number;
}

/**
 * How long every lease of a tenant is valid without a renewal. `isValid` ignores longer ones, so all processes need the
 * same value.
 */
export const leaseSeconds = 90;

/** A lease and the version of its row. */
export interface StoredLease extends LeaseRecord {
  readonly etag: string;
}

/** A lease that this process holds. `TableScanStore.finish` releases it. */
export class HeldLease implements Lease {
  /** Set when the scan ends: a later renewal does nothing. */
  finished = false;

  constructor(
    private readonly table: Table,
    readonly settings: LeaseSettings,
    readonly tenantId: string,
    /** The key of the row of the lease's scan. */
    readonly scanRow: string,
    private record: StoredLease,
  ) {}

  get scanId(): string {
    return this.record.scanId;
  }

  get owner(): string {
    return this.record.owner;
  }

  get etag(): string {
    return this.record.etag;
  }

  async renew(): Promise<void> {
    if (this.finished) return;
    const record = renewed(this.record, this.settings);
    try {
      const row = toLeaseRow(this.tenantId, record);
      const etag = await this.table.write({ kind: 'replace', row, etag: this.record.etag });
      this.record = { ...record, etag };
    } catch (error) {
      if (!isConflict(error)) throw storageError(error, tableOperation(this.table, 'renew the lease of the scan'));
      if (!(await this.reread()) && !this.finished) throw leaseLost(this, await readLease(this.table, this.tenantId));
    }
  }

  /** Adopts the current version of the row. @returns false if the lease belongs to another owner */
  async reread(): Promise<boolean> {
    const current = await readLease(this.table, this.tenantId);
    if (current?.owner !== this.owner) return false;
    this.record = current;
    return true;
  }
}

/** The tenant's lease; undefined before the first scan. */
export async function readLease(table: Table, tenantId: string): Promise<StoredLease | undefined> {
  const row = await readRow(table, [tenantId, leaseKey]);
  return row && { ...fromLeaseRow(row), etag: row.etag };
}

/** A unique name for the owner of a lease: host, process id and a random part. */
export function newOwner(): string {
  return `${hostname()}:${process.pid}:${randomBytes(6).toString('hex')}`;
}

/** A lease that starts now. */
export function newLease(scanId: string, owner: string, settings: LeaseSettings): LeaseRecord {
  return renewed({ scanId, owner, takenAt: settings.now(), renewedAt: '', expiresAt: '' }, settings);
}

/** What a release leaves behind: a transaction of the SDK cannot delete a row by its version. */
export function freeLease(scanId: string, settings: LeaseSettings): LeaseRecord {
  return { ...newLease(scanId, '', settings), expiresAt: '' };
}

/**
 * Whether no other scan may take the lease. No scan writes a lease that ends later than `seconds` from now: such a lease
 * would stop every scan.
 */
export function isValid(lease: LeaseRecord | undefined, { now, seconds }: LeaseSettings): lease is StoredLease {
  if (lease === undefined || lease.owner === '' || ownerHasEnded(lease.owner)) return false;
  const [ends, at] = [Date.parse(lease.expiresAt), Date.parse(now())];
  return ends > at && ends <= at + seconds * 1000 + 2 * toleratedSkew;
}

/** The error for a lease that another scan took over. */
export function leaseLost(
  { tenantId, scanId }: Pick<Lease, 'tenantId' | 'scanId'>,
  holder: LeaseRecord | undefined,
): ConsentinelError {
  const taken = holder?.owner ? `scan ${holder.scanId} took it over at ${holder.takenAt}` : 'the scan ended';
  return new ConsentinelError(
    'lease-lost',
    `Scan ${scanId} no longer holds the lease of tenant ${tenantId}: ${taken}.`,
    'Its heartbeat stopped for too long. Its writes remain, and the other scan continues.',
  );
}

/** The error for a lease that another scan holds. */
export function leaseHeld(lease: LeaseRecord): ConsentinelError {
  return new ConsentinelError(
    'scan-in-progress',
    `Scan ${lease.scanId} of this tenant is in progress. It started at ${lease.takenAt}. Its last heartbeat was at ${lease.renewedAt}.`,
    `Wait until it ends. If its process no longer runs, run the command again after ${lease.expiresAt}. The lease expires then.`,
  );
}

function renewed(lease: LeaseRecord, { now, seconds }: LeaseSettings): LeaseRecord {
  const renewedAt = now();
  return { ...lease, renewedAt, expiresAt: new Date(Date.parse(renewedAt) + seconds * 1000).toISOString() };
}

/** Whether the owner is an ended process of this host. A killed scan can then run again without waiting for its lease. */
function ownerHasEnded(owner: string): boolean {
  const [host, pid] = owner.split(':');
  if (host !== hostname() || !Number(pid)) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
