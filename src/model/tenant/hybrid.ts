import type {
  Domain as GraphDomain,
  Organization as GraphOrganization,
  OnPremisesDirectorySynchronizationFeature,
} from '@microsoft/microsoft-graph-types';

/** The directory synchronization of a tenant. Dates are null where Graph returns none. */
export type HybridOrganization = Required<
  Pick<GraphOrganization, 'onPremisesSyncEnabled' | 'onPremisesLastSyncDateTime'>
> & {
  /** Not in the metadata of v1.0, but Graph can return it. */
  onPremisesLastPasswordSyncDateTime: string | null;
};

/** A domain and the validity period of its passwords; null where the period was never set. */
export type Domain = Required<
  Pick<GraphDomain, 'id' | 'authenticationType' | 'isVerified' | 'passwordValidityPeriodInDays'>
>;

/** The features of directory synchronization that affect passwords. */
export type SynchronizationFeatures = Required<
  Pick<
    OnPremisesDirectorySynchronizationFeature,
    'passwordSyncEnabled' | 'cloudPasswordPolicyForPasswordSyncedUsersEnabled'
  >
>;

/** Whether the last synchronization is too old; null where Graph does not return its time. */
export function isStale(at: string | null, now: string): boolean | null {
  return at ? isOlderThan(at, staleAfterHours, now) : null;
}

/** The validity period in days that means that passwords never expire. */
export const neverExpires = 2_147_483_647;

/** Six runs: both kinds of synchronization run every 30 minutes. */
export const staleAfterHours = 3;

/** A synchronization that has not run for a day does not recover by itself. */
const severeAfterHours = 24;

/**
 * The severity of a synchronization that is too old, if it is lower than that of its rule: short interruptions end by
 * themselves.
 * @param at when it last ran, ISO 8601
 * @param now ISO 8601
 */
export function severityOfStale(at: string | null, now: string): { severity?: 'medium' | 'high' } {
  return isOlderThan(at, severeAfterHours, now) ? {} : { severity: 'medium' };
}

/**
 * Whether all of these facts are true. One false fact decides, even if others are unknown.
 * @returns null where the answer depends on a fact that Graph does not return
 */
export function allHold(...facts: readonly (boolean | null | undefined)[]): boolean | null {
  if (facts.includes(false)) return false;
  return facts.some((fact) => fact == null) ? null : true;
}

/**
 * Whether a time is more than a number of hours ago.
 * @param at ISO 8601; null is unknown, and does not count as old
 * @param now ISO 8601
 */
export function isOlderThan(at: string | null | undefined, hours: number, now: string): boolean {
  return !!at && Date.parse(now) - Date.parse(at) > hours * 3_600_000;
}
