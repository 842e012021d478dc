import type { AlertHistory } from '../../model/alerts/digest.js';
import type { Window } from '../../model/alerts/news.js';
import { beginning, channelOf, hasReceived, owedAfter, startOf } from '../../model/scan/owed-alerts.js';
import type { Scan } from '../../model/scan/scan.js';
import type { ScanAlerts } from '../../model/scan/scan-alerts.js';
import { weeklyNotices } from '../../model/scan/scan-notices.js';
import { isFinished } from '../../model/scan/scan-status.js';
import { isSentinelRun } from '../../model/scan/sentinel-id.js';
import type { AlertChannel, ScanStore } from '../ports/index.js';
import { abandonedIn, owedSentence, undelivered, unreported, warningsIn } from './alert-warnings.js';
import { sentinelProblem } from './sentinel-problem.js';

/** So many scans are read, and all of the last week, up to a limit: what happened before them is not news. */
const [fewScans, mostScans, week] = [50, 500, 7 * 86_400_000];

type Labels = Readonly<Record<string, string>>;

/** The scans with their alerts, and the words for each channel in a sentence. */
export interface AlertSources {
  readonly scans: ScanStore;
  readonly channels: readonly AlertChannel[];
  readonly channelLabels: Labels;
}

/** What an alert must report to a recipient. */
export interface AlertPart {
  readonly window: Window;
  readonly past: AlertHistory;
}

/** What the alert of a scan must report. */
export interface AlertScope {
  /** For the recipients that have received all earlier alerts. */
  readonly window: Window;
  /** Where the range of each other recipient starts, by the key of its delivery. */
  readonly owed: Readonly<Record<string, string>>;
  /** A later scan has finished, and its alert covers this scan too. */
  readonly superseded: boolean;
  /** Whether the alert of a later scan includes what a recipient has to receive from `start` on. */
  isIncludedLater(key: string, start: string): boolean;
  /** The part of a recipient. @param window its range */
  partOf(key: string, window: Window): AlertPart;
}

/** A scan with an alert. */
type Reported = Scan & { readonly alerts: ScanAlerts };

/**
 * Decides what the alert of a scan must report. It continues where the last alert ended: the next alert reports the
 * news of a scan that stopped, or whose alert was never processed. The first alert reports every open finding. The
 * alert of a failed scan reports the failure, and does not advance the window. A recipient that has not received an
 * earlier alert gets its content too.
 */
export async function alertScope(sources: AlertSources, scan: Scan): Promise<AlertScope> {
  const others = (await recentScans(sources, scan.tenantId)).filter(({ id }) => id !== scan.id);
  const older = others.filter(({ startedAt }) => startedAt < scan.startedAt);
  const newer = others.filter(({ startedAt }) => startedAt > scan.startedAt);
  // Newest first. The earlier attempt of a failed scan that ran again has an alert of its own.
  const reports = [scan.alerts?.about === scan.status ? undefined : scan, ...older].filter(isReported);
  // The alert of a failed scan reports no finding: the ranges continue at the alert before it, if there is one.
  const last = reports.find(({ alerts }) => alerts.about !== 'failed') ?? reports[0];
  const window = windowOf(scan, last);
  const problem = isSentinelRun(scan) ? undefined : await sentinelProblem(sources.scans, scan);
  const owed = owedFrom(last, sources.channels, window);
  return {
    window,
    owed,
    superseded: newer.some(isFinished),
    isIncludedLater: (key, start) => newer.some((later) => includes(later.alerts, key, start)),
    partOf: (key, range) => {
      const past = historyOf(key, { scan, older, reports, labels: sources.channelLabels, range, problem });
      const since = owed[key] ?? window.from;
      return {
        window: range,
        past: since < window.from ? { ...past, warnings: [owedSentence(since), ...past.warnings] } : past,
      };
    },
  };
}

/**
 * The present problems of alerts and queues. The page shows them until the next alert reports them.
 * @returns one sentence each
 */
export async function alertWarnings(sources: AlertSources, tenantId: string): Promise<string[]> {
  const recent = await recentScans(sources, tenantId);
  const reported = recent.find(isReported)?.alerts;
  const notes = recent.flatMap((scan) => scan.givenUp ?? []).filter(({ at }) => at > (reported?.until ?? beginning));
  return [...undelivered(reported, sources.channelLabels), ...notes.map(({ what }) => what)];
}

