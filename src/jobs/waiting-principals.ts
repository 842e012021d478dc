import type { WholeApp } from '../model/judge.js';

type Principal = NonNullable<WholeApp['servicePrincipal']> & {
  readonly keyCredentials?: readonly unknown[];
  readonly passwordCredentials?: readonly unknown[];
};

/** What tells a principal from others; all the rest is shared with those that are alike. */
interface Slice {
  readonly id: string;
  readonly displayName: string;
  readonly rest: Readonly<Record<string, unknown>>;
}

/** Kinds of principals that are remembered; a tenant has some dozens, and a strange one must not fill the memory. */
const mostKinds = 4096;

/**
 * Service principals that wait for their application. Nearly all of a tenant's are alike but for their ids and name, so
 * that a principal takes about 200 bytes, where a whole object takes two to four times as much.
 */
export class WaitingPrincipals {
  readonly #slices = new Map<string, Slice>();
  readonly #kinds = new Map<string, Slice['rest']>();

  add({ id, appId, displayName, ...rest }: Principal): void {
    this.#slices.set(appId, { id, displayName, rest: this.#shared(rest) });
  }

  /** The principal of an application, which waits no longer. */
  take(appId: string): Principal | undefined {
    const slice = this.#slices.get(appId);
    if (!slice) return undefined;
    this.#slices.delete(appId);
    return principalOf(appId, slice);
  }

  /** Those whose application did not come. */
  *left(): Iterable<Principal> {
    for (const [appId, slice] of this.#slices) yield principalOf(appId, slice);
  }

  #shared(rest: Slice['rest'] & Pick<Principal, 'keyCredentials' | 'passwordCredentials'>): Slice['rest'] {
    // Credentials have ids of their own: no two principals with any are alike.
    if (rest.keyCredentials?.length || rest.passwordCredentials?.length) return rest;
    const kind = JSON.stringify(rest);
    const known = this.#kinds.get(kind);
    if (!known && this.#kinds.size < mostKinds) this.#kinds.set(kind, rest);
    return known ?? rest;
  }
}

function principalOf(appId: string, { id, displayName, rest }: Slice): Principal {
  return { id, appId, displayName, ...rest };
}
