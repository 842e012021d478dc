import { doubled, IdList, IdTable } from './id-table.js';

/** What is stored column by column of each service principal; every other property is shared between equal ones. */
export interface PackableServicePrincipal {
  readonly id: string;
  readonly appId: string;
  readonly displayName: string;
  readonly keyCredentials?: readonly unknown[];
  readonly passwordCredentials?: readonly unknown[];
}

type Rest = Readonly<Record<string, unknown>>;
type Credentials = Pick<PackableServicePrincipal, 'keyCredentials' | 'passwordCredentials'>;
/** Kinds by the values of their properties, one level each; at the last one the number of the kind. */
type Branch = Map<unknown, Branch | number>;

/** Kinds of principals that are remembered; a tenant has some dozens, and a strange one must not fill the memory. */
const mostKinds = 4096;
const taken = 0;
const none: readonly never[] = [];

/**
 * Service principals that wait for their application. Nearly all of a tenant's are alike but for their ids and name, so
 * that a principal takes some 80 bytes, where a whole object takes ten times as much.
 */
export class UnmatchedServicePrincipals<Principal extends PackableServicePrincipal = PackableServicePrincipal> {
  readonly #properties: readonly string[];
  readonly #appIds = new IdTable();
  readonly #ids = new IdList();
  readonly #displayNames: string[] = [];
  /** What is left of each principal, as its place in `rests`. */
  #kinds = new Uint32Array(1024);
  readonly #rests: (Rest | undefined)[] = [undefined];
  readonly #shared: Branch = new Map();
  #sharedKinds = 0;
  /** Of those who have any, as JSON: one text weighs less than the objects, and the collector need not look into it. */
  readonly #credentials = new Map<number, string>();

  /** @param properties what was selected of them */
  constructor(properties: readonly string[]) {
    this.#properties = properties;
  }

  add(principal: Principal): void {
    const { id, appId, displayName } = principal;
    const number = this.#appIds.add(appId);
    if (number < this.#ids.length) this.#ids.put(number, id);
    else this.#ids.push(id);
    if (number === this.#kinds.length) this.#kinds = doubled(this.#kinds);
    this.#displayNames[number] = displayName;
    const { keyCredentials, passwordCredentials } = principal;
    if (keyCredentials?.length || passwordCredentials?.length) {
      this.#credentials.set(number, JSON.stringify({ keyCredentials, passwordCredentials }));
      this.#kinds[number] = this.#kindOf({ ...principal, keyCredentials: none, passwordCredentials: none });
    } else {
      this.#credentials.delete(number);
      this.#kinds[number] = this.#kindOf(principal);
    }
  }

  /** The principal of an application, which waits no longer. */
  take(appId: string): Principal | undefined {
    const number = this.#appIds.find(appId);
    if (number < 0 || this.#kinds[number] === taken) return undefined;
    const principal = this.#at(number);
    this.#kinds[number] = taken;
    this.#displayNames[number] = '';
    this.#credentials.delete(number);
    return principal;
  }

  /** Those whose application did not come. */
  *left(): Iterable<Principal> {
    for (let number = 0; number < this.#appIds.size; number++) {
      if (this.#kinds[number] !== taken) yield this.#at(number);
    }
  }

  #at(number: number): Principal {
    const rest = this.#rests[this.#kinds[number] as number];
    const displayName = this.#displayNames[number] as string;
    const principal = { id: this.#ids.at(number), appId: this.#appIds.at(number), displayName, ...rest };
    const credentials = this.#credentials.get(number);
    const whole = credentials === undefined ? principal : { ...principal, ...(JSON.parse(credentials) as Credentials) };
    return whole as unknown as Principal;
  }

  #kindOf(principal: Principal): number {
    let branch = this.#shared;
    const last = this.#properties.length - 1;
    for (let place = 0; place <= last; place++) {
      const value = keyOf((principal as Rest)[this.#properties[place] as string]);
      let next = branch.get(value);
      if (next === undefined) {
        if (this.#sharedKinds >= mostKinds) return this.#keep(principal);
        next = place === last ? this.#keep(principal) : new Map();
        if (place === last) this.#sharedKinds++;
        branch.set(value, next);
      }
      if (typeof next === 'number') return next;
      branch = next;
    }
    return this.#keep(principal);
  }

  #keep({ id: _id, appId: _appId, displayName: _displayName, ...rest }: Principal): number {
    return this.#rests.push(rest) - 1;
  }
}

const nothing = Symbol('an empty collection');

/** Equal for values of one property that say the same. */
function keyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Array.isArray(value) && value.length === 0 ? nothing : JSON.stringify(value);
}
