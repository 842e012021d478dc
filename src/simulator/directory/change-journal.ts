import type { JsonObject } from '../protocol/json.js';

/** One change of an object. */
export interface RecordedChange {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly id: string;
  readonly position: number;
  /** The names of the changed properties; undefined if the object was created, deleted or restored. */
  readonly properties: readonly string[] | undefined;
  /** The object before the change. */
  readonly before: JsonObject | undefined;
}

/** All changes of a collection in order, for delta queries. A delta token is a number of changes. */
export class ChangeJournal {
  readonly #changes: RecordedChange[] = [];

  record(change: Omit<RecordedChange, 'properties'>, after: JsonObject | undefined): void {
    this.#changes.push({ ...change, properties: changedProperties(change.before, after) });
  }

  /** The number of changes until a time in milliseconds. */
  countUntil(time: number): number {
    return this.#changes.findLastIndex(({ at }) => at <= time) + 1;
  }

  /** The changes after the first `since` and up to `until`. */
  between(since: number, until: number): readonly RecordedChange[] {
    return this.#changes.slice(since, until);
  }
}

function changedProperties(before: JsonObject | undefined, after: JsonObject | undefined) {
  if (!before || !after) return undefined;
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
}
