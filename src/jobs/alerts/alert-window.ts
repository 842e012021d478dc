import type { AlertHistory } from '../../model/alerts/digest.js';
import type { Window } from '../../model/alerts/news.js';
import type { Scan } from '../../model/scan/scan.js';
import type { DeliveryState, ScanAlerts } from '../../model/scan/scan-alerts.js';
import { isFinished } from '../../model/scan/scan-status.js';
import { minuteOf } from '../../model/text/format.js';
import type { ScanStore } from '../ports/index.js';

/** Scans that are looked back at, at most: news older than that are no news. */
const mostScans = 50;

type Labels = Readonly<Record<string, string>>;

/** The scans with their alerts, and the words for each channel in a sentence. */
export interface AlertSources {
  readonly scans: ScanStore;
  readonly channelLabels: Labels;
}

/** What the alert of a scan tells, seen from the scans around it. */
export interface AlertScope {
  readonly window: Window;
  readonly past: AlertHistory;
  /** A later scan has come to an end of its own, and its alert reaches back to before this one. */
  readonly superseded: boolean;
}

/**
 * Decides what the alert of a scan has to tell. It goes on from where the last alert stopped, whatever happened since: a
 * scan that was killed, or whose alert was never taken up, leaves its news to the next one, and the first alert of all
 * tells everything that stands. A scan that failed tells that, and moves nothing on.
 */
export async function alertScope({ scans, channelLabels }: AlertSources, scan: Scan): Promise<AlertScope> {
  const around: Scan[] = [];
  for await (const other of scans.scans(scan.tenantId)) {
    if (other.id !== scan.id) around.push(other);
    if (around.length >= mostScans) break;
  }
  const older = around.filter(({ startedAt }) => startedAt < scan.startedAt);
  const reporter = older.filter(({ alerts }) => alerts).reduce<Scan | undefined>(later, undefined);
  const reported = scan.alerts?.about === scan.status ? reporter?.alerts : (scan.alerts ?? reporter?.alerts);
  const window = windowOf(scan, reported);
  return {
    window,
    past: {
      previousIncomplete: reported !== undefined && reported.about !== 'complete',
      warnings: [
        ...unreported(older, reported),
        ...undelivered(reported, channelLabels),
        ...givenUp([...older, scan], window),
      ],
    },
    superseded: around.some((other) => other.startedAt > scan.startedAt && isFinished(other)),
  };
}

/**
 * What is wrong with alerts and queues now, whatever the findings: for the page, which shows it until the next alert has
 * told it.
 * @returns one sentence each
 */
export async function alertWarnings({ scans, channelLabels }: AlertSources, tenantId: string): Promise<string[]> {
  const recent: Scan[] = [];
  for await (const scan of scans.scans(tenantId)) {
    recent.push(scan);
    if (recent.length >= mostScans) break;
  }
  const reported = recent.filter(({ alerts }) => alerts).reduce<Scan | undefined>(later, undefined)?.alerts;
  const notes = recent.flatMap((scan) => scan.givenUp ?? []).filter(({ at }) => at > (reported?.until ?? ever));
  return [...undelivered(reported, channelLabels), ...notes.map(({ what }) => what)];
}

/** Where nobody was ever told anything, all that stands is news. */
const ever = '1970-01-01T00:00:00.000Z';

function windowOf(scan: Scan, reported: ScanAlerts | undefined): Window {
  // The scan's own news carry the moment of its start, which is `since` or later.
  const before = new Date(Date.parse(scan.since) - 1).toISOString();
  const [from = before] = [reported?.until ?? ever, before].sort();
  return { from, until: scan.status === 'failed' ? from : (scan.finishedAt ?? scan.startedAt) };
}

/** Scans that nobody was told of: killed and taken over, or overtaken before their alert went out. */
function unreported(older: readonly Scan[], reported: ScanAlerts | undefined): string[] {
  const known = older.filter((scan) => scan.alerts || isFinished(scan)).reduce<Scan | undefined>(later, undefined);
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
  const say = (to: string, delivery: DeliveryState | undefined) =>
    `The last alert, of ${minuteOf(reported?.until ?? '')}, could not be delivered to ${to}. ${delivery?.error ?? ''}`.trim();
  return [
    ...others.map(([key, delivery]) => say(labels[key] ?? key, delivery)),
    ...(owners.length > 0 ? [say(`${owners.length} owner(s)`, owners[0]?.[1])] : []),
  ];
}

function givenUp(scans: readonly Scan[], { from, until }: Window): string[] {
  const all = scans.flatMap((scan) => scan.givenUp ?? []);
  return all.filter(({ at }) => at > from && at <= until).map(({ what }) => what);
}

function later(a: Scan | undefined, b: Scan): Scan {
  return a && a.startedAt > b.startedAt ? a : b;
}
