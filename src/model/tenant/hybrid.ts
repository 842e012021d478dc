import type {
  Domain as GraphDomain,
  Organization as GraphOrganization,
  OnPremisesDirectorySynchronizationFeature,
} from '@microsoft/microsoft-graph-types';

/** How a tenant stands to a directory on premises. Dates are null where Graph does not tell. */
export type HybridOrganization = Required<
  Pick<GraphOrganization, 'onPremisesSyncEnabled' | 'onPremisesLastSyncDateTime'>
> & {
  /** Not in the metadata of v1.0, though it may come. */
  onPremisesLastPasswordSyncDateTime: string | null;
};

/** A domain and how long passwords of its users last; null where it was never set. */
export type Domain = Required<
  Pick<GraphDomain, 'id' | 'authenticationType' | 'isVerified' | 'passwordValidityPeriodInDays'>
>;

/** The features of directory synchronization that decide on passwords. */
export type SynchronizationFeatures = Required<
  Pick<
    OnPremisesDirectorySynchronizationFeature,
    'passwordSyncEnabled' | 'cloudPasswordPolicyForPasswordSyncedUsersEnabled'
  >
>;

/** Whether the last run of a synchronization lies too far back; null where Graph does not tell when that was. */
export function isStale(at: string | null, now: string): boolean | null {
  return at ? isOlderThan(at, staleAfterHours, now) : null;
}

/** What a domain shows where passwords never expire. */
export const neverExpires = 2_147_483_647;

/** Both kinds of synchronization run every half hour: this is six runs. */
export const staleAfterHours = 3;

/**
 * Whether all of these facts hold: one that does not decides, whatever else is not known.
 * @returns null where that depends on a fact that Graph does not tell
 */
export function allHold(...facts: readonly (boolean | null | undefined)[]): boolean | null {
  if (facts.includes(false)) return false;
  return facts.some((fact) => fact == null) ? null : true;
}

/**
 * Whether a moment lies further back than so many hours.
 * @param at ISO 8601; null is not known, and not called old
 * @param now ISO 8601
 */
export function isOlderThan(at: string | null | undefined, hours: number, now: string): boolean {
  return !!at && Date.parse(now) - Date.parse(at) > hours * 3_600_000;
}
