import type { Digest } from '../alerts/digest.js';
import type { ChannelName } from '../model/alert.js';
import type { Application, ApplicationProperty, ServicePrincipal, ServicePrincipalProperty } from '../model/app.js';
import type { AppRoleAssignment } from '../model/app-role-assignments.js';
import type { AuditEvent, ChainedAuditEvent } from '../model/audit.js';
import type { Finding } from '../model/finding.js';
import type { FindingSummary } from '../model/finding-summary.js';
import type { PermissionGrant } from '../model/grants.js';
import type { GraphWrite } from '../model/remediation.js';
import type { RemedySubject } from '../model/remedy.js';
import type { Scan } from '../model/scan.js';
import type { LoadedPart, Organization, TenantParts } from '../model/tenant.js';
import type { User } from '../model/user.js';

/** Objects of one page of a listing, each seen for the first time. */
export interface Page<T> {
  readonly items: readonly T[];
}

/** How much was asked of Graph so far. */
export interface DirectoryStats {
  pages: number;
  requests: number;
  retries: number;
  /** What the requests cost of the budget that Graph gives the app, where Graph said so. */
  resourceUnits: number;
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
  tenantPart<P extends LoadedPart>(part: P, signal?: AbortSignal): Promise<TenantParts[P]>;
  /** Direct reads, in `$batch`: the service principal of each `appId`, or undefined where there is none. */
  servicePrincipalsByAppId<S extends ServicePrincipalProperty>(
    appIds: readonly string[],
    select: readonly S[],
    signal?: AbortSignal,
  ): Promise<Map<string, ServicePrincipal<S> | undefined>>;
  /** Direct reads, in `$batch`: the application of each `appId`, or undefined where there is none. */
  applicationsByAppId<A extends ApplicationProperty>(
    appIds: readonly string[],
    select: readonly A[],
    signal?: AbortSignal,
  ): Promise<Map<string, Application<A> | undefined>>;
  /** Direct reads, in `$batch`: everybody assigned to each service principal; nothing for one that is gone. */
  appRoleAssignedTo(
    servicePrincipalIds: readonly string[],
    signal?: AbortSignal,
  ): Promise<Map<string, readonly AppRoleAssignment[] | undefined>>;
  /** Direct reads, in `$batch`: whether anybody is; nothing for a service principal that is gone. */
  anybodyAssignedTo(servicePrincipalIds: readonly string[], signal?: AbortSignal): Promise<Map<string, boolean>>;
  /** Direct reads, in `$batch`: how the permissions of each service principal are classified. */
  permissionClassifications(
    servicePrincipalIds: readonly string[],
    signal?: AbortSignal,
  ): Promise<Map<string, readonly { permissionId: string; classification: string }[] | undefined>>;
  /** Direct reads, in `$batch`: flagged apps as they are now, with what a remedy needs to know of them. */
  freshApps(
    appIds: readonly string[],
    select: { application: readonly ApplicationProperty[]; servicePrincipal: readonly ServicePrincipalProperty[] },
    signal?: AbortSignal,
  ): Promise<Map<string, RemedySubject>>;
  /** The application permissions in the token; undefined where it names none, as a person's token does. */
  roles(signal?: AbortSignal): Promise<readonly string[] | undefined>;
  /** Who asks: `upn`, `appid` or `oid` of the token, undefined where it says nothing. */
  principal(signal?: AbortSignal): Promise<string | undefined>;
  /** Direct reads, in `$batch`: which of these object ids do exist now. */
  existing(
    collection: 'applications' | 'servicePrincipals',
    ids: readonly string[],
    signal?: AbortSignal,
  ): Promise<Set<string>>;
}

/** Single reads about one app and one user, for a diagnosis; they throw as those of the directory do. */
export interface Inspector {
  /** @param name user principal name or object id; undefined where there is no such user */
  user(name: string, signal?: AbortSignal): Promise<User | undefined>;
  /** What was granted to a client (by the id of its service principal) for everybody, and for the user if one is given. */
  grantsOf(clientId: string, userId: string | undefined, signal?: AbortSignal): Promise<readonly PermissionGrant[]>;
  /** The application permissions that a client holds. */
  appRolesHeldBy(
    clientId: string,
    signal?: AbortSignal,
  ): Promise<readonly (AppRoleAssignment & { readonly resourceId: string })[]>;
  /** The appId of the service principal that has this name among its `servicePrincipalNames`. */
  appIdNamed(name: string, signal?: AbortSignal): Promise<string | undefined>;
}

/**
 * Sends approved writes, and nothing else, under an identity of its own.
 */
