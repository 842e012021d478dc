import type { PublishedAppRole, PublishedScope, ServicePrincipal } from '../entra/app.js';
import { isEnumValue } from '../entra/enum-value.js';

/** The appId of Microsoft Graph, the same in every tenant. Source: Microsoft Learn, "Verify first-party Microsoft applications". */
export const microsoftGraphAppId = '00000003-0000-0000-c000-000000000000';

/** The properties of a service principal that describe it as a resource. */
export const resourceProperties = [
  'accountEnabled',
  'appOwnerOrganizationId',
  'appRoleAssignmentRequired',
  'appRoles',
  'oauth2PermissionScopes',
] as const;

type ResourcePrincipal = ServicePrincipal<(typeof resourceProperties)[number]>;

/** An API of the tenant: a service principal and the permissions that it publishes. */
export interface Resource {
  /** The object id of the service principal. */
  readonly id: string;
  readonly appId: string;
  readonly displayName: string;
  readonly accountEnabled: boolean;
  readonly appOwnerOrganizationId: string | null;
  /** Whether only assigned clients get an app-only token for it. */
  readonly appRoleAssignmentRequired: boolean;
  /** The enabled delegated permissions that it publishes, by their ids in lower case. */
  readonly delegatedPermissions: ReadonlyMap<string, PublishedScope>;
  /** The enabled application permissions that it publishes, by their ids in lower case. */
  readonly applicationPermissions: ReadonlyMap<string, PublishedAppRole>;
  /** The enabled app roles of which a value that is not documented leaves open whether applications can have them. */
  readonly unclearRoles: ReadonlyMap<string, PublishedAppRole>;
}

/** Indexes permissions at their first use: most APIs are never used, and nearly every app uses Microsoft Graph. */
class PublishingPrincipal implements Resource {
  readonly id: string;
  readonly appId: string;
  readonly displayName: string;
  readonly accountEnabled: boolean;
  readonly appOwnerOrganizationId: string | null;
  readonly appRoleAssignmentRequired: boolean;
  #delegated: ReadonlyMap<string, PublishedScope> | undefined;
  #application: ReadonlyMap<string, PublishedAppRole> | undefined;
  #unclear: ReadonlyMap<string, PublishedAppRole> | undefined;
  readonly #scopes: readonly PublishedScope[];
  readonly #roles: readonly PublishedAppRole[];

  constructor(principal: ResourcePrincipal) {
    this.id = principal.id;
    this.appId = principal.appId;
    this.displayName = principal.displayName;
    this.accountEnabled = principal.accountEnabled !== false;
    this.appOwnerOrganizationId = principal.appOwnerOrganizationId ?? null;
    this.appRoleAssignmentRequired = principal.appRoleAssignmentRequired === true;
    this.#scopes = principal.oauth2PermissionScopes ?? [];
    this.#roles = principal.appRoles ?? [];
  }

  get delegatedPermissions(): ReadonlyMap<string, PublishedScope> {
    this.#delegated ??= byId(this.#scopes.filter(isOn));
    return this.#delegated;
  }

  get applicationPermissions(): ReadonlyMap<string, PublishedAppRole> {
    this.#application ??= byId(this.#roles.filter((role) => isOn(role) && isForApplications(role) === true));
    return this.#application;
  }

  get unclearRoles(): ReadonlyMap<string, PublishedAppRole> {
    this.#unclear ??= byId(this.#roles.filter((role) => isOn(role) && isForApplications(role) === null));
    return this.#unclear;
  }
}

function isOn({ isEnabled }: { readonly isEnabled?: boolean }): boolean {
  return isEnabled !== false;
}

/**
 * Whether a role is an application permission: a role for users only is none.
 * Source: Graph, appRole: `allowedMemberTypes` has `User`, `Application` or both.
 * @returns null where a value that is not documented decides
 */
function isForApplications({ allowedMemberTypes }: PublishedAppRole): boolean | null {
  const facts = (allowedMemberTypes ?? []).map((type) => isEnumValue(type, 'application', memberTypes));
  if (facts.includes(true)) return true;
  return facts.length === 0 || facts.includes(null) ? null : false;
}

const memberTypes = ['user', 'application'];

function byId<T extends { readonly id?: string }>(permissions: readonly T[]): ReadonlyMap<string, T> {
  return new Map(permissions.map((permission) => [(permission.id ?? '').toLowerCase(), permission]));
}

/** The permissions that clients have without consent: scope ids, by the client's appId; all in lower case. */
export type PreAuthorizations = ReadonlyMap<string, ReadonlySet<string>>;

