import type { Application, ApplicationProperty, ServicePrincipal, ServicePrincipalProperty } from '../model/app.js';
import type { AuditEvent, ChainedAuditEvent } from '../model/audit.js';
import type { Finding } from '../model/finding.js';
import type { Scan } from '../model/scan.js';
import type { Organization, TenantPart, TenantParts } from '../model/tenant.js';

/** Objects of one page of a listing, each seen for the first time. */
export interface Page<T> {
  readonly items: readonly T[];
}

/** How much was asked of Graph so far. */
export interface DirectoryStats {
  pages: number;
  requests: number;
  retries: number;
}

/**
 * The directory as the jobs see it. Every method throws a ConsentinelError when Graph could not be read: an empty
 * answer always means that there is nothing. Every method stops soon after `signal` aborts, waits included.
 */
export interface Directory {
  readonly stats: Readonly<DirectoryStats>;
  organization(signal?: AbortSignal): Promise<Organization>;
  /** All service principals; the next page is under way while the caller works on this one. */
  servicePrincipals<S extends ServicePrincipalProperty>(
    select: readonly S[],
    signal?: AbortSignal,
  ): AsyncIterable<Page<ServicePrincipal<S>>>;
  /** All applications, in the same manner. */
  applications<A extends ApplicationProperty>(
    select: readonly A[],
    signal?: AbortSignal,
  ): AsyncIterable<Page<Application<A>>>;
  /** How many there are, for the progress bar; undefined where Graph does not say. */
  count(collection: 'applications' | 'servicePrincipals', signal?: AbortSignal): Promise<number | undefined>;
  tenantPart<P extends TenantPart>(part: P, signal?: AbortSignal): Promise<TenantParts[P]>;
  /** Direct reads, in `$batch`: the service principal of each `appId`, or undefined where there is none. */
  servicePrincipalsByAppId<S extends ServicePrincipalProperty>(
    appIds: readonly string[],
    select: readonly S[],
    signal?: AbortSignal,
  ): Promise<Map<string, ServicePrincipal<S> | undefined>>;
  /** Direct reads, in `$batch`: which of these object ids do exist now. */
  existing(
    collection: 'applications' | 'servicePrincipals',
    ids: readonly string[],
    signal?: AbortSignal,
  ): Promise<Set<string>>;
}

/** A finding and the version of its row, which guards the next change. */
export interface Stored<T> {
  readonly value: T;
  readonly etag: string;
}

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

export interface FindingStore {
  /** All findings of a tenant, in no order. */
  findings(tenantId: string, filter?: { ruleId?: string }): AsyncIterable<Stored<Finding>>;
  finding(tenantId: string, id: string): Promise<Stored<Finding> | undefined>;
  /** Writes changes of any number and of any rules; safe to call again with the same changes. */
  commit(changes: readonly FindingChange[]): Promise<CommitResult>;
  /** Everything that happened to a finding, oldest first. */
  history(finding: Pick<Finding, 'tenantId' | 'ruleId' | 'id'>): Promise<ChainedAuditEvent[]>;
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
  /** The ids of the tenants that were ever scanned. */
  tenants(): Promise<string[]>;
  /** Newest first. */
  scans(tenantId: string): AsyncIterable<Scan>;
}

export const queueNames = { scanRequests: 'scan-requests', remediations: 'remediations', alerts: 'alerts' } as const;
export type QueueName = (typeof queueNames)[keyof typeof queueNames];

/** Puts a message of ids on a queue: authority lives in the tables, never in a message. */
export interface Outbox {
  send(queue: QueueName, message: Readonly<Record<string, string>>): Promise<void>;
}

export interface Clock {
  /** Now, ISO 8601 UTC with milliseconds. */
  now(): string;
  /** Resolves after so many milliseconds, or rejects as soon as `signal` aborts. */
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>;
}
