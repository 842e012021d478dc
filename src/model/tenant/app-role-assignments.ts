/** One entry of a service principal's `appRoleAssignedTo`. Source: Graph, appRoleAssignment resource type. */
export interface AppRoleAssignment {
  /** The object id of the user, group or service principal that has the role. */
  principalId: string;
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

/** The assignments that were looked up; the code that reads the directory fills it. */
export class AppRoleAssignmentIndex implements AppRoleAssignments {
  readonly #byResource = new Map<string, Map<string, readonly string[]> | 'unknown'>();
  readonly #assigned = new Map<string, boolean | 'unknown'>();

  /** Adds all assignments to one API. */
  addResource(resourceId: string, assignments: Iterable<AppRoleAssignment>): void {
    const roles = new Map<string, readonly string[]>();
    for (const { principalId, appRoleId } of assignments) {
      roles.set(principalId, [...(roles.get(principalId) ?? []), appRoleId.toLowerCase()]);
    }
    this.#byResource.set(resourceId, roles);
    this.#assigned.set(resourceId, roles.size > 0);
  }

  /** Notes that Graph did not return the assignments to an API. */
  addUnknownResource(resourceId: string): void {
    this.#byResource.set(resourceId, 'unknown');
    this.#assigned.set(resourceId, 'unknown');
  }

  /** Adds whether the app has any assignment. */
  addHasAssignment(servicePrincipalId: string, hasAssignment: boolean | 'unknown'): void {
    this.#assigned.set(servicePrincipalId, hasAssignment);
  }

  holds(clientId: string, resourceId: string, appRoleId: string): LookupResult {
    const roles = this.#byResource.get(resourceId);
    if (roles === 'unknown') return 'unknown';
    return roles && (roles.get(clientId) ?? []).includes(appRoleId.toLowerCase());
  }

  holdsAny(clientId: string, resourceId: string): LookupResult {
    const roles = this.#byResource.get(resourceId);
    return roles === 'unknown' ? 'unknown' : roles?.has(clientId);
  }

  hasAssignment(servicePrincipalId: string): LookupResult {
    return this.#assigned.get(servicePrincipalId);
  }
}
