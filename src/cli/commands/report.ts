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

/** One line on the log for so many findings shows that a big report is under way. */
const findingsPerLine = 10_000;

/** Writes a report of the tenant: everything that is stored, the resolved included. */
export async function report(
  runtime: Pick<Runtime, 'records' | 'tenantId'>,
  screen: Screen,
  { format, out }: ReportOptions,
  signal: AbortSignal,
): Promise<number> {
  const { facts, since } = await loadReportFacts(runtime);
  const told = { findings: 0 };
  const text = formats[format].report(views(runtime.records(), facts.tenantId, since, screen, told), facts);
  if (out === '-') await writeToStream(screen.out, text, signal);
  else await writeToFile(out, text, signal);
  tellEnd(screen, facts, `${told.findings.toLocaleString('en')} findings written${out === '-' ? '' : ` to ${out}`}.`);
  return 0;
}

/** The facts of a report on the tenant at work. */
export async function loadReportFacts(
  runtime: Pick<Runtime, 'records' | 'tenantId'>,
): Promise<{ facts: ReportFacts; since: string | undefined }> {
  const { clock, scans, cloud } = runtime.records();
  const tenantId = await runtime.tenantId();
  const given = { tenantId, generatedAt: clock.now(), version, rules, cloud };
  return reportFacts(given, scans.scans(tenantId));
}

async function* views(
  { findings, cloud }: Records,
  tenantId: string,
  since: string | undefined,
  screen: Screen,
  told: { findings: number },
): AsyncGenerator<FindingView> {
  for await (const { value } of findings.findings(tenantId)) {
    told.findings += 1;
    if (told.findings % findingsPerLine === 0)
      writeLine(screen.log, `${told.findings.toLocaleString('en')} findings read`);
    yield findingView(value, since, cloud);
  }
}

/** What was written, and why it may be less than the truth. */
function tellEnd(screen: Screen, { scan, failedScan }: ReportFacts, written: string): void {
  writeLine(screen.log, written);
  if (failedScan) writeLine(screen.log, `The scan of ${failedScan.startedAt} failed; the report says so.`);
  if (!scan) writeLine(screen.log, 'No scan has finished yet: the report says nothing about the tenant.');
  if (scan?.status === 'incomplete')
    writeLine(screen.log, 'The latest scan was incomplete; the report lists what was not examined.');
}
