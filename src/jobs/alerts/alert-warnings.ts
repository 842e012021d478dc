import type { Window } from '../../model/alerts/news.js';
import { beginning, channelOf, hasReceived, startOf } from '../../model/scan/owed-alerts.js';
import type { Scan } from '../../model/scan/scan.js';
import type { DeliveryState, ScanAlerts } from '../../model/scan/scan-alerts.js';
import { minuteOf, quantity } from '../../model/text/format.js';

/**
 * Scans that failed or were incomplete, and whose alert a recipient has not received: they stopped and were taken over,
 * a later scan finished before their alert was sent, or the alert was not delivered.
 * @param begin only scans that started later, ISO 8601 UTC
 */
export function unreported(older: readonly Scan[], key: string, begin: string): string[] {
  return older
    .filter(({ status }) => status === 'failed' || status === 'incomplete')
    .filter(({ startedAt, errors }) => startedAt > begin && !errors.some(({ code }) => code === 'aborted'))
    .filter(({ alerts }) => !alerts || !hasReceived(alerts, key))
    .map(({ startedAt, status, errors }) => {
      const what = status === 'failed' ? 'did not finish' : 'was incomplete';
      return `The scan of ${minuteOf(startedAt)} ${what}. ${errors[0]?.message ?? ''}`.trim();
    });
}

/** The recipients that the last alert did not reach. Those that an earlier alert did not reach were reported with it. */
export function undelivered(reported: ScanAlerts | undefined, labels: Readonly<Record<string, string>>): string[] {
  if (!reported) return [];
  const failed = Object.entries(reported.deliveries).filter(
    ([key, { status }]) => (status === 'failed' || status === 'pending') && startOf(reported, key) === reported.from,
  );
  const owners = failed.filter(([key]) => channelOf(key) !== key);
  const others = failed.filter(([key]) => channelOf(key) === key);
  const sentence = (to: string, delivery: DeliveryState | undefined) =>
    `The last alert (${minuteOf(reported.until)}) did not reach ${to}. ${delivery?.error ?? ''}`.trim();
  return [
    ...others.map(([key, delivery]) => sentence((Object.hasOwn(labels, key) && labels[key]) || key, delivery)),
    ...(owners.length > 0 ? [sentence(quantity(owners.length, 'owner'), owners[0]?.[1])] : []),
  ];
}

/** For a recipient that an earlier alert did not reach. @param since the start of its range */
export function owedSentence(since: string): string {
  const content = since === beginning ? 'all open findings' : `the changes since ${minuteOf(since)}`;
  return `This alert reports ${content}, because the delivery of earlier alerts failed.`;
}

/** The warnings of the scans that ended in a range. */
export function warningsIn(scans: readonly Scan[], { from, until }: Window): string[] {
  const ended = scans.filter(({ startedAt, finishedAt = startedAt }) => finishedAt > from && finishedAt <= until);
  return ended.flatMap(({ warnings }) => warnings ?? []);
}

export function abandonedIn(scans: readonly Scan[], { from, until }: Window): string[] {
  const all = scans.flatMap((scan) => scan.givenUp ?? []);
  return all.filter(({ at }) => at > from && at <= until).map(({ what }) => what);
}
