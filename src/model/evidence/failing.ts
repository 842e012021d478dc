import { minuteOf, quantity } from '../text/format.js';

/** Failed sign-ins to the app of a finding, with a code that its rule names, in the last 24 hours before the scan. */
export interface Failing {
  readonly count: number;
  /** The number of different users. */
  readonly users: number;
  /** The time of the latest one, ISO 8601 UTC. */
  readonly lastAt: string;
  /** The scan read only a part of the log: there can be more. */
  readonly atLeast?: true;
}

interface MayFail {
  readonly failing?: Failing;
}

/**
 * The order of lists, alerts and reports within one severity: what stops the most users comes first, then the most
 * sign-ins. A finding without failed sign-ins is last.
 */
export function mostFailing({ failing: a }: MayFail, { failing: b }: MayFail): number {
  return (b?.users ?? 0) - (a?.users ?? 0) || (b?.count ?? 0) - (a?.count ?? 0);
}

/** Failed sign-ins in one phrase: `at least 12 failed sign-ins of 3 users, the last on 2026-11-24 01:58 UTC`. */
export function failingText({ count, users, lastAt, atLeast }: Failing): string {
  const bound = atLeast ? 'at least ' : '';
  return `${bound}${quantity(count, 'failed sign-in')} of ${quantity(users, 'user')}, the last on ${minuteOf(lastAt)}`;
}
