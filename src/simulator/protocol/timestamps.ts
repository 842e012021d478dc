import { systemClock } from '../../clock.js';

/** The current time, ISO 8601 UTC with milliseconds. */
export const now = (): string => systemClock.now();

/** The current time in milliseconds since 1970. */
export const nowInMilliseconds = (): number => Date.parse(now());

/** Graph's clock, which can differ from the clock of this machine. */
export class SimulatedClock {
  /** @param skew Graph's time minus the time of this machine, in milliseconds */
  constructor(public skew = 0) {}

  /** Milliseconds since 1970. */
  now(): number {
    return nowInMilliseconds() + this.skew;
  }

  /** For a `Date` header. Source: RFC 9110, section 6.6.1. */
  header(): string {
    return new Date(this.now()).toUTCString();
  }
}

/** A time in Graph's format, ISO 8601 UTC in whole seconds. @param milliseconds since 1970 */
export function timeAt(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** The time `days` days from now in Graph's format. */
export function graphTimestamp(days = 0): string {
  return timeAt(nowInMilliseconds() + days * 86_400_000);
}
