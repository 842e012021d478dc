import { runSentinel } from '../../jobs/sentinel/run-sentinel.js';
import { ConsentinelError, codeOf, explain } from '../../model/errors.js';
import type { Scan } from '../../model/scan/scan.js';
import { quantity } from '../../model/text/format.js';
import { safeLines } from '../../model/text/safe-text.js';
import type { Runtime } from '../../runtime.js';
import { paint, type Screen, writeJson, writeLine } from '../screen.js';
import { type AlertsNow, alertView, exitCodeOf, processAlertsNow } from './scan-alert.js';
import { requireChannels } from './test-alert.js';

/**
 * Runs the sentinel once; with `alert` it sends the alerts too.
 * @returns the exit code: 0 complete, whatever was found; 1 incomplete, failed, or skipped because a scan runs, or a
 * channel has not received an alert
 */
export async function sentinel(
  runtime: Pick<Runtime, 'scanContext' | 'alerts' | 'tenantId'>,
  screen: Screen,
  { alert, json }: { json?: boolean; alert?: boolean },
  signal: AbortSignal,
): Promise<number> {
  if (alert) requireChannels(runtime.alerts().channels);
  const run = await runOnce(runtime, screen, json === true, signal);
  let alerts: AlertsNow | undefined;
  try {
    if (alert && !signal.aborted) alerts = await processAlertsNow(runtime, screen, signal);
  } finally {
    if (json) writeJson(screen.out, alerts ? { ...run.view, alert: alertView(alerts) } : run.view);
  }
  return Math.max(run.exitCode, alerts ? exitCodeOf(alerts) : 0);
}

async function runOnce(
  runtime: Pick<Runtime, 'scanContext'>,
  screen: Screen,
  json: boolean,
  signal: AbortSignal,
): Promise<{ exitCode: number; view: object }> {
  const onAlertOwed = (error: unknown) =>
    writeLine(screen.log, safeLines(`The request of the alert failed. The next run requests it. ${explain(error)}`));
  try {
    const run = await runSentinel(runtime.scanContext(), { requestedBy: 'cli', signal, onAlertOwed });
    if (!json) showRun(run, screen);
    return { exitCode: run.status === 'complete' ? 0 : 1, view: runView(run) };
  } catch (error) {
    const isSkipped = codeOf(error) === 'scan-in-progress';
    const reason = isSkipped ? skipped(error) : error;
    if (!json) throw reason;
    writeLine(screen.log, safeLines(explain(reason)));
    return { exitCode: 1, view: endedWith(reason, isSkipped ? 'skipped' : 'failed') };
  }
}

function skipped(cause: unknown): ConsentinelError {
  return new ConsentinelError(
    'scan-in-progress',
    `The sentinel skips this run. ${cause instanceof Error ? cause.message : ''}`.trim(),
    'The scan examines more than the sentinel. Run the sentinel again when it has ended.',
    { cause },
  );
}

/** The JSON output. Scripts rely on its member names. */
function runView({ id, tenantId, status, startedAt, finishedAt, counts, findings, ...run }: Scan) {
  const { writes, requests, notExamined, errors, undetermined, notes, sentinel: read } = run;
  const { hasNews: _hasNews, ...readFacts } = read ?? { apps: 0, hasNews: false };
  return {
    scanId: id,
    tenantId,
    status,
    startedAt,
    finishedAt,
    counts,
    findings,
    writes,
    requests,
    read: readFacts,
    notExamined,
    errors,
    undetermined,
    ...(notes.length > 0 && { notes }),
  };
}

/** The JSON output where the run could not start or end. */
function endedWith(error: unknown, status: 'skipped' | 'failed') {
  return {
    scanId: null,
    tenantId: null,
    status,
    counts: { applications: 0, servicePrincipals: 0 },
    findings: { new: 0, open: 0, resolved: 0, suppressed: 0 },
    writes: 0,
    notExamined: [],
    errors: [{ code: codeOf(error), message: explain(error) }],
    undetermined: [],
  };
}

function showRun(run: Scan, screen: Screen): void {
  const { findings, requests, sentinel: read } = run;
  const style = run.status === 'complete' ? 'green' : 'yellow';
  writeLine(
    screen.out,
    `Sentinel ${paint(screen, style, run.status)}: ${readText(read)}, ${quantity(requests, 'request')}.`,
  );
  writeLine(
    screen.out,
    `Findings seen: ${findings.new} new, ${findings.open} open, ${findings.suppressed} suppressed. The sentinel resolves none.`,
  );
  const line = (word: string, text: string) =>
    writeLine(screen.out, `${paint(screen, 'yellow', word)} ${safeLines(text)}`);
  for (const { ruleId, reason } of run.notExamined) line('not examined', `${ruleId}: ${reason}`);
  for (const { object, property } of run.undetermined) line('undetermined', `${object}: ${property}`);
  for (const note of run.notes) line('note', note);
  for (const { code, message } of run.errors) writeLine(screen.log, `${code}: ${safeLines(message)}`);
}

function readText(read: Scan['sentinel']): string {
  const { listed, audit, apps = 0 } = read ?? {};
  return [
    ...(listed
      ? [quantity(listed.applications + listed.servicePrincipals, 'object with keys', 'objects with keys')]
      : []),
    ...(audit ? [quantity(audit.entries, 'audit entry', 'audit entries')] : []),
    `${quantity(apps, 'app')} examined`,
  ].join(', ');
}
