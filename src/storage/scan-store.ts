import type { CatchUpState, Clock, Lease, ScanStore } from '../jobs/ports/index.js';
import { toleratedSkew } from '../model/clock/clock-skew.js';
import { ConsentinelError } from '../model/errors.js';
import type { Scan } from '../model/scan/scan.js';
import { canonicalJson } from '../model/text/canonical-json.js';
import { catchUpState, replaceCatchUpState } from './catch-up-rows.js';
import { isConflict, storageError } from './errors.js';
import {
  freeLease,
  HeldLease,
  isValid,
  type LeaseSettings,
  leaseHeld,
  leaseLost,
  leaseSeconds,
  newLease,
  newOwner,
  readLease,
  type StoredLease,
} from './lease.js';
import { pruneScans } from './prune.js';
import { partitionKeys, readRow, readRows, tableOperation, transact } from './reads.js';
import { MalformedRow, type StoredRow } from './rows.js';
import { recordRequest, requestedAt, requestsPartition } from './scan-requests.js';
import {
  fromIndexRow,
  fromScanRow,
  indexKey,
  type LeaseRecord,
  leaseKey,
  scanKey,
  scanPrefix,
  sentinelPrefix,
  toIndexRow,
  toLeaseRow,
  toScanRow,
} from './scan-rows.js';
import { schemaPartition } from './schema-version.js';
import { inPartition, keyBegins, type Table, type TableAction, writeAction } from './table.js';

export interface ScanStoreOptions {
  /** Now, ISO 8601 UTC. */
  now(): string;
  /** As in `LeaseSettings`. @default leaseSeconds */
  readonly leaseSeconds?: number;
  /** Creates the name of the owner of a lease. @default host, process id and a random part */
  newOwner?(): string;
}

const ofNoTenant = [requestsPartition, schemaPartition];

/** After each conflict with another writer the state is read again. More conflicts indicate another problem. */
const maxAttempts = 20;

/** Scans and the tenants' leases in the table `scans`. */
export class TableScanStore implements ScanStore {
  private readonly leaseSettings: LeaseSettings;
  private readonly newOwner: () => string;

  /** @param table `scans` */
  constructor(
    private readonly table: Table,
    options: ScanStoreOptions,
  ) {
    this.leaseSettings = { now: () => options.now(), seconds: options.leaseSeconds ?? leaseSeconds };
    this.newOwner = options.newOwner ?? newOwner;
  }

