import type { LookupResult } from './app-role-assignments.js';

/** Whether applications have an entry in a list that no listing of applications shows. */
export interface ListPresence {
  /** By the object id of the application. */
  has(applicationId: string): LookupResult;
}

/** The lists that were looked up; the code that reads the directory fills it. */
export class ListPresenceIndex implements ListPresence {
  readonly #known = new Map<string, boolean | 'unknown'>();

  constructor(known: Iterable<readonly [string, boolean | 'unknown']> = []) {
    for (const [applicationId, has] of known) this.add(applicationId, has);
  }

  add(applicationId: string, has: boolean | 'unknown'): void {
    this.#known.set(applicationId, has);
  }

  has(applicationId: string): LookupResult {
    return this.#known.get(applicationId);
  }
}
