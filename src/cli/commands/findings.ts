import { latestFinished } from '../../jobs/scan/newest-scans.js';
import type { ViewStatus } from '../../model/finding/finding.js';
import { severities } from '../../model/rule/violation.js';
import { type FindingView, findingView } from '../../reports/finding-view.js';
import { formats } from '../../reports/report.js';
import type { Runtime } from '../../runtime.js';
import { cell, paint, paintSeverity, type Screen, table, writeJson, writeLine } from '../screen.js';
import { writeToStream } from '../write-text.js';
import { loadReportFacts } from './report.js';

export const findingFormats = ['table', 'json', 'csv', 'sarif'] as const;
export interface FindingsOptions {
  status?: ViewStatus;
  rule?: string;
  format: (typeof findingFormats)[number];
}

/**
 * Shows the stored findings, the most severe first. The table contains resolved findings only with `--status resolved`;
 * the other formats contain all.
 */
type Reading = Pick<Runtime, 'records' | 'tenantId'>;

export async function findings(runtime: Reading, screen: Screen, options: FindingsOptions): Promise<number> {
  const all = await readFindings(runtime, options);
  if (options.format === 'json') writeJson(screen.out, all);
  else if (options.format === 'table') showTable(all, screen, options);
  else
    await writeToStream(
      screen.out,
      formats[options.format].report(streamOf(all), (await loadReportFacts(runtime)).facts),
    );
  return 0;
}

async function* streamOf(findings: readonly FindingView[]): AsyncGenerator<FindingView> {
  yield* findings;
}

async function readFindings(runtime: Reading, { status, rule }: FindingsOptions): Promise<FindingView[]> {
  const { findings, scans, cloud } = runtime.records();
  const tenantId = await runtime.tenantId();
  const since = (await latestFinished(scans, tenantId))?.since;
  const read: FindingView[] = [];
  for await (const { value } of findings.findings(tenantId, rule ? { ruleId: rule } : {})) {
    const shown = findingView(value, since, cloud);
    if (!status || shown.status === status) read.push(shown);
  }
  return read.sort(mostSevereFirst);
}

function mostSevereFirst(a: FindingView, b: FindingView): number {
  return (
    severities.indexOf(b.severity) - severities.indexOf(a.severity) ||
    b.appearedAt.localeCompare(a.appearedAt) ||
    a.displayName.localeCompare(b.displayName) ||
    a.id.localeCompare(b.id)
  );
}

function showTable(all: readonly FindingView[], screen: Screen, { status }: FindingsOptions): void {
  const shown = status ? all : all.filter((finding) => finding.status !== 'resolved');
  const rows = shown.map((finding) => [
    finding.id,
    paintSeverity(screen, finding.severity),
    finding.status === 'new' ? paint(screen, 'bold', finding.status) : finding.status,
    finding.ruleId,
    cell(finding.displayName, 36),
    finding.appearedAt.slice(0, 10),
  ]);
  if (rows.length > 0) writeLine(screen.out, table(screen, ['id', 'severity', 'status', 'rule', 'on', 'since'], rows));
  else writeLine(screen.out, 'No findings.');
  const hidden = all.length - shown.length;
  if (hidden > 0) writeLine(screen.out, `${hidden} resolved, shown by --status resolved.`);
}