/**
 * The scans, and the runs of the sentinel that have an alert: it moves the range of the next alert. A run without an alert
 * reports nothing. Newest first.
 */
export async function recentScans({ scans }: Pick<AlertSources, 'scans'>, tenantId: string): Promise<Scan[]> {
  const recent: Scan[] = [];
  let oldest = '';
  for await (const scan of scans.scans(tenantId)) {
    recent.push(scan);
    const age = Date.parse(recent[0]?.startedAt ?? '') - Date.parse(scan.startedAt);
    if (recent.length < mostScans && (recent.length < fewScans || age <= week)) continue;
    oldest = scan.startedAt;
    break;
  }
  for await (const run of scans.sentinelRuns(tenantId)) {
    if (run.startedAt < oldest) break;
    if (run.alerts) recent.push(run);
  }
  return recent.sort((a, b) => (a.startedAt < b.startedAt ? 1 : a.startedAt > b.startedAt ? -1 : 0));
}

function windowOf(scan: Scan, last: Reported | undefined): Window {
  const reported = last?.alerts;
  // The scan's own news have the time of its start, which is `since` or later.
  const before = new Date(Date.parse(scan.since) - 1).toISOString();
  // The alert of the sentinel has reported what an earlier scan stored before it failed.
  const [from = before] =
    last && isSentinelRun(last) ? [last.alerts.until] : [reported?.until ?? beginning, before].sort();
  return { from, until: scan.status === 'failed' ? from : (scan.finishedAt ?? scan.startedAt) };
}

function owedFrom(last: Reported | undefined, channels: readonly AlertChannel[], { from }: Window) {
  if (!last) return {};
  const names = channels.map(({ name }) => name);
  const owed = Object.entries(owedAfter(last.alerts, names));
  return Object.fromEntries(owed.map(([key, since]) => [key, since < from ? since : from]));
}

function includes(later: ScanAlerts | undefined, key: string, start: string): boolean {
  if (!later || later.about === 'failed') return false;
  const included = startOf(later, key) ?? startOf(later, channelOf(key));
  return included !== undefined && included <= start;
}

interface Sources {
  /** Why the sentinel does not complete its runs, a sentence. */
  readonly problem: string | undefined;
  readonly scan: Scan;
  readonly older: readonly Scan[];
  readonly reports: readonly Reported[];
  readonly labels: Labels;
  readonly range: Window;
}

function historyOf(key: string, { scan, older, reports, labels, range, problem }: Sources): AlertHistory {
  const received = reports.find(({ alerts }) => hasReceived(alerts, key));
  const [reported] = reports;
  // Only a scan can be complete again, and only its alert contains the weekly summary.
  const ofScans = reports.filter((one) => !isSentinelRun(one));
  const last = ofScans.find(({ alerts }) => hasReceived(alerts, key)) ?? ofScans[0];
  const isAfterSentinel = last !== undefined && reported !== undefined && isSentinelRun(reported);
  return {
    previousIncomplete: last !== undefined && last.alerts.about !== 'complete',
    ...(isAfterSentinel && { summarySince: last.alerts.until }),
    warnings: [
      ...(problem === undefined ? [] : [problem]),
      ...unreported(older, key, begin(older, reported, received, scan)),
      ...undelivered(reported?.alerts, labels),
      ...abandonedIn([...older, scan], range),
      ...warningsIn([...older, scan], range),
    ],
    weekly: isSentinelRun(scan)
      ? []
      : weeklyNotices(
          scan,
          older.filter((one) => !isSentinelRun(one)),
        ),
  };
}

/** Scans that started later may have problems that the recipient does not know. */
function begin(older: readonly Scan[], reported: Reported | undefined, received: Reported | undefined, scan: Scan) {
  if (!reported) return older.find(isFinished)?.startedAt ?? '';
  if (!received) return '';
  return received.id === scan.id ? received.alerts.until : received.startedAt;
}

function isReported(scan: Scan | undefined): scan is Reported {
  return scan?.alerts !== undefined;
}
