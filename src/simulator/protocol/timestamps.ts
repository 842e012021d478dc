import { systemClock } from '../../clock.js';

/** Now, ISO 8601 UTC with milliseconds. */
export const now = (): string => systemClock.now();

/** Now, in milliseconds since 1970. */
export const nowInMilliseconds = (): number => Date.parse(now());

/** A moment as Graph writes it, in whole seconds: now, or so many days from now. */
export function graphTimestamp(days = 0): string {
  return `${new Date(nowInMilliseconds() + days * 86_400_000).toISOString().slice(0, 19)}Z`;
}
