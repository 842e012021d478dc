import type {
  Application,
  ApplicationProperty,
  ServicePrincipal,
  ServicePrincipalProperty,
} from '../../model/entra/app.js';
import type { User } from '../../model/entra/user.js';
import type { GraphWrite } from '../../model/remediation/remediation.js';
import type { RemedySubject } from '../../model/rule/remedy.js';
import type { AppRoleAssignment } from '../../model/tenant/app-role-assignments.js';
import type { PermissionGrant } from '../../model/tenant/grants.js';
import type { LoadedPart, Organization, TenantParts } from '../../model/tenant/tenant.js';

/** Objects of one page of a listing, each seen for the first time. */
export interface DirectoryPage<T> {
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
  ): AsyncIterable<DirectoryPage<ServicePrincipal<S>>>;
  /** All applications, in the same manner. */
  applications<A extends ApplicationProperty>(
    select: readonly A[],
    signal?: AbortSignal,
  ): AsyncIterable<DirectoryPage<Application<A>>>;
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
  /**
   * Direct reads, in `$batch`: everybody assigned to each service principal. Nothing for one that was answered 404: if a
   * listing has shown it, its assignments are unknown.
   */
  appRoleAssignedTo(
    servicePrincipalIds: readonly string[],
    signal?: AbortSignal,
  ): Promise<Map<string, readonly AppRoleAssignment[] | undefined>>;
  /** Direct reads, in `$batch`: whether anybody is; nothing for a service principal that was answered 404. */
  anybodyAssignedTo(servicePrincipalIds: readonly string[], signal?: AbortSignal): Promise<Map<string, boolean>>;
  /** Direct reads, in `$batch`: how the permissions of each service principal are classified; nothing after 404. */
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
