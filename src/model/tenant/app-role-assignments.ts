/** One entry of a service principal's `appRoleAssignedTo`. Source: Graph, appRoleAssignment resource type. */
export interface AppRoleAssignment {
  /** The object id of the user, group or service principal that holds the role. */
  principalId: string;
  appRoleId: string;
}

/** Who is assigned to what. Undefined is what nobody has looked up yet. */
export interface AppRoleAssignments {
  /** The client holds the application permission on the API; all three by their ids, the first two object ids. */
  holds(clientId: string, resourceId: string, appRoleId: string): boolean | undefined;
  /** At least one user, group or service principal is assigned to the app of this service principal. */
  anybodyAssignedTo(servicePrincipalId: string): boolean | undefined;
}

/** What was looked up of the tenant's assignments; whoever reads the directory fills it. */
export class AppRoleAssignmentIndex implements AppRoleAssignments {
  readonly #byResource = new Map<string, Map<string, readonly string[]>>();
  readonly #assigned = new Map<string, boolean>();

  /** Keeps all assignments to one API. */
  addResource(resourceId: string, assignments: Iterable<AppRoleAssignment>): void {
    const roles = new Map<string, readonly string[]>();
    for (const { principalId, appRoleId } of assignments) {
      roles.set(principalId, [...(roles.get(principalId) ?? []), appRoleId.toLowerCase()]);
    }
    this.#byResource.set(resourceId, roles);
    this.#assigned.set(resourceId, roles.size > 0);
  }

  /** Notes whether anybody at all is assigned. */
  addAnybody(servicePrincipalId: string, anybody: boolean): void {
    this.#assigned.set(servicePrincipalId, anybody);
  }

  holds(clientId: string, resourceId: string, appRoleId: string): boolean | undefined {
    const roles = this.#byResource.get(resourceId);
    return roles && (roles.get(clientId) ?? []).includes(appRoleId.toLowerCase());
  }

  anybodyAssignedTo(servicePrincipalId: string): boolean | undefined {
    return this.#assigned.get(servicePrincipalId);
  }
}
