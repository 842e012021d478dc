import type { UserAssignment } from '../../model/diagnosis/assignment-steps.js';
import type {
  Application,
  ApplicationProperty,
  KeyCredential,
  ServicePrincipal,
  ServicePrincipalProperty,
} from '../../model/entra/app.js';
import type { Collection } from '../../model/entra/collection.js';
import type { UnreadableObject } from '../../model/entra/unreadable-object.js';
import type { User } from '../../model/entra/user.js';
import type { AuditEntry } from '../../model/evidence/change.js';
import type { GraphWrite } from '../../model/remediation/graph-write.js';
import type { RemedySubject } from '../../model/rule/remedy.js';
import type { ChangedObject } from '../../model/sentinel/followed-activities.js';
import type { AppRoleAssignment, HeldAppRole } from '../../model/tenant/app-role-assignments.js';
import type { PermissionGrant } from '../../model/tenant/grants.js';
import type { SignInFailures } from '../../model/tenant/sign-in-failures.js';
import type { LoadedPart, Organization, TenantParts } from '../../model/tenant/tenant.js';
import type { IdTable } from '../../scale/id-table.js';

/** An object by its object id. */
export interface Identified {
  readonly id: string;
}

/** An object as a listing names it. */
export interface ListedId extends Identified {
  /** Undefined if it is not usable. */
  readonly appId: string | undefined;
}

/** Where a listing continues. It is JSON, and contains no object. */
export interface ListingPosition {
  /** The filters of the partitions; undefined for a listing in one chain of pages. */
  readonly filters?: readonly string[] | undefined;
  /**
   * The next page of each partition, as path and query: no address, because a stored address must not receive a token. Empty
   * for the first page, null where the partition has ended. A list without partitions: the listing begins, and also returns pages
   * without objects that only have a position.
   */
  readonly next: readonly (string | null)[];
  /** Before the first page: what was counted to find the partitions, by path, and the time (ISO 8601 UTC) that this rests on. */
  readonly counted?: { readonly now: string; readonly counts: Readonly<Record<string, number>> } | undefined;
  /** Objects without an object id so far. */
  readonly withoutId: number;
  /** The size of the longest page, and of the longest last page of a partition. */
  readonly longest: number;
  readonly longestLast: number;
}

/** The position of a listing that begins and is stored while it runs. */
export const beginning: ListingPosition = { next: [], withoutId: 0, longest: 0, longestLast: 0 };

/** The objects of one page of a listing, without those of an earlier page. */
export interface DirectoryPage<T> {
  readonly items: readonly T[];
  /** The objects that differ from Graph's documentation. */
  readonly unreadable: readonly UnreadableObject[];
  /** The objects that the listing has returned before, since it started. One of the copies can be out of date. */
  readonly repeated: readonly ListedId[];
  /** The number of objects on the page as Graph returned it. */
  readonly size: number;
  /** Where the listing continues after this page; undefined if it cannot continue there. */
  readonly position?: ListingPosition | undefined;
}

/** Where the listing of the grants continues. It is JSON, and contains no address. */
export interface GrantsPosition {
  /** Whether each consent type is listed by itself. */
  readonly byType: boolean;
  /** As in `ListingPosition`. */
  readonly next: readonly (string | null)[];
  /** The pages, and the consent types on them, that were read before the listing was divided. */
  readonly pages: number;
  readonly types: readonly string[];
}

/** One page of grants. */
export interface GrantsPage {
  readonly grants: readonly PermissionGrant[];
  /** Where the listing continues after this page. */
  readonly position: GrantsPosition;
}

/** The changes of a collection since a position. */
export interface CollectionChanges<T> {
  /** By object id: the object as it is now; undefined if it does not exist anymore. */
  readonly changed: ReadonlyMap<string, T | UnreadableObject | undefined>;
  /** The ids of the objects that Graph reported as changed. */
  readonly reported: ReadonlySet<string>;
  /** From where the next changes follow: JSON, without an address. */
  readonly position: string;
}

/** The changes since a position cannot be known: all objects must be listed. */
export interface LostChanges {
  /** The reason, a clause without a full stop. */
  readonly lost: string;
}

/** A collection with the properties that a scan selects. */
export type TrackedObjects =
  | { readonly collection: 'applications'; readonly select: readonly ApplicationProperty[] }
  | { readonly collection: 'servicePrincipals'; readonly select: readonly ServicePrincipalProperty[] };

/** The objects whose changes a scan can read, with what it selects of them. */
export type TrackedSelection =
  | TrackedObjects
  | { readonly collection: 'oauth2PermissionGrants'; readonly select: readonly (keyof ListedGrant)[] };

