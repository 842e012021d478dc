/** One entry of a service principal's `appRoleAssignedTo`. Source: Graph, appRoleAssignment resource type. */
export interface AppRoleAssignment {
  /** The object id of the user, group or service principal that has the role. */
  principalId: string;
  appRoleId: string;
}

/** One entry of a service principal's `appRoleAssignments`. Source: as above. */
export interface HeldAppRole {
  /** The object id of the API's service principal. */
  resourceId: string;
  appRoleId: string;
}

/**
 * The result of a direct lookup; undefined before it. `unknown`: a listing returned the service principal, and the lookup
 * was answered 404, for example by a replica that lags behind. That is not an empty list.
 */
export type LookupResult = boolean | 'unknown' | undefined;

/** The app role assignments of the tenant. */
export interface AppRoleAssignments {
  /** Whether the client has the application permission on the API. The first two ids are object ids. */
  holds(clientId: string, resourceId: string, appRoleId: string): LookupResult;
  /** Whether the client has any assignment on the API, by object ids. */
  holdsAny(clientId: string, resourceId: string): LookupResult;
  /** Whether at least one user, group or service principal is assigned to the app of this service principal. */
  hasAssignment(servicePrincipalId: string): LookupResult;
}

/**
 * The assignments that were looked up; the code that reads the directory fills it. Graph has no count of these lists, and
 * the list of an API can have many pages. So only the short list of the client shows that it lacks a permission, and only
 * a lookup for one entry that an app has no assignment.
 */
export class AppRoleAssignmentIndex implements AppRoleAssignments {
  readonly #byResource = new Map<string, Map<string, readonly string[]> | 'unknown'>();
  readonly #byClient = new Map<string, ReadonlySet<string> | 'unknown'>();
  readonly #assigned = new Map<string, boolean | 'unknown'>();

  /** Adds assignments to one API: all that were listed. */
  addResource(resourceId: string, assignments: Iterable<AppRoleAssignment>): void {
    const roles = new Map<string, readonly string[]>();
    for (const { principalId, appRoleId } of assignments) {
      roles.set(principalId, [...(roles.get(principalId) ?? []), appRoleId.toLowerCase()]);
    }
    this.#byResource.set(resourceId, roles);
    if (roles.size > 0) this.#assigned.set(resourceId, true);
  }

  /** Notes that Graph did not return the assignments to an API. */
  addUnknownResource(resourceId: string): void {
    this.#byResource.set(resourceId, 'unknown');
    this.#assigned.set(resourceId, 'unknown');
  }

  /** Adds all application permissions of a client; undefined where Graph did not return them. */
  addClient(clientId: string, held: Iterable<HeldAppRole> | undefined): void {
    const roles = held && new Set([...held].map(({ resourceId, appRoleId }) => roleKey(resourceId, appRoleId)));
    this.#byClient.set(clientId, roles ?? 'unknown');
  }

  /** Adds whether the app has any assignment. */
  addHasAssignment(servicePrincipalId: string, hasAssignment: boolean | 'unknown'): void {
    this.#assigned.set(servicePrincipalId, hasAssignment);
  }

  isResourceRead(resourceId: string): boolean {
    return this.#byResource.has(resourceId);
  }

  isClientRead(clientId: string): boolean {
    return this.#byClient.has(clientId);
  }

  holds(clientId: string, resourceId: string, appRoleId: string): LookupResult {
    const roles = this.#byResource.get(resourceId);
    const held = this.#byClient.get(clientId);
    if (roles !== 'unknown' && roles?.get(clientId)?.includes(appRoleId.toLowerCase())) return true;
    if (held !== 'unknown' && held?.has(roleKey(resourceId, appRoleId))) return true;
    if (roles === 'unknown' || held === 'unknown') return 'unknown';
    return held && false;
  }

  holdsAny(clientId: string, resourceId: string): LookupResult {
    const roles = this.#byResource.get(resourceId);
    const held = this.#byClient.get(clientId);
    if (roles !== 'unknown' && roles?.has(clientId)) return true;
    if (held !== 'unknown' && [...(held ?? [])].some((key) => key.startsWith(roleKey(resourceId, '')))) return true;
    if (roles === 'unknown' || held === 'unknown') return 'unknown';
    return held && false;
  }

  hasAssignment(servicePrincipalId: string): LookupResult {
    return this.#assigned.get(servicePrincipalId);
  }
}

const roleKey = (resourceId: string, appRoleId: string) => `${resourceId} ${appRoleId.toLowerCase()}`;
