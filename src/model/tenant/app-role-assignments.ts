/** One entry of a service principal's `appRoleAssignedTo`. Source: Graph, appRoleAssignment resource type. */
export interface AppRoleAssignment {
  /** The object id of the user, group or service principal that holds the role. */
  principalId: string;
  appRoleId: string;
}

/**
 * What a direct lookup showed. Undefined: there was no lookup yet. `unknown`: Graph listed the service principal, and its
 * lookup was answered 404, for example by a replica that lags behind. That is not the same as an empty list.
 */
export type LookupResult = boolean | 'unknown' | undefined;

/** Who is assigned to what. */
export interface AppRoleAssignments {
  /** The client holds the application permission on the API; all three by their ids, the first two object ids. */
  holds(clientId: string, resourceId: string, appRoleId: string): LookupResult;
  /** At least one user, group or service principal is assigned to the app of this service principal. */
  anybodyAssignedTo(servicePrincipalId: string): LookupResult;
}

/** What was looked up of the tenant's assignments; whoever reads the directory fills it. */
export class AppRoleAssignmentIndex implements AppRoleAssignments {
  readonly #byResource = new Map<string, Map<string, readonly string[]> | 'unknown'>();
  readonly #assigned = new Map<string, boolean | 'unknown'>();

  /** Keeps all assignments to one API. */
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

  /** Notes whether anybody at all is assigned. */
  addAnybody(servicePrincipalId: string, anybody: boolean | 'unknown'): void {
    this.#assigned.set(servicePrincipalId, anybody);
  }

  holds(clientId: string, resourceId: string, appRoleId: string): LookupResult {
    const roles = this.#byResource.get(resourceId);
    if (roles === 'unknown') return 'unknown';
    return roles && (roles.get(clientId) ?? []).includes(appRoleId.toLowerCase());
  }

  anybodyAssignedTo(servicePrincipalId: string): LookupResult {
    return this.#assigned.get(servicePrincipalId);
  }
}
