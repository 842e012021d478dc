import { doubled, IdTable } from './id-table.js';
import { type PackableServicePrincipal, PackedServicePrincipals } from './packed-service-principals.js';

/** Service principals whose application has not been read yet. */
export class UnmatchedServicePrincipals<Principal extends PackableServicePrincipal = PackableServicePrincipal> {
  readonly #appIds = new IdTable();
  readonly #packed: PackedServicePrincipals<Principal>;
  /** One for each whose application was read. */
  #matched = new Uint32Array(1024);

  /** @param properties that were selected of the service principals */
  constructor(properties: readonly string[]) {
    this.#packed = new PackedServicePrincipals(properties);
  }

  add(principal: Principal): void {
    const number = this.#appIds.add(principal.appId);
    if (number === this.#matched.length) this.#matched = doubled(this.#matched);
    this.#matched[number] = 0;
    this.#packed.put(number, principal);
  }

  /** Removes the service principal of an application. @returns undefined where there is none */
  take(appId: string): Principal | undefined {
    const number = this.#appIds.find(appId);
    if (number < 0 || this.#matched[number] === 1) return undefined;
    this.#matched[number] = 1;
    return this.#packed.at(number, this.#appIds.at(number));
  }

  /** Those that were not taken. */
  *left(): Iterable<Principal> {
    for (let number = 0; number < this.#appIds.size; number++)
      if (this.#matched[number] === 0) yield this.#packed.at(number, this.#appIds.at(number));
  }
}
