// Benchmark: `npm run bench` (bench/main.ts), row "consentinel" of 1,000,000 objects without latency: 15.0 s and 467 MB
// with the structures of this folder, 21.9 s and 585 MB with strings, sets and whole objects.
import { doubled, IdList } from './id-table.js';
import { SharedProperties } from './shared-properties.js';
import { TextList } from './text-list.js';

/** What is stored column by column of each service principal; all other properties are shared between equal ones. */
export interface PackableServicePrincipal {
  readonly id: string;
  readonly appId: string;
  readonly displayName: string;
  readonly keyCredentials?: readonly unknown[];
  readonly passwordCredentials?: readonly unknown[];
}

type Credentials = Pick<PackableServicePrincipal, 'keyCredentials' | 'passwordCredentials'>;

const none: readonly never[] = [];

/**
 * Service principals by position, without their `appId`. Nearly all of a tenant's service principals are equal except for
 * their ids and name: one takes about 70 bytes here, where a whole object takes more than ten times as much.
 */
export class PackedServicePrincipals<Principal extends PackableServicePrincipal = PackableServicePrincipal> {
  readonly #ids = new IdList();
  readonly #displayNames = new TextList();
  /** The other properties of each, as a number in `shared`. */
  #others = new Uint32Array(1024);
  readonly #shared: SharedProperties;
  /** Credentials as JSON, of those that have any. */
  readonly #credentials = new TextList();

  /** @param properties that were selected of the service principals */
  constructor(properties: readonly string[]) {
    this.#shared = new SharedProperties(properties);
  }

  /** Replaces the one at a position, or adds one at the end. */
  put(position: number, principal: Principal): void {
    const { id, displayName, keyCredentials, passwordCredentials } = principal;
    if (position < this.#ids.length) this.#ids.put(position, id);
    else this.#ids.push(id);
    if (position === this.#others.length) this.#others = doubled(this.#others);
    this.#displayNames.put(position, displayName);
    if (keyCredentials?.length || passwordCredentials?.length) {
      this.#credentials.put(position, JSON.stringify({ keyCredentials, passwordCredentials }));
      const without = { ...principal, keyCredentials: none, passwordCredentials: none };
      this.#others[position] = this.#shared.add(without, othersOf);
    } else {
      this.#credentials.remove(position);
      this.#others[position] = this.#shared.add(principal, othersOf);
    }
  }

  /** @param appId that it was given with */
  at(position: number, appId: string): Principal {
    const others = this.#shared.at(this.#others[position] as number);
    const displayName = this.#displayNames.at(position) ?? '';
    const principal = { id: this.#ids.at(position), appId, displayName, ...others };
    const credentials = this.#credentials.at(position);
    const whole = credentials === undefined ? principal : { ...principal, ...(JSON.parse(credentials) as Credentials) };
    return whole as unknown as Principal;
  }
}

/** Service principals in the order in which they were added. */
export class ServicePrincipalList<Principal extends PackableServicePrincipal = PackableServicePrincipal> {
  #appIds = new IdList();
  #packed: PackedServicePrincipals<Principal>;

  /** @param properties that were selected of the service principals */
  constructor(private readonly properties: readonly string[]) {
    this.#packed = new PackedServicePrincipals(properties);
  }

  push(principal: Principal): void {
    this.#packed.put(this.#appIds.length, principal);
    this.#appIds.push(principal.appId);
  }

  /** Removes all, and returns them one after another. */
  *takeAll(): Iterable<Principal> {
    const [appIds, packed] = [this.#appIds, this.#packed];
    this.#appIds = new IdList();
    this.#packed = new PackedServicePrincipals(this.properties);
    for (let position = 0; position < appIds.length; position++) yield packed.at(position, appIds.at(position));
  }
}

function othersOf({ id: _id, appId: _appId, displayName: _displayName, ...others }: PackableServicePrincipal) {
  return others;
}
