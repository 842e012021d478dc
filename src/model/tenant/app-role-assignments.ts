/** One entry of a service principal's `appRoleAssignedTo`. Source: Graph, appRoleAssignment resource type. */
export interface AppRoleAssignment {
  /** The object id of the user, group or service principal that has the role. */
  principalId: string;
  appRoleId: string;
}

/** The app role assignments of the tenant; undefined for what has not been looked up. */
export interface AppRoleAssignments {
  /** Whether the client has the application permission on the API. The first two ids are object ids. */
  holds(clientId: string, resourceId: string, appRoleId: string): boolean | undefined;
  /** Whether at least one user, group or service principal is assigned to the app of this service principal. */
  hasAssignment(servicePrincipalId: string): boolean | undefined;
}

/** The assignments that were looked up; the code that reads the directory fills it. */
export class AppRoleAssignmentIndex implements AppRoleAssignments {
  readonly #byResource = new Map<string, Map<string, readonly string[]>>();
  readonly #assigned = new Map<string, boolean>();

  /** Adds all assignments to one API. */
  addResource(resourceId: string, assignments: Iterable<AppRoleAssignment>): void {
    const roles = new Map<string, readonly string[]>();
    for (const { principalId, appRoleId } of assignments) {
      roles.set(principalId, [...(roles.get(principalId) ?? []), appRoleId.toLowerCase()]);
    }
    this.#byResource.set(resourceId, roles);
    this.#assigned.set(resourceId, roles.size > 0);
  }

  /** Adds whether the app has any assignment. */
  addHasAssignment(servicePrincipalId: string, hasAssignment: boolean): void {
    this.#assigned.set(servicePrincipalId, hasAssignment);
  }

  holds(clientId: string, resourceId: string, appRoleId: string): boolean | undefined {
    const roles = this.#byResource.get(resourceId);
    return roles && (roles.get(clientId) ?? []).includes(appRoleId.toLowerCase());
  }

  hasAssignment(servicePrincipalId: string): boolean | undefined {
    return this.#assigned.get(servicePrincipalId);
  }
}