/** A grant of delegated permissions with its id. The scope of a grant for one user is null: no rule reads it. */
export interface ListedGrant extends Identified, Readonly<PermissionGrant> {}

/** The lists of an application that no listing of applications shows. */
export type ApplicationList = 'extensionProperties' | 'federatedIdentityCredentials';

/** The failed sign-ins to read. */
export interface SignInRequest {
  /** `AADSTS…` codes. Where not all failures can be read, those of the first codes are more likely to be whole. */
  readonly codes: readonly string[];
  /** ISO 8601 UTC. */
  readonly since: string;
}

/** One page of a list. */
export interface DependentsRead<T> {
  readonly entries: readonly T[];
  /** Whether the list has no other page. */
  readonly isWhole: boolean;
}

/** What depends on an app. A missing member could not be read, because the object does not exist for this reader. */
export interface Dependents {
  readonly servicePrincipalId?: string;
  /** The object ids of the owners. */
  readonly owners?: DependentsRead<string>;
  /** The type of each assigned principal: `User`, `Group` or `ServicePrincipal`. */
  readonly assigned?: DependentsRead<string>;
  /** The app roles that the app holds. */
  readonly held?: DependentsRead<HeldAppRole>;
}

/** An object that holds key credentials. */
export interface KeyHolder {
  /** The object id. */
  readonly id: string;
  readonly appId: string;
  readonly keyCredentials: readonly KeyCredential[];
}

/** What a listing of the objects of one collection that hold a key credential returned. */
export interface KeyHolders {
  /** The objects that differ from Graph's documentation. */
  readonly unreadable: readonly UnreadableObject[];
  /** The objects that Graph returned. */
  readonly read: number;
  /** The objects that Graph counts; undefined if it returned no count. */
  readonly count: number | undefined;
}

/** The changes of apps that the audit log of the directory names. */
export interface DirectoryChanges {
  /** The changed objects, each once. */
  readonly objects: readonly ChangedObject[];
  /** The entries that were read, of every activity. */
  readonly entries: number;
  /** False if the log has more pages than the bound: the oldest entries were not read. */
  readonly isWhole: boolean;
}

/** What was requested from Graph so far. */
export interface DirectoryStats {
  pages: number;
  requests: number;
  retries: number;
  /** The cost of the requests in resource units of Graph's throttling budget, if Graph returned it. */
  resourceUnits: number;
}

/** What the last scan read of the parts of a tenant. */
export interface ForeseenParts {
  /** The queries of the reviewers: their accounts are read together with the policy that names them. */
  readonly reviewers?: readonly string[];
  /** Microsoft Graph's permissions had no classifications: an empty list is read once, not twice. */
  readonly noClassifications?: boolean;
}

/**
 * The directory as the jobs see it. Every method throws a ConsentinelError if Graph could not be read: an empty result
 * always means that there is nothing. Every method, its waits included, stops soon after `signal` aborts.
 */
