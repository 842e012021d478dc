import type { DelegatedGrant, Grants } from './grants.js';

/**
 * Grants of which more may follow. It notes whether an answer can become another one: a grant that was read stays, and one
 * that was not read may still come.
 */
export class GrantsSoFar implements Grants {
  /** Whether an answer can become another one. The reader resets it. */
  mayChange = false;
  /** Few: clients share their sets of permissions. */
  readonly #noted = new Map<DelegatedGrant, DelegatedGrant>();

  /** @param grants may grow */
  constructor(private readonly grants: Grants) {}

  of(clientId: string, resourceId: string): DelegatedGrant {
    const grant = this.grants.of(clientId, resourceId);
    let noted = this.#noted.get(grant);
    if (!noted) {
      noted = this.#noting(grant);
      this.#noted.set(grant, noted);
    }
    return noted;
  }

  allOf(clientId: string): DelegatedGrant {
    return this.#noting(this.grants.allOf(clientId));
  }

  anyOf(clientId: string): boolean {
    return this.#noteAbsence(this.grants.anyOf(clientId));
  }

  anyOn(resourceId: string): boolean {
    return this.#noteAbsence(this.grants.anyOn(resourceId));
  }

  isConfirmed(clientId: string): boolean {
    return this.grants.isConfirmed(clientId);
  }

  isConfirmedOn(resourceId: string): boolean {
    return this.grants.isConfirmedOn(resourceId);
  }

  /** An unclear grant makes a violation undetermined and causes none, so a compliant app complies also if one comes. */
  hasUnclear(clientId: string): boolean {
    return this.grants.hasUnclear(clientId);
  }

  #noting({ tenantWide, someUsers }: DelegatedGrant): DelegatedGrant {
    const noteAbsence = (isPresent: boolean) => this.#noteAbsence(isPresent);
    const noteAll = () => {
      this.mayChange = true;
      return tenantWide;
    };
    return {
      tenantWide: {
        has: (value) => noteAbsence(tenantWide.has(value)),
        get size() {
          return noteAll().size;
        },
        [Symbol.iterator]: () => noteAll()[Symbol.iterator](),
      },
      get someUsers() {
        return noteAbsence(someUsers);
      },
    };
  }

  #noteAbsence(isPresent: boolean): boolean {
    if (!isPresent) this.mayChange = true;
    return isPresent;
  }
}
