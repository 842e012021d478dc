import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { TableClient } from '@azure/data-tables';
import type { Lease } from '../jobs/ports/index.js';
import { ConsentinelError } from '../model/errors.js';
import { isConflict, storageError } from './errors.js';
import { asked, readRow } from './reads.js';
import { fromLeaseRow, type LeaseRecord, leaseKey, toLeaseRow } from './scan-rows.js';

/** Time of day and how long a lease lives without a heartbeat. */
export interface LeaseTerms {
  now(): string;
  readonly seconds: number;
}

/** A lease and the version of its row. */
export interface StoredLease extends LeaseRecord {
  readonly etag: string;
}

/** A lease that this process took; the scan store gives it up through `finish`. */
export class HeldLease implements Lease {
  /** The scan is over, so a heartbeat that comes late has nothing to prolong. */
  over = false;

  constructor(
    private readonly table: TableClient,
    private readonly terms: LeaseTerms,
    readonly tenantId: string,
    /** The row of the scan that it is held for. */
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
    if (this.over) return;
    const record = prolonged(this.record, this.terms);
    try {
      const row = toLeaseRow(this.tenantId, record);
      const { etag } = await this.table.updateEntity(row, 'Replace', { etag: this.record.etag });
      this.record = { ...record, etag: etag ?? '' };
    } catch (error) {
      if (!isConflict(error)) throw storageError(error, asked(this.table, 'renew the lease of the scan'));
      if (!(await this.reread()) && !this.over) throw leaseLost(this, await readLease(this.table, this.tenantId));
    }
  }

  /** Takes over the present version of the row; false where it is somebody else's. */
  async reread(): Promise<boolean> {
    const present = await readLease(this.table, this.tenantId);
    if (present?.owner !== this.owner) return false;
    this.record = present;
    return true;
  }
}

/** The tenant's lease; undefined where no scan has ever begun. */
export async function readLease(table: TableClient, tenantId: string): Promise<StoredLease | undefined> {
  const row = await readRow(table, [tenantId, leaseKey]);
  return row && { ...fromLeaseRow(row), etag: row.etag };
}

/** A new name for an owner: where it runs, and which of all the leases taken there it is. */
export function newOwner(): string {
  return `${hostname()}:${process.pid}:${randomBytes(6).toString('hex')}`;
}

/** A lease that begins now. */
export function freshLease(scanId: string, owner: string, terms: LeaseTerms): LeaseRecord {
  return prolonged({ scanId, owner, takenAt: terms.now(), renewedAt: '', expiresAt: '' }, terms);
}

/** True while nobody else may take it. */
export function isAlive(lease: LeaseRecord | undefined, now: string): lease is StoredLease {
  return lease !== undefined && lease.owner !== '' && lease.expiresAt > now && !ownerIsGone(lease.owner);
}

/** The error of a lease that another has taken. */
export function leaseLost(
  { tenantId, scanId }: Pick<Lease, 'tenantId' | 'scanId'>,
  holder: LeaseRecord | undefined,
): ConsentinelError {
  const taken = holder?.owner ? `scan ${holder.scanId} took it over at ${holder.takenAt}` : 'it was given up';
  return new ConsentinelError(
    'lease-lost',
    `Scan ${scanId} no longer holds the lease of tenant ${tenantId}: ${taken}.`,
    'Its heartbeat had stopped for too long. What it wrote stays; the other scan goes on.',
  );
}

/** The error of a lease that another holds. */
export function leaseHeld(lease: LeaseRecord): ConsentinelError {
  return new ConsentinelError(
    'scan-in-progress',
    `Scan ${lease.scanId} of this tenant is under way: it began at ${lease.takenAt}, and its heartbeat was last seen at ${lease.renewedAt}.`,
    `Wait for its end. If its process is gone, run this again after ${lease.expiresAt}: the lease is taken over then.`,
  );
}

function prolonged(lease: LeaseRecord, { now, seconds }: LeaseTerms): LeaseRecord {
  const renewedAt = now();
  return { ...lease, renewedAt, expiresAt: new Date(Date.parse(renewedAt) + seconds * 1000).toISOString() };
}

/** A process of this machine that is no more will send no heartbeat: so a killed scan can be run again at once. */
function ownerIsGone(owner: string): boolean {
  const [host, pid] = owner.split(':');
  if (host !== hostname() || !Number(pid)) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