export interface Directory {
  readonly stats: Readonly<DirectoryStats>;
  /**
   * Local time minus Graph's time in milliseconds, from the `Date` header of the latest answer; undefined before the first.
   */
  clockSkew(): number | undefined;
  /** Milliseconds that the fastest answer took; undefined before the first. */
  fastestAnswer(): number | undefined;
  organization(signal?: AbortSignal): Promise<Organization>;
  /**
   * All service principals; the next page loads while the caller processes this one.
   * @param seen the ids of objects that are left out; gets the ids of the objects that are returned
   * @param expected the number of service principals; a large collection is then read in partitions at the same time
   * @param from the position after which an earlier listing stopped; `seen` then has the ids of its objects
   * @throws ConsentinelError `graph-malformed` if more than 1 % of a page and at least 5 objects, or more than 100 objects
   * of the listing differ from Graph's documentation
   */
  servicePrincipals<S extends ServicePrincipalProperty>(
    select: readonly S[],
    signal?: AbortSignal,
    seen?: IdTable,
    expected?: number,
    from?: ListingPosition,
  ): AsyncIterable<DirectoryPage<ServicePrincipal<S>>>;
  /** All applications, in the same way. */
  applications<A extends ApplicationProperty>(
    select: readonly A[],
    signal?: AbortSignal,
    seen?: IdTable,
    expected?: number,
    from?: ListingPosition,
  ): AsyncIterable<DirectoryPage<Application<A>>>;
  /** The position from which `changesSince` returns all later changes of the selected properties. */
  latestPosition(tracked: TrackedSelection, signal?: AbortSignal): Promise<string>;
  /**
   * The changes since a position. Graph repeats changes, and may report them late.
   * @param also ids of objects that are read directly, changed or not
   */
  changesSince(
    tracked: TrackedSelection,
    since: string,
    also: readonly string[] | Promise<readonly string[]>,
    signal?: AbortSignal,
  ): Promise<CollectionChanges<Identified> | LostChanges>;
  /**
   * The number of objects; undefined if Graph does not return it.
   * @param mayBatch whether the answer may come together with those of slower reads
   */
  count(collection: Collection, signal?: AbortSignal, mayBatch?: boolean): Promise<number | undefined>;
  /** @param foreseen what the last scan read, so that this read needs fewer round trips */
  tenantPart<P extends LoadedPart>(part: P, signal?: AbortSignal, foreseen?: ForeseenParts): Promise<TenantParts[P]>;
  /**
   * The grants of delegated permissions, page by page. A grant can occur twice.
   * @param from the position after which an earlier listing stopped
   * @param withIds whether the grants are `ListedGrant`s
   */
  grantPages(signal?: AbortSignal, from?: GrantsPosition, withIds?: boolean): AsyncIterable<GrantsPage>;
  /**
   * The failed sign-ins of users, within a bound of pages.
   * @throws ConsentinelError `graph-unlicensed` for a tenant without Entra ID P1
   */
  signInFailures(request: SignInRequest, signal?: AbortSignal): Promise<SignInFailures>;
  /** Direct reads, in `$batch`: what depends on each app, by `appId`; one page of each list. */
  dependentsOf(appIds: readonly string[], signal?: AbortSignal): Promise<Map<string, Dependents>>;
  /** Direct reads, in `$batch`: the newest entries of the audit log about each object since a time (ISO 8601 UTC). */
  auditEntriesOn(
    objectIds: readonly string[],
    since: string,
    signal?: AbortSignal,
  ): Promise<Map<string, readonly AuditEntry[]>>;
  /** The same for the newest entries of each activity, by its name in the log. */
  auditEntriesOf(
    activities: readonly string[],
    since: string,
    signal?: AbortSignal,
  ): Promise<Map<string, readonly AuditEntry[]>>;
  /**
   * The objects of a collection that hold any key credential, by a documented filter. The index behind the filter lags
   * behind the directory, and so may the credentials.
   * @param onHolder gets each object once
   * @throws ConsentinelError `graph-rejected` if Graph refuses the filter
   */
  keyHolders(collection: Collection, onHolder: (holder: KeyHolder) => void, signal?: AbortSignal): Promise<KeyHolders>;
  /** The number of these objects; undefined if Graph does not return it, and if it refuses the filter. */
  countKeyHolders(collection: Collection, signal?: AbortSignal): Promise<number | undefined>;
  /** Direct reads, in `$batch`: the key credentials of each object, by its object id; no entry after 404. */
  keyCredentialsOf(
    collection: Collection,
    ids: readonly string[],
    signal?: AbortSignal,
  ): Promise<Map<string, readonly KeyCredential[] | UnreadableObject>>;
  /**
   * The applications and service principals that followed activities of the audit log name, within a bound of pages.
   * @param since ISO 8601 UTC
   * @throws ConsentinelError `permission-missing` without AuditLog.Read.All
   */
  directoryChanges(since: string, signal?: AbortSignal): Promise<DirectoryChanges>;
  /** Direct reads, in `$batch`: the appId of each object that exists, by its object id. */
  appIdsOf(objects: readonly ChangedObject[], signal?: AbortSignal): Promise<Map<string, string>>;
  /**
   * Direct reads, in `$batch`: the service principal of each `appId`, or undefined if there is none. An unreadable object
   * is never undefined.
   */
  servicePrincipalsByAppId<S extends ServicePrincipalProperty>(
    appIds: readonly string[],
    select: readonly S[],
    signal?: AbortSignal,
  ): Promise<Map<string, ServicePrincipal<S> | UnreadableObject | undefined>>;
  /** Direct reads, in `$batch`: the application of each `appId`, in the same way. */
  applicationsByAppId<A extends ApplicationProperty>(
    appIds: readonly string[],
    select: readonly A[],
    signal?: AbortSignal,
  ): Promise<Map<string, Application<A> | UnreadableObject | undefined>>;
  /**
   * Direct reads, in `$batch`: the assignments to each service principal. No entry after 404: if a listing has returned the
   * service principal, its assignments are unknown.
   */
  appRoleAssignedTo(
    servicePrincipalIds: readonly string[],
    signal?: AbortSignal,
  ): Promise<Map<string, readonly AppRoleAssignment[] | undefined>>;
  /**
   * Direct reads, in `$batch`: the application permissions that each service principal holds; no entry after 404, and none
   * for a list that may have lost its end.
   */
  appRolesHeldBy(
    servicePrincipalIds: readonly string[],
    signal?: AbortSignal,
  ): Promise<Map<string, readonly HeldAppRole[] | undefined>>;
  /**
   * Direct reads, in `$batch`: the delegated permissions of each client, by the id of its service principal. Of the grants
   * for single users, there are at most 999.
   */
  grantsTo(clientIds: readonly string[], signal?: AbortSignal): Promise<Map<string, readonly PermissionGrant[]>>;
  /** Direct reads, in `$batch`: one grant of each API, by the id of its service principal, if it has any. */
  anyGrantOn(resourceIds: readonly string[], signal?: AbortSignal): Promise<Map<string, readonly PermissionGrant[]>>;
  /**
   * Direct reads, in `$batch`: whether each service principal has an assignment; no entry after 404. An empty list is read
   * twice.
   * @param knownEmpty the ids whose list an earlier scan found empty: an empty list of these is read once
   */
  anybodyAssignedTo(
    servicePrincipalIds: readonly string[],
    signal?: AbortSignal,
    knownEmpty?: ReadonlySet<string>,
  ): Promise<Map<string, boolean>>;
  /** Direct reads, in `$batch`: whether each application has an entry in this list, in the same way. */
  haveEntries(
    list: ApplicationList,
    applicationIds: readonly string[],
    signal?: AbortSignal,
    knownEmpty?: ReadonlySet<string>,
  ): Promise<Map<string, boolean>>;
  /**
   * Direct reads, in `$batch`: the classifications of the permissions of each service principal; no entry after 404, and
   * none for a list that may have lost its end.
   */
  permissionClassifications(
    servicePrincipalIds: readonly string[],
    signal?: AbortSignal,
  ): Promise<Map<string, readonly { permissionId: string; classification: string }[] | undefined>>;
  /**
   * Direct reads, in `$batch`: apps with findings as they are now, with the facts that a remedy needs. An app whose
   * application or service principal is unreadable has no entry.
   * @param known by `appId`, what was read before and is not read again
   */
  freshApps(
    appIds: readonly string[],
    select: { application: readonly ApplicationProperty[]; servicePrincipal: readonly ServicePrincipalProperty[] },
    signal?: AbortSignal,
    known?: ReadonlyMap<string, Partial<RemedySubject>>,
  ): Promise<Map<string, RemedySubject>>;
  /** The application permissions in the token; undefined if it has none, as the token of a user. */
  roles(signal?: AbortSignal): Promise<readonly string[] | undefined>;
  /** The principal of the token: its `upn`, `appid` or `oid`; undefined if it has none of them. */
  principal(signal?: AbortSignal): Promise<string | undefined>;
  /** Direct reads, in `$batch`: the object ids that exist now. */
  existing(collection: Collection, ids: readonly string[], signal?: AbortSignal): Promise<Set<string>>;
}

