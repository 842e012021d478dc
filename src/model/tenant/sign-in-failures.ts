import type { Failing } from '../evidence/failing.js';

/** The failed sign-ins of users in the last 24 hours, with the codes that rules name. */
export interface SignInFailures {
  /** The failures of an app with one of these codes (`AADSTS…`); undefined where none was read. */
  of(appId: string, codes: readonly string[]): Failing | undefined;
  /** Whether every failure with this code was read. If not, an app without failures can have some. */
  isComplete(code: string): boolean;
}

/** A failed sign-in. */
export interface SignInFailure {
  readonly appId: string;
  /** The appId of the API for which the client requested a token; null where the log has none. */
  readonly resourceId: string | null;
  readonly code: string;
  /** A hash of the user's id, which distinguishes users and names none; undefined where the log has no user. */
  readonly user: string | undefined;
  /** ISO 8601 UTC. */
  readonly at: string;
}

/**
 * The codes that the API of a request can cause as well as the client: such a failure counts for both.
 * Source: Microsoft Learn, AADSTS50000 (symmetric key on the resource), 50146 (resource without a key), 500014 (disabled
 * resource), 501051 (client without assignment to the resource).
 */
const causedByApi: ReadonlySet<string> = new Set(['AADSTS50000', 'AADSTS50146', 'AADSTS500014', 'AADSTS501051']);

interface Counted {
  count: number;
  lastAt: string;
  readonly users: Set<string>;
}

/** A `SignInFailureIndex` as JSON: the failures of each app with each code, and the codes that are incomplete. */
export interface SignInFailuresJson {
  readonly counted: readonly (readonly [
    string,
    string,
    { readonly count: number; readonly lastAt: string; readonly users: readonly string[] },
  ])[];
  readonly incomplete: readonly string[];
}

/** The index of the failures; the code that reads the log fills it. Its memory follows the pages that were read. */
export class SignInFailureIndex implements SignInFailures {
  readonly #byApp = new Map<string, Map<string, Counted>>();
  readonly #incomplete: Set<string>;

  /** @param incomplete the codes of which only the newest failures were read */
  constructor(failures: Iterable<SignInFailure> = [], incomplete: Iterable<string> = []) {
    this.#incomplete = new Set(incomplete);
    for (const failure of failures) this.add(failure);
  }

  /** The index that `toJSON` describes. */
  static from({ counted, incomplete }: SignInFailuresJson): SignInFailureIndex {
    const index = new SignInFailureIndex([], incomplete);
    for (const [appId, code, { count, lastAt, users }] of counted)
      Object.assign(index.#countedOf(appId, code), { count, lastAt, users: new Set(users) });
    return index;
  }

  toJSON(): SignInFailuresJson {
    const counted = [...this.#byApp].flatMap(([appId, byCode]) =>
      [...byCode].map(([code, { users, ...rest }]) => [appId, code, { ...rest, users: [...users] }] as const),
    );
    return { counted, incomplete: [...this.#incomplete] };
  }

  add({ appId, resourceId, code, user, at }: SignInFailure): void {
    const apps = new Set([appId.toLowerCase()]);
    if (resourceId && causedByApi.has(code)) apps.add(resourceId.toLowerCase());
    for (const app of apps) {
      const counted = this.#countedOf(app, code);
      counted.count += 1;
      if (at > counted.lastAt) counted.lastAt = at;
      if (user !== undefined) counted.users.add(user);
    }
  }

  /** Notes that only the newest failures with these codes were read. */
  markIncomplete(codes: Iterable<string>): void {
    for (const code of codes) this.#incomplete.add(code);
  }

  of(appId: string, codes: readonly string[]): Failing | undefined {
    const byCode = this.#byApp.get(appId.toLowerCase());
    if (!byCode) return undefined;
    const counted = codes.flatMap((code) => byCode.get(code) ?? []);
    if (counted.length === 0) return undefined;
    return {
      count: counted.reduce((sum, { count }) => sum + count, 0),
      users: new Set(counted.flatMap(({ users }) => [...users])).size,
      lastAt:
        counted
          .map(({ lastAt }) => lastAt)
          .sort()
          .at(-1) ?? '',
      ...(codes.some((code) => this.#incomplete.has(code)) && { atLeast: true }),
    };
  }

  isComplete(code: string): boolean {
    return !this.#incomplete.has(code);
  }

  /** Whether every failure was read. */
  get isWhole(): boolean {
    return this.#incomplete.size === 0;
  }

  #countedOf(app: string, code: string): Counted {
    const byCode = this.#byApp.get(app) ?? new Map<string, Counted>();
    this.#byApp.set(app, byCode);
    const counted = byCode.get(code) ?? { count: 0, lastAt: '', users: new Set<string>() };
    byCode.set(code, counted);
    return counted;
  }
}
