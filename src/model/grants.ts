/** One entry of `/oauth2PermissionGrants`. Source: Graph, oAuth2PermissionGrant resource type. */
export interface PermissionGrant {
  /** The object id of the client's service principal. */
  clientId: string;
  /** The object id of the API's service principal. */
  resourceId: string;
  /** `AllPrincipals` or `Principal`. */
  consentType: string;
  /** Values of delegated permissions, separated by blanks; may begin with one. */
  scope: string | null;
}

/** The delegated permissions that a client holds on one API. */
export interface DelegatedGrant {
  /** Values granted for the whole tenant. */
  readonly tenantWide: ReadonlySet<string>;
  /** Some users have consented for themselves, or an administrator for them. */
  readonly someUsers: boolean;
}

/** Who holds which delegated permissions, by the object ids of client and API. */
export interface Grants {
  of(clientId: string, resourceId: string): DelegatedGrant;
  /** The client holds a delegated permission on any API, for anybody. */
  anyOf(clientId: string): boolean;
  /** Some client holds a delegated permission on the API, for anybody. */
  anyOn(resourceId: string): boolean;
}

const nothing: DelegatedGrant = { tenantWide: new Set(), someUsers: false };

/** What a client holds on one API, and its entry for another: most clients have but one, so that a chain is least. */
interface Entry extends DelegatedGrant {
  readonly resourceId: string;
  tenantWide: ReadonlySet<string>;
  someUsers: boolean;
  readonly other: Entry | undefined;
}

/** The index of the tenant's grants. Users' own grants are kept as one bit: there may be one for each user and app. */
export class GrantIndex implements Grants {
  readonly #byClient = new Map<string, Entry>();
  /** There are few APIs and few sets of permissions: each is kept once. */
  readonly #resourceIds = new Map<string, string>();
  readonly #scopes = new Map<string, ReadonlySet<string>>();

  constructor(grants: Iterable<PermissionGrant> = []) {
    for (const grant of grants) this.add(grant);
  }

  add({ clientId, resourceId, consentType, scope }: PermissionGrant): void {
    const entry = this.#entry(clientId, resourceId) ?? this.#begin(clientId, resourceId);
    if (consentType === 'AllPrincipals') entry.tenantWide = this.#scopesOf(entry.tenantWide, scope ?? '');
    else entry.someUsers = true;
  }

  of(clientId: string, resourceId: string): DelegatedGrant {
    return this.#entry(clientId, resourceId) ?? nothing;
  }

  anyOf(clientId: string): boolean {
    return this.#byClient.has(clientId);
  }

  anyOn(resourceId: string): boolean {
    return this.#resourceIds.has(resourceId);
  }

  #entry(clientId: string, resourceId: string): Entry | undefined {
    let entry = this.#byClient.get(clientId);
    while (entry && entry.resourceId !== resourceId) entry = entry.other;
    return entry;
  }

  #begin(clientId: string, resourceId: string): Entry {
    const known = this.#resourceIds.get(resourceId) ?? resourceId;
    this.#resourceIds.set(known, known);
    const entry: Entry = { resourceId: known, ...nothing, other: this.#byClient.get(clientId) };
    this.#byClient.set(clientId, entry);
    return entry;
  }

  #scopesOf(before: ReadonlySet<string>, scope: string): ReadonlySet<string> {
    const name = before.size === 0 ? scope : [...before, scope].join(' ');
    const scopes = this.#scopes.get(name) ?? new Set(valuesIn(name));
    this.#scopes.set(name, scopes);
    return scopes;
  }
}

/** Values are compared without regard to case. */
function valuesIn(scope: string): string[] {
  return scope.toLowerCase().split(/\s+/).filter(Boolean);
}