export interface Remediator {
  /**
   * Sends one request, once. Elements of `keyCredentials` are echoed exactly as the fresh read returned them.
   * @returns Graph's request id
   * @throws ConsentinelError `graph-unavailable` or `graph-malformed` where it may have taken effect all the same; any
   * other code where Graph refused it
   */
  send(write: GraphWrite, signal?: AbortSignal): Promise<string | undefined>;
  /** The application permissions in its token; undefined where it names none. */
  roles(signal?: AbortSignal): Promise<readonly string[] | undefined>;
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

/** What came of checking the audit chain of one rule; without a fault no row was changed, removed or inserted. */
export interface AuditVerdict {
  readonly ruleId: string;
  readonly events: number;
  readonly fault?: { readonly kind: string; readonly sequence: number; readonly summary: string } | undefined;
}

export interface FindingStore {
  /** All findings of a tenant, in no order. */
  findings(tenantId: string, filter?: { ruleId?: string }): AsyncIterable<Stored<Finding>>;
  /** All findings of a tenant in brief, in no order: what lists and counts need, without plans and evidence. */
  summaries(tenantId: string): Promise<FindingSummary[]>;
  finding(tenantId: string, id: string): Promise<Stored<Finding> | undefined>;
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

export const queueNames = { scanRequests: 'scan-requests', remediations: 'remediations', alerts: 'alerts' } as const;
export type QueueName = (typeof queueNames)[keyof typeof queueNames];

/** Messages of a queue, hidden ones included. */
export interface QueueLength {
  readonly queue: QueueName;
  readonly waiting: number;
  /** Those in its poison queue. */
  readonly givenUp: number;
}

/** Puts a message of ids on a queue: authority lives in the tables, never in a message. */
export interface Outbox {
  /** How much there is in every queue, about. */
  lengths(): Promise<readonly QueueLength[]>;
  send(
    queue: QueueName,
    message: Readonly<Record<string, string>>,
    options?: { readonly delaySeconds?: number },
  ): Promise<void>;
}

/** A message that was taken from a queue and is hidden there for a while. */
export interface TakenMessage {
  readonly id: string;
  readonly popReceipt: string;
  /** JSON. */
  readonly text: string;
  /** How often it was received, this time included. */
  readonly dequeueCount: number;
  readonly insertedAt: string;
}

/** Takes messages from a queue where no Functions host does. */
export interface Inbox {
  /** At most 32 messages, hidden from other receivers for so long; empty where there is none. */
  receive(queue: QueueName, max: number, visibilitySeconds: number): Promise<readonly TakenMessage[]>;
  remove(queue: QueueName, message: TakenMessage): Promise<void>;
}

/** One message of an alert to one recipient. */
export interface Parcel {
  /** Names it in the outbox: the channel, or the channel and a digest of the address. */
  readonly key: string;
  /**
   * Sends it, once.
   * @throws ConsentinelError `alert-undelivered`, or what Graph did; names the host and never a webhook's address
   */
  send(signal?: AbortSignal): Promise<void>;
}

/** A way to people. */
export interface AlertChannel {
  readonly name: ChannelName;
  /** For a person: a host or mail addresses; never a secret. */
  readonly to: string;
  /**
   * What to send of a digest; empty where there is nothing for this channel. Safe to call again.
   * @throws ConsentinelError where it could not be found out
   */
  parcels(digest: Digest, signal?: AbortSignal): Promise<readonly Parcel[]>;
  /**
   * Sees that the far end answers and tells it nothing; absent where it is reached through Graph.
   * @throws ConsentinelError `alert-undelivered`, which names the host
   */
  reach?(signal?: AbortSignal): Promise<void>;
}

/** A mail; both bodies say the same. */
export interface Letter {
  readonly to: readonly string[];
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/** Sends mail in the name of the mailbox that is configured. */
export interface Mailer {
  /** One attempt: a mail whose answer was lost may have been sent. */
  send(letter: Letter, signal?: AbortSignal): Promise<void>;
}

/** The object whose owners are asked for. */
export interface OwnedObject {
  readonly collection: 'applications' | 'servicePrincipals';
  readonly id: string;
}

/** Reads owners, for flagged objects only. */
export interface OwnerDirectory {
  /**
   * Direct reads, in `$batch`.
   * @returns by object id the mail addresses of its owners; empty for an object that is gone or has no owner with one
   * @throws ConsentinelError `permission-missing` where Graph shows owners without their addresses
   */
  ownersOf(objects: readonly OwnedObject[], signal?: AbortSignal): Promise<Map<string, string[]>>;
}

export interface Clock {
  /** Now, ISO 8601 UTC with milliseconds. */
  now(): string;
  /** Resolves after so many milliseconds, or rejects as soon as `signal` aborts. */
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>;
}