  async begin(scan: Scan, clock?: Pick<Clock, 'now'>): Promise<Lease> {
    const owner = this.newOwner();
    const settings = clock ? { ...this.leaseSettings, now: () => clock.now() } : this.leaseSettings;
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      const current = await readLease(this.table, scan.tenantId);
      const scanRow = (await this.rowOf(scan.tenantId, scan.id)) ?? scanKey(scan);
      if (current?.owner === owner) return this.heldLease(scan, scanRow, current, settings);
      if (isValid(current, settings)) throw leaseHeld(current);
      const lease = await this.takeLease(scan, scanRow, newLease(scan.id, owner, settings), current);
      if (lease) return this.heldLease(scan, scanRow, lease, settings);
    }
    throw keepsChanging(`the lease of tenant ${scan.tenantId}`);
  }

  async finish(lease: Lease, scan: Scan): Promise<void> {
    if (!(lease instanceof HeldLease)) throw new TypeError('The lease was not taken from this store.');
    lease.finished = true;
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      if (await this.releaseLease(lease, scan)) return;
      if (await lease.reread()) continue;
      const written = await this.scan(scan.tenantId, scan.id);
      if (written && canonicalJson(written) === canonicalJson(scan)) return;
      throw leaseLost(lease, await readLease(this.table, scan.tenantId));
    }
    throw keepsChanging(`the lease of tenant ${scan.tenantId}`);
  }

  async scan(tenantId: string, scanId: string): Promise<Scan | undefined> {
    const rowKey = await this.rowOf(tenantId, scanId);
    const row = rowKey && (await readRow(this.table, [tenantId, rowKey]));
    return row ? fromScanRow(row) : undefined;
  }

  recordRequest(scanId: string, at: string): Promise<void> {
    return recordRequest(this.table, scanId, at);
  }

  requestedAt(scanId: string): Promise<string | undefined> {
    return requestedAt(this.table, scanId);
  }

  catchUpState(tenant: string): ReturnType<ScanStore['catchUpState']> {
    return catchUpState(this.table, tenant);
  }

  replaceCatchUpState(tenant: string, state: CatchUpState, etag: string | undefined): Promise<boolean> {
    return replaceCatchUpState(this.table, tenant, state, etag);
  }

  async tenants(): Promise<string[]> {
    const ids = [];
    for await (const id of partitionKeys(this.table)) if (!ofNoTenant.includes(id)) ids.push(id);
    return ids;
  }

  async prune(tenantId: string, before: string): Promise<number> {
    await pruneScans(this.table, tenantId, before, sentinelPrefix);
    return pruneScans(this.table, tenantId, before, scanPrefix);
  }

  async pruneSentinelRuns(tenantId: string, before: string): Promise<void> {
    await pruneScans(this.table, tenantId, before, sentinelPrefix, [{ name: 'writes', is: 'eq', value: 0 }]);
  }

  scans(tenantId: string, onRejected?: (reason: string) => void): AsyncGenerator<Scan> {
    return this.rowsWith(scanPrefix, tenantId, onRejected);
  }

  sentinelRuns(tenantId: string, onRejected?: (reason: string) => void): AsyncGenerator<Scan> {
    return this.rowsWith(sentinelPrefix, tenantId, onRejected);
  }

  async leaseHolder(tenantId: string, clock?: Pick<Clock, 'now'>): Promise<string | undefined> {
    const settings = clock ? { ...this.leaseSettings, now: () => clock.now() } : this.leaseSettings;
    const lease = await readLease(this.table, tenantId);
    return isValid(lease, settings) ? lease.scanId : undefined;
  }

  private async *rowsWith(
    prefix: string,
    tenantId: string,
    onRejected: ((reason: string) => void) | undefined,
  ): AsyncGenerator<Scan> {
    for await (const row of readRows(this.table, [...inPartition(tenantId), ...keyBegins(prefix)])) {
      const scan = readable(row, onRejected);
      const reason = scan && impossibleTime(scan, this.leaseSettings.now());
      if (reason) onRejected?.(reason);
      else if (scan) yield scan;
    }
  }

  async amend(tenantId: string, scanId: string, change: (scan: Scan) => Scan | undefined): Promise<Scan | undefined> {
    const rowKey = await this.rowOf(tenantId, scanId);
    if (!rowKey) return undefined;
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      const row = await readRow(this.table, [tenantId, rowKey]);
      const next = row && change(fromScanRow(row));
      if (!row || !next) return undefined;
      const written = writeAction(toScanRow(next, rowKey), row.etag);
      if (await this.attempt([written], 'amend a scan')) return next;
    }
    throw keepsChanging(`the row of scan ${scanId}`);
  }

  private async rowOf(tenantId: string, scanId: string): Promise<string | undefined> {
    const index = await readRow(this.table, [tenantId, indexKey(scanId)]);
    return index && fromIndexRow(index);
  }

  /** Writes the lease, the scan, its index row and the failure of the previous scan. @returns undefined after a conflict */
  private async takeLease(scan: Scan, scanRow: string, lease: LeaseRecord, previous: StoredLease | undefined) {
    const row = toLeaseRow(scan.tenantId, lease);
    const actions: TableAction[] = [
      writeAction(row, previous?.etag),
      { kind: 'put', row: toScanRow(scan, scanRow) },
      { kind: 'put', row: toIndexRow(scan, scanRow) },
      ...(await this.failureOfPrevious(scan, previous, lease)),
    ];
    const versions = await this.attempt(actions, 'begin a scan');
    return versions && { ...lease, etag: versions.get(leaseKey) ?? '' };
  }

  /** Marks the previous scan failed if it did not release its lease. */
  private async failureOfPrevious(
    next: Scan,
    previous: StoredLease | undefined,
    { takenAt }: LeaseRecord,
  ): Promise<TableAction[]> {
    if (!previous?.owner || previous.scanId === next.id) return [];
    const rowKey = await this.rowOf(next.tenantId, previous.scanId);
    const row = rowKey && (await readRow(this.table, [next.tenantId, rowKey]));
    if (!row) return [];
    const scan = fromScanRow(row);
    const error = {
      code: 'lease-lost',
      message: `Its last heartbeat was at ${previous.renewedAt}. Scan ${next.id} took over.`,
    };
    const failed: Scan = { ...scan, status: 'failed', finishedAt: takenAt, errors: [...scan.errors, error] };
    return [writeAction(toScanRow(failed, rowKey), row.etag)];
  }

  private async releaseLease(lease: HeldLease, scan: Scan): Promise<boolean> {
    const versions = await this.attempt(
      [
        writeAction(toLeaseRow(scan.tenantId, freeLease(scan.id, lease.settings)), lease.etag),
        { kind: 'put', row: toScanRow(scan, lease.scanRow) },
      ],
      'finish a scan',
    );
    return versions !== undefined;
  }

  private async attempt(actions: TableAction[], doing: string) {
    try {
      return await transact(this.table, actions);
    } catch (error) {
      if (isConflict(error)) return undefined;
      throw storageError(error, tableOperation(this.table, doing));
    }
  }

  private heldLease(scan: Scan, scanRow: string, lease: StoredLease, settings: LeaseSettings): HeldLease {
    return new HeldLease(this.table, settings, scan.tenantId, scanRow, lease);
  }
}

function readable(row: StoredRow, onRejected: ((reason: string) => void) | undefined): Scan | undefined {
  try {
    return fromScanRow(row);
  } catch (error) {
    if (!(error instanceof MalformedRow)) throw error;
    onRejected?.(error.message);
    return undefined;
  }
}

/** Why a scan cannot have these times; undefined if it can. */
function impossibleTime({ id, startedAt, finishedAt }: Scan, now: string): string | undefined {
  const latest = Date.parse(now) + toleratedSkew;
  const time = [startedAt, finishedAt].find((at) => at !== undefined && !(Date.parse(at) <= latest));
  return time === undefined ? undefined : `The stored scan ${id} has a time that is in the future, ${time}.`;
}

function keepsChanging(what: string): ConsentinelError {
  return new ConsentinelError(
    'storage-unavailable',
    `Other writers changed ${what} during ${maxAttempts} attempts.`,
    'Run the command again when fewer scans of the tenant start.',
  );
}
