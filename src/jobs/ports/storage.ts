import type { AnchoredEvents } from '../../model/finding/anchored-events.js';
import type { AuditEvent, ChainedAuditEvent } from '../../model/finding/audit.js';
import type { AnchoredChain } from '../../model/finding/audit-anchor.js';
import type { Finding } from '../../model/finding/finding.js';
import type { FindingSummary } from '../../model/finding/finding-summary.js';
import type { RejectedTime } from '../../model/finding/stored-times.js';
import type { Scan } from '../../model/scan/scan.js';
import type { Clock } from './clock.js';

/** A stored value and the etag of its row, which guards the next change. */
export interface Stored<T> {
  readonly value: T;
  readonly etag: string;
  /** Stored times that cannot be true. The value is without them; the next write replaces them in the row. */
  readonly rejected?: readonly RejectedTime[];
}

/** What locates a finding in the table. */
export type FindingKey = Pick<Finding, 'id' | 'ruleId'>;

/** The next state of a finding and the events that explain it; one transaction writes both. */
export interface FindingChange {
  readonly finding: Finding;
  /** The version that it replaces; undefined if the finding has no row yet. */
  readonly etag: string | undefined;
  readonly events: readonly AuditEvent[];
}

export interface CommitResult {
  /** The number of changes that were written. */
  readonly written: number;
  /** The ids of the findings that another writer changed first: their changes were not written. */
  readonly conflicts: readonly string[];
}

/** The result of checking the audit chain of one rule. Without a fault, no row was changed, removed or inserted. */
export interface AuditVerdict {
  /** The rule, or `installation/` and a name for a chain that concerns all tenants. */
  readonly ruleId: string;
  readonly events: number;
  readonly fault?: { readonly kind: string; readonly sequence: number; readonly summary: string } | undefined;
  /** How the chain differs from the anchors, a sentence. */
  readonly anchorFault?: string | undefined;
}

/** A finding whose row is not what the program wrote. */
export interface DamagedFinding extends FindingKey {
  /** `storage-newer` for a row of a newer version of the program. */
  readonly code: 'storage-malformed' | 'storage-newer';
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
   * Summaries of all findings of a tenant, in no order: what lists and counts need, without plans and evidence.
   * @throws as `findings`
   */
  summaries(tenantId: string, onDamaged?: OnDamaged): Promise<FindingSummary[]>;
  /** @param ruleId of the finding, if the caller knows it: without it, every rule's partition is asked */
  finding(tenantId: string, id: string, ruleId?: string): Promise<Stored<Finding> | undefined>;
  /** Several findings of known rules, by id: far fewer requests than one `finding` for each. Unknown ids are left out. */
  knownFindings(tenantId: string, keys: readonly FindingKey[]): Promise<Map<string, Stored<Finding>>>;
  /** Writes any number of changes, of any rules. Safe to call again with the same changes. */
  commit(changes: readonly FindingChange[]): Promise<CommitResult>;
  /** The audit events of a finding, oldest first. */
  history(finding: Pick<Finding, 'tenantId' | 'ruleId' | 'id'>): Promise<ChainedAuditEvent[]>;
  /** Deletes findings that were resolved before a time; their audit trail stays. Returns their number. */
  prune(tenantId: string, before: string): Promise<number>;
  /**
   * Checks the audit chain of every rule of a tenant, including rules that no longer exist, and those of the installation.
   * @param anchored what the anchors say; without it, the chains are not compared with anchors
   */
  verifyAudit(tenantId: string, anchored?: AnchoredEvents): AsyncIterable<AuditVerdict>;
  /** The present ends of the chains that `verifyAudit` checks. */
  chainHeads(tenantId: string): Promise<AnchoredChain[]>;
  /** The audit events of a tenant and a rule, by sequence. */
  auditTrail(tenantId: string, ruleId: string): AsyncIterable<ChainedAuditEvent>;
}

/** The exclusive right to scan a tenant; renewals keep it alive. */
export interface Lease {
  readonly tenantId: string;
  readonly scanId: string;
  /** Renews the lease. @throws ConsentinelError `lease-lost` if another scan has it */
  renew(): Promise<void>;
}

/** What the catch-up of a tenant remembers. Times are ISO 8601 UTC. */
export interface CatchUpState {
  /** When the catch-up first saw the tenant. */
  readonly since: string;
  /** When it last requested a scan. */
  readonly requestedAt?: string;
}

export interface ScanStore {
  /**
   * Takes the tenant's lease and writes the scan's row. A lease that is not renewed any more is taken over, and its
   * scan is marked failed.
   * @param clock compares the times of the lease, until the end of the scan. @default the clock of the store
   * @throws ConsentinelError `scan-in-progress` if another scan runs
   */
  begin(scan: Scan, clock?: Pick<Clock, 'now'>): Promise<Lease>;
  /**
   * Writes the row of a scan that has ended, or that continues later, and releases the lease, in one transaction.
   * @throws ConsentinelError `lease-lost`
   */
  finish(lease: Lease, scan: Scan): Promise<void>;
  scan(tenantId: string, scanId: string): Promise<Scan | undefined>;
  /** Deletes scans that began before a time. Returns their number. */
  prune(tenantId: string, before: string): Promise<number>;
  /** Records that this program requested a scan, in one or all tenants. @param at ISO 8601 UTC */
  recordRequest(scanId: string, at: string): Promise<void>;
  /** When this program requested a scan, ISO 8601 UTC; undefined if it did not in the last days. */
  requestedAt(scanId: string): Promise<string | undefined>;
  /**
   * What the catch-up of a tenant remembers.
   * @param tenant its id, or another name of the only tenant
   * @returns undefined before the first write; `value` is undefined if the row is damaged
   */
  catchUpState(
    tenant: string,
  ): Promise<{ readonly value: CatchUpState | undefined; readonly etag: string } | undefined>;
  /** @param etag of the state that is replaced; undefined for the first. @returns false if another writer was faster */
  replaceCatchUpState(tenant: string, state: CatchUpState, etag: string | undefined): Promise<boolean>;
  /** The ids of all tenants that were scanned. */
  tenants(): Promise<string[]>;
  /**
   * Newest first. Leaves out rows that this program did not write: damaged ones, and scans that began or ended in the
   * future, which would otherwise count as the newest for ever.
   * @param onRejected called with a sentence for each of them
   */
  scans(tenantId: string, onRejected?: (reason: string) => void): AsyncIterable<Scan>;
  /**
   * Changes the row of a scan under its etag. If another writer changed the row first, the row is read again and
   * `change` is called again.
   * @param change returns the next state, or undefined to leave the row as it is
   * @returns what was written; undefined if `change` returned undefined, or there is no such scan
   */
  amend(tenantId: string, scanId: string, change: (scan: Scan) => Scan | undefined): Promise<Scan | undefined>;
}
