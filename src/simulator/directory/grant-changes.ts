import type { JsonObject } from '../protocol/json.js';
import { ChangeJournal } from './change-journal.js';

/**
 * The changes of the tenant's own grants, for delta queries. Grants are changed in place, so each delta query compares them
 * with the state that the query before saw. Generated grants do not change.
 */
export class GrantChanges {
  readonly journal = new ChangeJournal();
  readonly #known = new Map<string, JsonObject>();
  /** The ids of the grants that were ever there, in the order of their first appearance. */
  readonly #ids: string[] = [];
  readonly #positions = new Map<string, number>();

  /** @param grants the current ones, which may change */
  constructor(
    private readonly grants: readonly JsonObject[],
    private readonly now: () => number,
  ) {
    for (const grant of grants) this.#keep(grant);
  }

  /** The number of changes until now. */
  get count(): number {
    this.#compare();
    return this.journal.countUntil(Number.POSITIVE_INFINITY);
  }

  /** Positions are smaller than this. Some belong to removed grants. */
  get size(): number {
    return this.#ids.length;
  }

  /** The current grant at a position; undefined if it was removed. */
  visible(position: number): JsonObject | undefined {
    return this.#known.get(this.#ids[position] ?? '');
  }

  #compare(): void {
    const current = new Map(this.grants.map((grant) => [String(grant.id), grant]));
    for (const [id, before] of [...this.#known]) if (!current.has(id)) this.#record(id, before, undefined);
    for (const [id, grant] of current) {
      const before = this.#known.get(id);
      if (JSON.stringify(before) !== JSON.stringify(grant)) this.#record(id, before, grant);
    }
  }

  #record(id: string, before: JsonObject | undefined, after: JsonObject | undefined): void {
    if (after) this.#keep(after);
    else this.#known.delete(id);
    this.journal.record({ at: this.now(), id, position: this.#positions.get(id) ?? -1, before }, after);
  }

  #keep(grant: JsonObject): void {
    const id = String(grant.id);
    // A copy, because the grant itself may change.
    this.#known.set(id, { ...grant });
    if (!this.#positions.has(id)) this.#positions.set(id, this.#ids.push(id) - 1);
  }
}
