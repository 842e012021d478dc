import { scanTenant } from '../../jobs/scan/scan-tenant.js';
import { codeOf, explain } from '../../model/errors.js';
import type { Scan } from '../../model/scan/scan.js';
import { safeLines } from '../../model/text/safe-text.js';
import type { Runtime } from '../../runtime.js';
import { progressDisplay } from '../progress.js';
import { paint, type Screen, writeJson, writeLine } from '../screen.js';
import { processAlertsNow } from './scan-alert.js';
import { requireChannels } from './test-alert.js';

/**
 * Scans the tenant; with `alert` it sends the alerts too, also after a failed scan.
 * @returns the exit code: 0 complete; 1 incomplete or failed, or an alert was not delivered
 */
export async function scan(
  runtime: Runtime,
  screen: Screen,
  { alert, ...options }: { json?: boolean; alert?: boolean },
  signal: AbortSignal,
): Promise<number> {
  if (!alert) return scanOnce(runtime, screen, options, signal);
  requireChannels(runtime.channels);
  let exitCode: number;
  try {
    exitCode = await scanOnce(runtime, screen, options, signal);
  } catch (error) {
    if (!signal.aborted) await processAlertsNow(runtime, screen, signal).catch(() => {});
    throw error;
  }
  return Math.max(exitCode, await processAlertsNow(runtime, screen, signal));
}

async function scanOnce(
  runtime: Runtime,
  screen: Screen,
  options: { json?: boolean },
  signal: AbortSignal,
): Promise<number> {
  const progress = progressDisplay(screen);
  let done: Scan;
  try {
    done = await scanTenant(runtime, { requestedBy: 'cli', signal, onProgress: progress.update });
  } catch (error) {
    progress.stop();
    if (!options.json) throw error;
    writeJson(screen.out, failedScan(error));
    writeLine(screen.log, safeLines(explain(error)));
    return 1;
  }
  progress.stop();
  if (options.json) writeJson(screen.out, scanView(done));
  else showSummary(done, screen);
  return done.status === 'complete' ? 0 : 1;
}

/** The JSON output. Scripts rely on its member names. */
function scanView(done: Scan) {
  const { id, tenantName: _tenantName, since: _since, alerts: _alerts, givenUp: _givenUp, notes, ...scan } = done;
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

function showSummary(done: Scan, screen: Screen): void {
  const { counts, findings } = done;
  const style = done.status === 'complete' ? 'green' : 'yellow';
  const seconds = (Date.parse(done.finishedAt ?? done.startedAt) - Date.parse(done.startedAt)) / 1000;
  writeLine(
    screen.out,
    `Scan ${paint(screen, style, done.status)}: ${counts.applications} applications and ${counts.servicePrincipals} service principals in ${seconds.toFixed(1)} s.`,
  );
  writeLine(
    screen.out,
    `Findings: ${findings.new} new, ${findings.open} open, ${findings.resolved} resolved, ${findings.suppressed} suppressed.`,
  );
  for (const { ruleId, reason } of done.notExamined) {
    writeLine(screen.out, `${paint(screen, 'yellow', 'not examined')} ${ruleId}: ${safeLines(reason)}`);
  }
  for (const { object, property } of done.undetermined) {
    writeLine(screen.out, `${paint(screen, 'yellow', 'undetermined')} ${safeLines(`${object}: ${property}`)}`);
  }
  for (const note of done.notes) writeLine(screen.out, `${paint(screen, 'yellow', 'note')} ${safeLines(note)}`);
  for (const { code, message } of done.errors) writeLine(screen.log, `${code}: ${safeLines(message)}`);
}