/** Reads about one app and one user, for a diagnosis; they throw as the methods of `Directory`. */
export interface Inspector {
  /** @param name user principal name or object id
   * @returns undefined if there is no such user */
  user(name: string, signal?: AbortSignal): Promise<User | undefined>;
  /** The grants to a client (the id of its service principal) for all users, and for one user if it is given. */
  grantsOf(clientId: string, userId: string | undefined, signal?: AbortSignal): Promise<readonly PermissionGrant[]>;
  /** The application permissions that a client has. */
  appRolesHeldBy(
    clientId: string,
    signal?: AbortSignal,
  ): Promise<readonly (AppRoleAssignment & { readonly resourceId: string })[]>;
  /** How a user (by object id) is assigned to the app of a service principal. */
  assignmentOf(userId: string, servicePrincipalId: string, signal?: AbortSignal): Promise<UserAssignment>;
  /** The appId of the service principal that has this name in its `servicePrincipalNames`. */
  appIdNamed(name: string, signal?: AbortSignal): Promise<string | undefined>;
}

/** Sends approved writes, and nothing else, with its own identity. */
export interface Remediator {
  /**
   * Requests the token and verifies its tenant, so that `send` makes one request only.
   * @throws ConsentinelError `credential-missing`, or `config-invalid` for another tenant
   */
  prepare(signal?: AbortSignal): Promise<void>;
  /**
   * Sends one request once. Elements of `keyCredentials` are sent back exactly as Graph returned them.
   * @returns Graph's request id
   * @throws ConsentinelError `graph-unavailable` or `graph-malformed` if the request may have taken effect; any other
   * code if Graph rejected it
   */
  send(write: GraphWrite, signal?: AbortSignal): Promise<string | undefined>;
  /** The application permissions in its token; undefined if it has none. */
  roles(signal?: AbortSignal): Promise<readonly string[] | undefined>;
}
