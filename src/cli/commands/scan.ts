import { type ResumableScan, resumableScan } from '../../jobs/scan/checkpoint/resumable-scan.js';
import { scanTenant } from '../../jobs/scan/scan-tenant.js';
import { codeOf, explain } from '../../model/errors.js';
import type { Scan } from '../../model/scan/scan.js';
import { durationText, minuteOf, quantity } from '../../model/text/format.js';
import { safeLines } from '../../model/text/safe-text.js';
import type { Runtime } from '../../runtime.js';
import { progressDisplay } from '../progress.js';
import { paint, type Screen, writeJson, writeLine } from '../screen.js';
import { type AlertsNow, alertView, exitCodeOf, processAlertsNow } from './scan-alert.js';
import { requireChannels } from './test-alert.js';

const requestedBy = 'cli';

/**
 * Scans the tenant; with `alert` it sends the alerts too, also after a failed scan.
 * @returns the exit code: 0 complete; 1 incomplete or failed, or a channel has not received an alert
 */
export async function scan(
  runtime: Pick<Runtime, 'scanContext' | 'alerts' | 'tenantId'>,
  screen: Screen,
  { alert, ...options }: ScanOptions & { alert?: boolean },
  signal: AbortSignal,
): Promise<number> {
  if (alert) requireChannels(runtime.alerts().channels);
  const { exitCode, view, error } = await scanOnce(runtime, screen, options, signal);
  let alerts: AlertsNow | undefined;
  try {
    if (alert && !(error && signal.aborted)) alerts = await processAlertsNow(runtime, screen, signal);
  } catch (failure) {
    // The error of the scan comes first: the alerts often fail for the same reason.
    if (!error) throw failure;
  } finally {
    if (view) writeJson(screen.out, alerts ? { ...view, alert: alertView(alerts) } : view);
  }
  if (error && !options.json) throw error.thrown;
  return Math.max(exitCode, alerts ? exitCodeOf(alerts) : 0);
}

interface ScanOptions {
  json?: boolean;
  /** Does not continue a scan that was stopped. */
  fresh?: boolean;
  /** Deletes what is stored for delta queries first. */
  resetDelta?: boolean;
}

/** How a scan ended. */
interface Ended {
  readonly exitCode: number;
  /** The JSON output, if it is wanted. */
  readonly view?: object;
  readonly error?: { readonly thrown: unknown };
}

async function scanOnce(
  runtime: Pick<Runtime, 'scanContext'>,
  screen: Screen,
  options: ScanOptions,
  signal: AbortSignal,
): Promise<Ended> {
  const progress = progressDisplay(screen);
  const onAlertOwed = (error: unknown) => {
    progress.stop();
    writeLine(
      screen.log,
      safeLines(`The request of the alert failed. The next scan sends the alert. ${explain(error)}`),
    );
  };
  let done: Scan;
  try {
    const context = runtime.scanContext();
    const earlier = options.fresh ? undefined : await resumableScan(context, requestedBy);
    if (earlier) writeLine(screen.log, resumedLine(earlier));
    done = await scanTenant(context, {
      ...(earlier && { scanId: earlier.scanId }),
      requestedBy,
      signal,
      onProgress: progress.update,
      onAlertOwed,
      ...(options.resetDelta && { resetDelta: true }),
    });
  } catch (thrown) {
    progress.stop();
    if (!options.json) return { exitCode: 1, error: { thrown } };
    writeLine(screen.log, safeLines(explain(thrown)));
    return { exitCode: 1, error: { thrown }, view: failedScan(thrown) };
  }
  progress.stop();
  const exitCode = done.status === 'complete' ? 0 : 1;
  if (options.json) return { exitCode, view: scanView(done) };
  showScanSummary(done, screen);
  return { exitCode };
}

function resumedLine({ startedAt, at }: ResumableScan): string {
  return `Continuing the scan that began at ${minuteOf(startedAt)}, from its checkpoint of ${minuteOf(at)}. \`consentinel scan --fresh\` starts a new scan.`;
}

/** The JSON output. Scripts rely on its member names. */
function scanView(done: Scan) {
  // The notes contain the warnings.
  const { warnings: _warnings, ...shown } = done;
  const { id, tenantName: _tenantName, since: _since, alerts: _alerts, givenUp: _givenUp, notes, ...scan } = shown;
  return { scanId: id, ...scan, ...(notes.length > 0 && { notes }) };
}

/** The JSON output where the scan could not start or finish. */
function failedScan(error: unknown) {
  return {
    scanId: null,
    tenantId: null,
    status: 'failed',
    counts: { applications: 0, servicePrincipals: 0 },
    findings: { new: 0, open: 0, resolved: 0, suppressed: 0 },
    writes: 0,
    notExamined: [],
    errors: [{ code: codeOf(error), message: explain(error) }],
    undetermined: [],
  };
}

/** What a scan examined and found, for a person. */
export function showScanSummary(done: Scan, screen: Screen): void {
  const { counts, findings } = done;
  const style = done.status === 'complete' ? 'green' : 'yellow';
  const duration = durationText(Date.parse(done.finishedAt ?? done.startedAt) - Date.parse(done.startedAt));
  writeLine(
    screen.out,
    `Scan ${paint(screen, style, done.status)}: ${counts.applications} applications and ${counts.servicePrincipals} service principals in ${duration}.`,
  );
  writeLine(
    screen.out,
    `Findings: ${findings.new} new, ${findings.open} open, ${findings.resolved} resolved, ${findings.suppressed} suppressed.`,
  );
  if (done.continued)
    writeLine(screen.out, `The scan continued ${quantity(done.continued, 'time')} after it had to stop.`);
  for (const { ruleId, reason } of done.notExamined) {
    writeLine(screen.out, `${paint(screen, 'yellow', 'not examined')} ${ruleId}: ${safeLines(reason)}`);
  }
  for (const { object, property } of done.undetermined) {
    writeLine(screen.out, `${paint(screen, 'yellow', 'undetermined')} ${safeLines(`${object}: ${property}`)}`);
  }
  for (const note of done.notes) writeLine(screen.out, `${paint(screen, 'yellow', 'note')} ${safeLines(note)}`);
  for (const { code, message } of done.errors) writeLine(screen.log, `${code}: ${safeLines(message)}`);
}
