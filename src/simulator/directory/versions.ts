/** One state since a moment; undefined means that there is nothing. */
export interface Version<T> {
  /** Milliseconds. */
  readonly at: number;
  readonly value: T | undefined;
}

/** The state at a moment, or undefined where the first version is younger. */
export function versionAt<T>(versions: readonly Version<T>[] | undefined, moment: number): Version<T> | undefined {
  return versions?.findLast(({ at }) => at <= moment);
}

/**
 * Puts a new state on top and forgets the states that no read can see any more.
 * @param horizon the moment that the slowest reads see
 */
export function withVersion<T>(
  versions: readonly Version<T>[],
  next: Version<T>,
  horizon: number,
): readonly Version<T>[] {
  const oldestSeen = versions.findLastIndex(({ at }) => at <= horizon);
  return [...versions.slice(Math.max(oldestSeen, 0)), next];
}
