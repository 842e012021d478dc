import type { OnDamaged } from '../../jobs/ports/index.js';
import { formatNumber } from '../../model/text/format.js';
import { safeLines } from '../../model/text/safe-text.js';
import { type ReportFacts, reportFacts } from '../../reports/facts.js';
import { type FindingView, findingView } from '../../reports/finding-view.js';
import { formats, type ReportFormat } from '../../reports/report.js';
import { rules } from '../../rules/index.js';
import type { Records, Runtime } from '../../runtime.js';
import { version } from '../../version.js';
import { type Screen, writeLine } from '../screen.js';
import { writeToFile, writeToStream } from '../write-text.js';

export interface ReportOptions {
  format: ReportFormat;
  /** A path, or `-` for stdout. */
  out: string;
}

/** The log has a line for so many findings, as the progress of a large report. */
const findingsPerLine = 10_000;

/** Writes a report of the tenant with all stored findings, the resolved included. */
export async function report(
  runtime: Pick<Runtime, 'records' | 'tenantId'>,
  screen: Screen,
  { format, out }: ReportOptions,
  signal: AbortSignal,
): Promise<number> {
  const { facts, since } = await loadReportFacts(runtime);
  const progress = { findings: 0 };
  const views = findingViews(runtime.records(), facts.tenantId, since, screen, progress);
  const text = formats[format].report(views, facts);
  if (out === '-') await writeToStream(screen.out, text, signal);
  else await writeToFile(out, text, signal);
  logResult(screen, facts, `${formatNumber(progress.findings)} findings written${out === '-' ? '' : ` to ${out}`}.`);
  return 0;
}

/** The facts of a report on the tenant of the runtime. */
export async function loadReportFacts(
  runtime: Pick<Runtime, 'records' | 'tenantId'>,
): Promise<{ facts: ReportFacts; since: string | undefined }> {
  const { clock, scans, cloud } = runtime.records();
  const tenantId = await runtime.tenantId();
  const input = { tenantId, generatedAt: clock.now(), version, rules, cloud };
  return reportFacts(input, scans.scans(tenantId));
}

async function* findingViews(
  { findings, cloud }: Records,
  tenantId: string,
  since: string | undefined,
  screen: Screen,
  progress: { findings: number },
): AsyncGenerator<FindingView> {
  for await (const { value } of findings.findings(tenantId, { onDamaged: logDamaged(screen) })) {
    progress.findings += 1;
    if (progress.findings % findingsPerLine === 0)
      writeLine(screen.log, `${formatNumber(progress.findings)} findings read`);
    yield findingView(value, since, cloud, rules);
  }
}

/** Logs each finding that cannot be shown. */
export function logDamaged(screen: Screen): OnDamaged {
  return ({ message }) => writeLine(screen.log, `The output lacks a finding. ${safeLines(message)}`);
}

/** Logs what was written, and why the report can be incomplete. */
function logResult(screen: Screen, { scan, failedScan }: ReportFacts, written: string): void {
  writeLine(screen.log, written);
  if (failedScan) writeLine(screen.log, `The scan of ${failedScan.startedAt} failed. The report shows this.`);
  if (!scan) writeLine(screen.log, 'No scan is finished. The report has no result for the tenant.');
  if (scan?.status === 'incomplete')
    writeLine(screen.log, 'The latest scan is incomplete. The report lists the rules that it did not examine.');
}
