import { scanTenant } from '../../jobs/scan/scan-tenant.js';
import { codeOf, explain } from '../../model/errors.js';
import type { Scan } from '../../model/scan/scan.js';
import type { Runtime } from '../../runtime.js';
import { harmlessLines } from '../harmless.js';
import { progressDisplay } from '../progress.js';
import { paint, type Screen, writeJson, writeLine } from '../screen.js';
import { alertNow } from './alert-now.js';
import { requireChannels } from './test-alert.js';

/**
 * One scan now; with `alert`, people are told of it at once, also where it failed.
 * @returns the exit code: 0 complete, 1 incomplete or failed, or an alert was not delivered
 */
export async function scan(
  runtime: Pick<Runtime, 'scanContext' | 'alerts'>,
  screen: Screen,
  { alert, ...options }: { json?: boolean; alert?: boolean },
  signal: AbortSignal,
): Promise<number> {
  if (!alert) return scanOnce(runtime, screen, options, signal);
  requireChannels(runtime.alerts().channels);
  let exitCode: number;
  try {
    exitCode = await scanOnce(runtime, screen, options, signal);
  } catch (error) {
    if (!signal.aborted) await alertNow(runtime, screen, signal).catch(() => {});
    throw error;
  }
  return Math.max(exitCode, await alertNow(runtime, screen, signal));
}

async function scanOnce(
  runtime: Pick<Runtime, 'scanContext'>,
  screen: Screen,
  options: { json?: boolean },
  signal: AbortSignal,
): Promise<number> {
  const progress = progressDisplay(screen);
  let done: Scan;
  try {
    done = await scanTenant(runtime.scanContext(), { requestedBy: 'cli', signal, onProgress: progress.update });
  } catch (error) {
    progress.stop();
    if (!options.json) throw error;
    writeJson(screen.out, failedScan(error));
    writeLine(screen.log, harmlessLines(explain(error)));
    return 1;
  }
  progress.stop();
  if (options.json) writeJson(screen.out, scanView(done));
  else summarise(done, screen);
  return done.status === 'complete' ? 0 : 1;
}

/** A scan as scripts read it; the member names are the contract. */
function scanView({ id, tenantName: _tenantName, since: _since, alerts: _alerts, givenUp: _givenUp, ...scan }: Scan) {
  return { scanId: id, ...scan };
}

/** What scripts read where no scan could begin or end. */
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
  };
}

function summarise(done: Scan, screen: Screen): void {
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
    writeLine(screen.out, `${paint(screen, 'yellow', 'not examined')} ${ruleId}: ${harmlessLines(reason)}`);
  }
  for (const { code, message } of done.errors) writeLine(screen.log, `${code}: ${harmlessLines(message)}`);
}
