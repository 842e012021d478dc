import { minuteOf, quantity } from '../text/format.js';
import type { Scan } from './scan.js';
import type { AbandonedMessage } from './scan-alerts.js';
import { overdueAfterHours } from './scan-freshness.js';

const hour = 3_600_000;
const week = 7 * 24 * hour;

/**
 * The messages that were abandoned in the last seven days, the newest first.
 * @param now ISO 8601 UTC
 */
export function abandonedLastWeek(scans: readonly Scan[], now: string): AbandonedMessage[] {
  const recent = scans.flatMap(({ givenUp = [] }) => givenUp).filter(({ at }) => isInLastWeek(at, now));
  return recent.sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
}

/**
 * What the weekly summary reports besides findings: the notes of the scan, periods without a complete scan, the
 * audit anchor, and messages that were abandoned.
 * @param scan the scan of the summary
 * @param older the scans before it, newest first
 * @returns one or two sentences each
 */
export function weeklyNotices(scan: Scan, older: readonly Scan[]): string[] {
  const now = endOf(scan);
  const messages = abandonedLastWeek([scan, ...older], now);
  return [
    ...(scan.notes ?? []),
    ...periodsWithoutScan([scan, ...older], now),
    ...(scan.anchor ? [anchorNotice(scan.anchor)] : []),
    ...messages.map(({ queue, at, what }) => `A message on ${queue} was abandoned on ${minuteOf(at)}. ${what}`),
  ];
}

/** A copy that an attacker on the tables cannot change: `verify-audit` prints the newest hash for comparison. */
function anchorNotice({ hash, chains, events }: NonNullable<Scan['anchor']>): string {
  return `Audit anchor of this scan: ${hash} (${quantity(events, 'event')} of ${quantity(chains, 'rule')}).`;
}

/** The same limit as `doctor` and `freshnessOf` use. Only periods that ended in the last seven days count. */
function periodsWithoutScan(scans: readonly Scan[], now: string): string[] {
  const complete = scans.filter(({ status }) => status === 'complete').map(endOf);
  const ends = scans[0]?.status === 'complete' ? complete : [now, ...complete];
  return ends.flatMap((until, i) => {
    const from = ends[i + 1];
    const hours = from === undefined ? 0 : (Date.parse(until) - Date.parse(from)) / hour;
    if (from === undefined || hours <= overdueAfterHours || !isInLastWeek(until, now)) return [];
    return [`No scan was complete for ${Math.floor(hours)} hours: from ${minuteOf(from)} to ${minuteOf(until)}.`];
  });
}

function endOf({ finishedAt, startedAt }: Scan): string {
  return finishedAt ?? startedAt;
}

function isInLastWeek(at: string, now: string): boolean {
  return Date.parse(now) - Date.parse(at) <= week;
}
