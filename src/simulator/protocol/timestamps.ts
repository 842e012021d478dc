import { systemClock } from '../../clock.js';

/** The current time, ISO 8601 UTC with milliseconds. */
export const now = (): string => systemClock.now();

/** The current time in milliseconds since 1970. */
export const nowInMilliseconds = (): number => Date.parse(now());

/** The time `days` days from now in Graph's format: ISO 8601 UTC in whole seconds. */
export function graphTimestamp(days = 0): string {
  return `${new Date(nowInMilliseconds() + days * 86_400_000).toISOString().slice(0, 19)}Z`;
}
