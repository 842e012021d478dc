/** One state of an object, from a time on. The value is undefined after a deletion. */
export interface Version<T> {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly value: T | undefined;
}

/** The version at a time in milliseconds; undefined if all versions are younger. */
export function versionAt<T>(versions: readonly Version<T>[] | undefined, time: number): Version<T> | undefined {
  return versions?.findLast(({ at }) => at <= time);
}

/**
 * Appends a version and drops the versions that no read can show anymore.
 * @param horizon the time of the oldest state that reads show, in milliseconds
 */
export function withVersion<T>(
  versions: readonly Version<T>[],
  next: Version<T>,
  horizon: number,
): readonly Version<T>[] {
  const oldestSeen = versions.findLastIndex(({ at }) => at <= horizon);
  return [...versions.slice(Math.max(oldestSeen, 0)), next];
}
