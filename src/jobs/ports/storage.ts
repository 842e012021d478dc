import type { AuditEvent, ChainedAuditEvent } from '../../model/finding/audit.js';
import type { Finding } from '../../model/finding/finding.js';
import type { FindingSummary } from '../../model/finding/finding-summary.js';
import type { Scan } from '../../model/scan/scan.js';

/** A finding and the version of its row, which guards the next change. */
export interface Stored<T> {
  readonly value: T;
  readonly etag: string;
}

/** What locates a finding in the table. */
export type FindingKey = Pick<Finding, 'id' | 'ruleId'>;

/** A finding's next state and the events that explain it; they commit together or not at all. */
export interface FindingChange {
  readonly finding: Finding;
  /** The version it replaces; undefined for a finding that has no row yet. */
  readonly etag: string | undefined;
  readonly events: readonly AuditEvent[];
}

export interface CommitResult {
  /** How many changes were written. */
  readonly written: number;
  /** Ids whose row is not the version that the change was made from: nothing of these was written. */
  readonly conflicts: readonly string[];
}

/** What came of checking the audit chain of one rule; without a fault no row was changed, removed or inserted. */
export interface AuditVerdict {
  readonly ruleId: string;
  readonly events: number;
  readonly fault?: { readonly kind: string; readonly sequence: number; readonly summary: string } | undefined;
}

/** A finding whose row is not what the program wrote. */
export interface DamagedFinding extends FindingKey {
  readonly property: string;
  /** A sentence for the reader, with partition, row and property. */
  readonly message: string;
}

/** Takes the damaged rows of a listing, which goes on without them. */
export type OnDamaged = (finding: DamagedFinding) => void;

export interface FindingStore {
  /** How many changes a caller with a stream of changes commits at a time: full transactions, and bounded memory. */
  readonly batchSize: number;
  /**
   * All findings of a tenant, in no order.
   * @throws ConsentinelError `storage-malformed` for a damaged row if there is no `onDamaged`
   */
  findings(tenantId: string, filter?: { ruleId?: string; onDamaged?: OnDamaged }): AsyncIterable<Stored<Finding>>;
  /**
   * All findings of a tenant in brief, in no order: what lists and counts need, without plans and evidence.
   * @throws as `findings`
   */
  summaries(tenantId: string, onDamaged?: OnDamaged): Promise<FindingSummary[]>;
  /** @param ruleId of the finding, if the caller knows it: without it, every rule's partition is asked */
  finding(tenantId: string, id: string, ruleId?: string): Promise<Stored<Finding> | undefined>;
  /** Several findings of known rules, by id: far fewer requests than one `finding` for each. Unknown ids are left out. */
  knownFindings(tenantId: string, keys: readonly FindingKey[]): Promise<Map<string, Stored<Finding>>>;
  /** Writes changes of any number and of any rules; safe to call again with the same changes. */
  commit(changes: readonly FindingChange[]): Promise<CommitResult>;
  /** Everything that happened to a finding, oldest first. */
  history(finding: Pick<Finding, 'tenantId' | 'ruleId' | 'id'>): Promise<ChainedAuditEvent[]>;
  /** Deletes findings that were resolved before a moment; their audit trail stays. Gives their number. */
  prune(tenantId: string, before: string): Promise<number>;
  /** Checks the audit chain of every rule of a tenant, rules that no longer exist included. */
  verifyAudit(tenantId: string): AsyncIterable<AuditVerdict>;
  /** Every audit event of a tenant and a rule in the order of their sequence. */
  auditTrail(tenantId: string, ruleId: string): AsyncIterable<ChainedAuditEvent>;
}

/** The right to scan a tenant, held by a heartbeat. */
export interface Lease {
  readonly tenantId: string;
  readonly scanId: string;
  /** Prolongs the lease; throws `lease-lost` where another has taken it. */
  renew(): Promise<void>;
}

export interface ScanStore {
  /**
   * Takes the tenant's lease and writes the scan's row. A lease whose heartbeat has stopped is taken over, and its
   * scan is marked failed.
   * @throws ConsentinelError `scan-in-progress` where another scan is alive
   */
  begin(scan: Scan): Promise<Lease>;
  /** Writes the scan's final row and gives up the lease, in one transaction; throws `lease-lost` where it was taken. */
  finish(lease: Lease, scan: Scan): Promise<void>;
  scan(tenantId: string, scanId: string): Promise<Scan | undefined>;
  /** Deletes scans that began before a moment. Gives their number. */
  prune(tenantId: string, before: string): Promise<number>;
  /** The ids of the tenants that were ever scanned. */
  tenants(): Promise<string[]>;
  /** Newest first. */
  scans(tenantId: string): AsyncIterable<Scan>;
  /**
   * Changes the row of a scan under its version. Where another writer was faster, the row is read again and `change` is
   * asked anew.
   * @param change gives the next state, or undefined to leave the row as it is
   * @returns what was written; undefined where `change` declined, or there is no such scan
   */
  amend(tenantId: string, scanId: string, change: (scan: Scan) => Scan | undefined): Promise<Scan | undefined>;
}
