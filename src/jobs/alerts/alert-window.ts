import type { AlertHistory } from '../../model/alerts/digest.js';
import type { Window } from '../../model/alerts/news.js';
import type { Scan } from '../../model/scan/scan.js';
import type { DeliveryState, ScanAlerts } from '../../model/scan/scan-alerts.js';
import { isFinished } from '../../model/scan/scan-status.js';
import { minuteOf } from '../../model/text/format.js';
import type { ScanStore } from '../ports/index.js';

/** The number of scans that are read at most: what happened before them is not news. */
const mostScans = 50;

type Labels = Readonly<Record<string, string>>;

/** The scans with their alerts, and the words for each channel in a sentence. */
export interface AlertSources {
  readonly scans: ScanStore;
  readonly channelLabels: Labels;
}

/** What the alert of a scan must report. */
export interface AlertScope {
  readonly window: Window;
  readonly past: AlertHistory;
  /** A later scan has finished, and its alert covers this scan too. */
  readonly superseded: boolean;
}

/**
 * Decides what the alert of a scan must report. It continues where the last alert ended: the next alert reports the
 * news of a scan that stopped, or whose alert was never processed. The first alert reports every open finding. The
 * alert of a failed scan reports the failure, and does not advance the window.
 */
export async function alertScope({ scans, channelLabels }: AlertSources, scan: Scan): Promise<AlertScope> {
  const others: Scan[] = [];
  for await (const other of scans.scans(scan.tenantId)) {
    if (other.id !== scan.id) others.push(other);
    if (others.length >= mostScans) break;
  }
  const older = others.filter(({ startedAt }) => startedAt < scan.startedAt);
  const reporter = older.filter(({ alerts }) => alerts).reduce<Scan | undefined>(newer, undefined);
  const reported = scan.alerts?.about === scan.status ? reporter?.alerts : (scan.alerts ?? reporter?.alerts);
  const window = windowOf(scan, reported);
  return {
    window,
    past: {
      previousIncomplete: reported !== undefined && reported.about !== 'complete',
      warnings: [
        ...unreported(older, reported),
        ...undelivered(reported, channelLabels),
        ...abandoned([...older, scan], window),
      ],
    },
    superseded: others.some((other) => other.startedAt > scan.startedAt && isFinished(other)),
  };
}

/**
 * The present problems of alerts and queues. The page shows them until the next alert reports them.
 * @returns one sentence each
 */
export async function alertWarnings({ scans, channelLabels }: AlertSources, tenantId: string): Promise<string[]> {
  const recent: Scan[] = [];
  for await (const scan of scans.scans(tenantId)) {
    recent.push(scan);
    if (recent.length >= mostScans) break;
  }
  const reported = recent.filter(({ alerts }) => alerts).reduce<Scan | undefined>(newer, undefined)?.alerts;
  const notes = recent.flatMap((scan) => scan.givenUp ?? []).filter(({ at }) => at > (reported?.until ?? beginning));
  return [...undelivered(reported, channelLabels), ...notes.map(({ what }) => what)];
}

/** Without an earlier alert every open finding is news. */
const beginning = '1970-01-01T00:00:00.000Z';

function windowOf(scan: Scan, reported: ScanAlerts | undefined): Window {
  // The scan's own news have the time of its start, which is `since` or later.
  const before = new Date(Date.parse(scan.since) - 1).toISOString();
  const [from = before] = [reported?.until ?? beginning, before].sort();
  return { from, until: scan.status === 'failed' ? from : (scan.finishedAt ?? scan.startedAt) };
}

/** Scans without an alert: they stopped and were taken over, or a later scan finished before their alert was sent. */
function unreported(older: readonly Scan[], reported: ScanAlerts | undefined): string[] {
  const known = older.filter((scan) => scan.alerts || isFinished(scan)).reduce<Scan | undefined>(newer, undefined);
  const begin = reported?.until ?? known?.startedAt ?? '';
  return older
    .filter((scan) => !scan.alerts && (scan.status === 'failed' || scan.status === 'incomplete'))
    .filter(({ startedAt, errors }) => startedAt > begin && !errors.some(({ code }) => code === 'aborted'))
    .map(({ startedAt, status, errors }) => {
      const what = status === 'failed' ? 'came to no end' : 'was incomplete';
      return `The scan of ${minuteOf(startedAt)} ${what}. ${errors[0]?.message ?? ''}`.trim();
    });
}

function undelivered(reported: ScanAlerts | undefined, labels: Labels): string[] {
  const failed = Object.entries(reported?.deliveries ?? {}).filter(([, { status }]) => status === 'failed');
  const owners = failed.filter(([key]) => key.startsWith('owner:'));
  const others = failed.filter(([key]) => !key.startsWith('owner:'));
  const sentence = (to: string, delivery: DeliveryState | undefined) =>
    `The last alert, of ${minuteOf(reported?.until ?? '')}, could not be delivered to ${to}. ${delivery?.error ?? ''}`.trim();
  return [
    ...others.map(([key, delivery]) => sentence(labels[key] ?? key, delivery)),
    ...(owners.length > 0 ? [sentence(`${owners.length} owner(s)`, owners[0]?.[1])] : []),
  ];
}

function abandoned(scans: readonly Scan[], { from, until }: Window): string[] {
  const all = scans.flatMap((scan) => scan.givenUp ?? []);
  return all.filter(({ at }) => at > from && at <= until).map(({ what }) => what);
}

function newer(a: Scan | undefined, b: Scan): Scan {
  return a && a.startedAt > b.startedAt ? a : b;
}
