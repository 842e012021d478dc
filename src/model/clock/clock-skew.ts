/** Milliseconds. Graph's `Date` header has whole seconds, and an answer takes a while: smaller differences mean nothing. */
export const reportedSkew = 60_000;

/**
 * Milliseconds. From here on tokens are rejected and leases of other hosts look expired or valid for too long.
 * Source: Microsoft identity platform, access tokens: a clock skew of five minutes is allowed.
 */
export const toleratedSkew = 300_000;

/**
 * The time for comparisons: the local time, or Graph's time if the local clock differs by more than `toleratedSkew`. So the
 * result never differs from Graph's time by more than that.
 * @param local ISO 8601 UTC
 * @param skew local time minus Graph's time in milliseconds; undefined if it was not measured
 * @returns ISO 8601 UTC with milliseconds
 */
export function correctedTime(local: string, skew: number | undefined): string {
  if (skew === undefined || Math.abs(skew) <= toleratedSkew) return local;
  return new Date(Date.parse(local) - skew).toISOString();
}

/** The note of a scan about the local clock; undefined for a difference that is not reported. */
export function skewNote(skew: number | undefined): string | undefined {
  if (skew === undefined || Math.abs(skew) <= reportedSkew) return undefined;
  const seconds = Math.round(Math.abs(skew) / 1000);
  const direction = skew > 0 ? 'ahead of' : 'behind';
  const used = Math.abs(skew) > toleratedSkew ? " The scan used Graph's time." : '';
  return `The clock of this machine is ${seconds} s ${direction} Graph's clock.${used} Set the clock.`;
}
