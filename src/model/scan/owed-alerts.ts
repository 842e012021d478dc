import type { ScanAlerts } from './scan-alerts.js';

/** The start of the first alert: without an earlier alert every open finding is news. */
export const beginning = '1970-01-01T00:00:00.000Z';

/** The channel of a key of `deliveries`: owners have a delivery each. */
export function channelOf(key: string): string {
  return key.startsWith('owner:') ? 'owners' : key;
}

/**
 * Where the part of a recipient starts in an alert.
 * @returns undefined if the alert has nothing for the recipient
 */
export function startOf({ starts, silent, from }: ScanAlerts, key: string): string | undefined {
  if (starts) return starts[key];
  return silent ? undefined : from;
}

/** Whether a recipient has received an alert, or the alert had nothing for it. */
export function hasReceived(alerts: ScanAlerts, key: string): boolean {
  const { deliveries } = alerts;
  const sent = deliveries[key]?.status === 'sent' || deliveries[channelOf(key)]?.status === 'sent';
  return sent || startOf(alerts, key) === undefined;
}

/**
 * The start of what a recipient has still to receive after an alert. The alert of a failed scan reports no finding: an
 * earlier range stays owed, also if the recipient has received that alert.
 * @returns undefined if nothing is owed
 */
export function owedSince(alerts: ScanAlerts, key: string): string | undefined {
  const start = startOf(alerts, key);
  if (start === undefined) return undefined;
  if (alerts.about === 'failed') return start < alerts.until ? start : undefined;
  return hasReceived(alerts, key) ? undefined : start;
}

/**
 * The ranges that are owed after an alert, by recipient.
 * @param channels the names of the configured channels
 */
export function owedAfter(alerts: ScanAlerts, channels: readonly string[]): Record<string, string> {
  const keys = alerts.starts ? Object.keys(alerts.starts) : channels;
  const owed = keys.map((key): [string, string | undefined] => [key, owedSince(alerts, key)]);
  return Object.fromEntries(owed.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
