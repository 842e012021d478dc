import type { Reservation, ReservationRequest } from '../jobs/ports/index.js';
import { maxApprovalDays } from '../model/finding/lifetimes.js';

/** The executions of a tenant that were reserved lately, and its last failure. */
export interface Budget {
  /** When each execution was reserved, ISO 8601 UTC. */
  readonly reserved: readonly string[];
  /** ISO 8601 UTC. */
  readonly failedAt?: string;
  /** When used approvals were last deleted, ISO 8601 UTC. */
  readonly prunedAt?: string;
}

export const emptyBudget: Budget = { reserved: [] };

/** Milliseconds. The limit applies to any interval of this length. */
const interval = 60 * 60_000;

/** Why the budget does not allow a reservation now; undefined if it does. */
export function budgetProblem(
  { reserved, failedAt }: Budget,
  { at, limit, decidedAt }: Pick<ReservationRequest, 'at' | 'limit' | 'decidedAt'>,
): Extract<Reservation, { reserved: false }> | undefined {
  const stopped = failedAt !== undefined && failedAt > after(at, -interval) && decidedAt <= failedAt;
  if (stopped) return { reserved: false, reason: 'failed-recently', retryAt: after(failedAt, interval) };
  // A worker whose clock is ahead counts too: then no order of the reservations exceeds the limit.
  const recent = reserved.filter((time) => time > after(at, -interval)).sort();
  const first = recent[recent.length - limit];
  if (first === undefined) return undefined;
  return { reserved: false, reason: 'limit-reached', retryAt: after(first, interval) };
}

/** Milliseconds. */
const day = 86_400_000;

/** Whether used approvals are deleted with the reservation at this time: once a day. */
export function isPruneDue({ prunedAt }: Budget, at: string): boolean {
  return prunedAt === undefined || prunedAt < after(at, -day);
}

/** Approvals that were used before this time have expired: without their rows, they cannot be used either. */
export function expiredBefore(at: string): string {
  return after(at, -(maxApprovalDays + 1) * day);
}

/** The budget with one more reservation. Entries are kept for two intervals, for workers whose clocks are behind. */
export function withReservation({ reserved, ...rest }: Budget, at: string): Budget {
  const kept = reserved.filter((time) => time > after(at, -2 * interval));
  return { ...rest, reserved: [...kept, at] };
}

/** The budget after a failure; the latest failure counts. */
export function withFailure({ failedAt, ...rest }: Budget, at: string): Budget {
  return { ...rest, failedAt: failedAt !== undefined && failedAt > at ? failedAt : at };
}

function after(time: string, milliseconds: number): string {
  return new Date(Date.parse(time) + milliseconds).toISOString();
}