/** The APIs of the tenant. What no listing returns is undefined until it is looked up. */
export interface Resources {
  /** Undefined where no service principal that publishes permissions was read. */
  byAppId(appId: string): Resource | undefined;
  /** Whether a direct lookup found no service principal. */
  isAbsent(appId: string): boolean;
  /** `api.preAuthorizedApplications` of the resource's application; undefined while it has not been looked up. */
  preAuthorizationsOf(appId: string): PreAuthorizations | undefined;
  /**
   * Whether an API of this tenant preauthorizes the client; undefined until all applications were read. APIs of other
   * tenants do not show it.
   */
  isPreAuthorizedClient(appId: string): boolean | undefined;
}

/** The index of the tenant's APIs. The code that reads the directory fills it; rules read it as `Resources`. */
export class ResourceIndex implements Resources {
  readonly #resources = new Map<string, Resource>();
  readonly #absent = new Set<string>();
  readonly #preAuthorizations = new Map<string, PreAuthorizations>();
  /** The appIds, in lower case, of the clients that any application preauthorizes. */
  readonly #clients = new Set<string>();
  #knowsClients = false;

  /** Adds a service principal if it publishes permissions. */
  see(principal: ResourcePrincipal): void {
    if (principal.oauth2PermissionScopes?.length || principal.appRoles?.length) this.add(principal);
  }

  /** Adds a service principal, whether or not it publishes permissions. */
  add(principal: ResourcePrincipal): Resource {
    const resource = new PublishingPrincipal(principal);
    this.#resources.set(principal.appId.toLowerCase(), resource);
    return resource;
  }

  /** Records that a direct lookup found no service principal. */
  addAbsent(appId: string): void {
    this.#absent.add(appId.toLowerCase());
  }

  addPreAuthorizations(appId: string, preAuthorizations: PreAuthorizations): void {
    this.#preAuthorizations.set(appId.toLowerCase(), preAuthorizations);
  }

  /** Adds the clients that an application preauthorizes. Nearly all applications have none. */
  seeClientsOf(api: Api): void {
    for (const { appId } of api?.preAuthorizedApplications ?? []) if (appId) this.#clients.add(appId.toLowerCase());
  }

  /** Records that every application of the tenant was read. */
  markClientsKnown(): void {
    this.#knowsClients = true;
  }

  isPreAuthorizedClient(appId: string): boolean | undefined {
    return this.#clients.has(appId.toLowerCase()) || (this.#knowsClients ? false : undefined);
  }

  byAppId(appId: string): Resource | undefined {
    return this.#resources.get(appId.toLowerCase());
  }

  isAbsent(appId: string): boolean {
    return this.#absent.has(appId.toLowerCase());
  }

  preAuthorizationsOf(appId: string): PreAuthorizations | undefined {
    return this.#preAuthorizations.get(appId.toLowerCase());
  }
}

interface PreAuthorized {
  appId?: string | null;
  delegatedPermissionIds?: readonly string[] | null;
}

type Api = { readonly preAuthorizedApplications?: readonly PreAuthorized[] | null } | null | undefined;

/**
 * The permissions that an API's application preauthorizes for clients.
 * Source: Graph, apiApplication: `preAuthorizedApplications`, users do not consent to these permissions.
 */
export function preAuthorizationsIn(api: Api): PreAuthorizations {
  return new Map(
    (api?.preAuthorizedApplications ?? []).map(({ appId, delegatedPermissionIds }) => [
      (appId ?? '').toLowerCase(),
      new Set((delegatedPermissionIds ?? []).map((id) => id.toLowerCase())),
    ]),
  );
}

/**
 * Whether a role whose member types are not documented decides on the permissions that an app requires of an API: on an
 * application permission, or on whether the API offers delegated access.
 * @param ids of delegated permissions (`scopes`) and of application permissions (`roles`)
 */
export function isUnclearResource(
  resource: Resource,
  { scopes, roles }: { readonly scopes: readonly string[]; readonly roles: readonly string[] },
): boolean {
  const { unclearRoles, delegatedPermissions, applicationPermissions } = resource;
  if (unclearRoles.size === 0) return false;
  if (roles.some((id) => unclearRoles.has(id.toLowerCase()))) return true;
  return scopes.length > 0 && delegatedPermissions.size === 0 && applicationPermissions.size === 0;
}

/** Whether an API offers no delegated access. Source: Microsoft Learn, "AADSTS50000", cause 5. */
export function publishesApplicationPermissionsOnly(resource: Resource): boolean {
  return resource.delegatedPermissions.size === 0 && resource.applicationPermissions.size > 0;
}
