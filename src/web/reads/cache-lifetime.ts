const maxMilliseconds = 60_000;

/**
 * How long a result is cached, in milliseconds: ten times as long as its read took, so that reads take at most a tenth
 * of the time.
 */
export function cacheLifetime(readMilliseconds: number): number {
  return Math.min(maxMilliseconds, 10 * readMilliseconds);
}
