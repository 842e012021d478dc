import { maxSuppressionDays } from './lifetimes.js';

/** What to enter where `suppressionEnd` accepts no date. */
export const suppressionEndRemedy = 'Choose an end date within one year, in the form YYYY-MM-DD.';

/**
 * The end of a suppression as an ISO 8601 time; undefined if it is no date, in the past, or more than a year ahead.
 * @param until ISO 8601, a date or a time
 */
export function suppressionEnd(until: string, now: string): string | undefined {
  const end = /^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2}))?$/.test(until) ? Date.parse(until) : Number.NaN;
  const days = (end - Date.parse(now)) / 86_400_000;
  return days > 0 && days <= maxSuppressionDays ? new Date(end).toISOString() : undefined;
}
