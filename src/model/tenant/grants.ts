import { doubled, IdTable } from '../../scale/id-table.js';

/** One entry of `/oauth2PermissionGrants`. Source: Graph, oAuth2PermissionGrant resource type. */
export interface PermissionGrant {
  /** The object id of the client's service principal. */
  clientId: string;
  /** The object id of the API's service principal. */
  resourceId: string;
  /** `AllPrincipals` or `Principal`. */
  consentType: string;
  /** Values of delegated permissions, separated by blanks; can begin with a blank. */
  scope: string | null;
}

/** The delegated permissions that a client holds on one API. */
export interface DelegatedGrant {
  /** Values granted for the whole tenant. */
  readonly tenantWide: Pick<ReadonlySet<string>, 'has' | 'size' | typeof Symbol.iterator>;
  /** Some users have consented for themselves, or an administrator has consented for them. */
  readonly someUsers: boolean;
}

/** The delegated permissions of clients, by the object ids of client and API. */
export interface Grants {
  of(clientId: string, resourceId: string): DelegatedGrant;
  /** The delegated permissions of the client on all APIs together. */
  allOf(clientId: string): DelegatedGrant;
  /** The client has a delegated permission on any API, for any user. */
  anyOf(clientId: string): boolean;
  /** Any client has a delegated permission on the API, for any user. */
  anyOn(resourceId: string): boolean;
  /** The grants of the client were read directly. Nothing shows whether the listing of all grants lost some. */
  isConfirmed(clientId: string): boolean;
  /** Whether the API has grants was read directly. */
  isConfirmedOn(resourceId: string): boolean;
  /** The client has a grant of a consent type that is not documented: it can be for all users or for one. */
  hasUnclear(clientId: string): boolean;
}

/** A set of delegated permissions, stored once for all clients that have it. */
interface Held {
  readonly grant: DelegatedGrant;
  /** The values as Graph returned them, one grant after the other. */
  readonly scope: string;
}

const nothing: DelegatedGrant = { tenantWide: new Set(), someUsers: false };

const wordsPerEntry = 3;
const [resourceWord, heldWord, nextWord] = [0, 1, 2] as const;

/**
 * The index of the tenant's grants. Grants for single users are stored as one bit, because there can be one for each
 * user and app. The entry of a client for an API has three numbers: the API, the set of permissions, and the previous
 * entry of the client (counted from one).
 */
export class GrantIndex implements Grants {
  readonly #clients = new IdTable();
  readonly #unclearClients = new IdTable();
  readonly #resources = new IdTable();
  readonly #confirmedClients = new IdTable();
  readonly #confirmedResources = new IdTable();
  /** The newest entry of each client. */
  #newest = new Uint32Array(1024);
  #entries = new Uint32Array(1024 * wordsPerEntry);
  #count = 0;
  readonly #held: Held[] = [];
  readonly #numbers = { tenant: new Map<string, number>(), users: new Map<string, number>() };

  constructor(grants: Iterable<PermissionGrant> = []) {
    for (const grant of grants) this.add(grant);
  }

  add({ clientId, resourceId, consentType, scope }: PermissionGrant): void {
    if (consentType !== 'AllPrincipals' && consentType !== 'Principal') this.#unclearClients.add(clientId);
    const at = this.#entryOf(this.#clientOf(clientId), this.#resources.add(resourceId));
    const before = this.#heldAt(at);
    const forAll = consentType === 'AllPrincipals';
    const whole = forAll && scope ? joined(before, scope) : before.scope;
    this.#entries[at + heldWord] = this.#numberOf(whole, before.grant.someUsers || !forAll);
  }

  /** Adds all grants of a client, read directly. The listing may have returned some of them. */
  addClient(clientId: string, grants: Iterable<PermissionGrant>): void {
    for (const grant of grants) this.add(grant);
    this.#confirmedClients.add(clientId);
  }

  /** Adds grants of an API, read directly: one if it has any. */
  addResource(resourceId: string, grants: Iterable<PermissionGrant>): void {
    for (const grant of grants) this.add(grant);
    this.#confirmedResources.add(resourceId);
  }

  isConfirmed(clientId: string): boolean {
    return this.#confirmedClients.find(clientId) >= 0;
  }

  isConfirmedOn(resourceId: string): boolean {
    return this.#confirmedResources.find(resourceId) >= 0;
  }

  of(clientId: string, resourceId: string): DelegatedGrant {
    const client = this.#clients.find(clientId);
    const resource = client < 0 ? -1 : this.#resources.find(resourceId);
    const at = resource < 0 ? undefined : this.#find(client, resource);
    return at === undefined ? nothing : this.#heldAt(at).grant;
  }

  allOf(clientId: string): DelegatedGrant {
    const client = this.#clients.find(clientId);
    const held: DelegatedGrant[] = [];
    for (let entry = client < 0 ? 0 : (this.#newest[client] as number); entry > 0; ) {
      const at = (entry - 1) * wordsPerEntry;
      held.push(this.#heldAt(at).grant);
      entry = this.#entries[at + nextWord] as number;
    }
    return {
      tenantWide: new Set(held.flatMap(({ tenantWide }) => [...tenantWide])),
      someUsers: held.some(({ someUsers }) => someUsers),
    };
  }

  anyOf(clientId: string): boolean {
    return this.#clients.find(clientId) >= 0;
  }

  anyOn(resourceId: string): boolean {
    return this.#resources.find(resourceId) >= 0;
  }

  hasUnclear(clientId: string): boolean {
    return this.#unclearClients.size > 0 && this.#unclearClients.find(clientId) >= 0;
  }

  #heldAt(entry: number): Held {
    return this.#held[this.#entries[entry + heldWord] as number] as Held;
  }

  #clientOf(clientId: string): number {
    const client = this.#clients.add(clientId);
    if (client === this.#newest.length) this.#newest = doubled(this.#newest);
    return client;
  }

  /** The position of the entry; a new entry has an empty set. */
  #entryOf(client: number, resource: number): number {
    const known = this.#find(client, resource);
    if (known !== undefined) return known;
    const at = this.#count * wordsPerEntry;
    if (at === this.#entries.length) this.#entries = doubled(this.#entries);
    this.#entries[at + resourceWord] = resource;
    this.#entries[at + heldWord] = this.#numberOf('', false);
    this.#entries[at + nextWord] = this.#newest[client] as number;
    this.#newest[client] = ++this.#count;
    return at;
  }

  #find(client: number, resource: number): number | undefined {
    let entry = this.#newest[client] as number;
    while (entry > 0) {
      const at = (entry - 1) * wordsPerEntry;
      if (this.#entries[at + resourceWord] === resource) return at;
      entry = this.#entries[at + nextWord] as number;
    }
    return undefined;
  }

  /** There are few distinct sets: similar apps require the same permissions. */
  #numberOf(scope: string, someUsers: boolean): number {
    const numbers = someUsers ? this.#numbers.users : this.#numbers.tenant;
    const known = numbers.get(scope);
    if (known !== undefined) return known;
    numbers.set(scope, this.#held.length);
    return this.#held.push({ grant: { tenantWide: new Set(valuesIn(scope)), someUsers }, scope }) - 1;
  }
}

/** A grant can be added twice: from the listing, and from a direct read. */
function joined({ grant, scope: before }: Held, scope: string): string {
  if (!before) return scope;
  return valuesIn(scope).every((value) => grant.tenantWide.has(value)) ? before : `${before} ${scope}`;
}

/** Values are compared without regard to case. */
function valuesIn(scope: string): string[] {
  return scope.toLowerCase().split(/\s+/).filter(Boolean);
}
