import { latestFinished } from '../../jobs/scan/newest-scans.js';
import { type ViewStatus, viewStatus, viewStatuses } from '../../model/finding/finding.js';
import type { FindingSummary } from '../../model/finding/finding-summary.js';
import { problemOf } from '../../model/rule/rule-problem.js';
import { severities } from '../../model/rule/violation.js';
import { type FindingView, findingView } from '../../reports/finding-view.js';
import { formats } from '../../reports/report.js';
import { rules } from '../../rules/index.js';
import type { Runtime } from '../../runtime.js';
import { fixedTable } from '../fixed-table.js';
import { cell, jsonText, paint, paintSeverity, type Screen, table, writeLine } from '../screen.js';
import { mostSevereFirst, sortFindings } from '../sort-findings.js';
import { writeToStream } from '../write-text.js';
import { loadReportFacts, logDamaged } from './report.js';

export const findingFormats = ['table', 'json', 'csv', 'sarif'] as const;
export interface FindingsOptions {
  status?: ViewStatus;
  rule?: string;
  format: (typeof findingFormats)[number];
}

/** The width of a display name in the table. */
const nameWidth = 36;

/** A table with more rows has fixed widths: the time to fit columns to their content grows with the rows. */
const fittedRows = 500;

/**
 * Shows the stored findings, the most severe first. The table contains resolved findings only with `--status resolved`;
 * the other formats contain all.
 */
type RecordReader = Pick<Runtime, 'records' | 'tenantId'>;

export async function findings(runtime: RecordReader, screen: Screen, options: FindingsOptions): Promise<number> {
  if (options.format === 'table') {
    await showTable(runtime, screen, options);
    return 0;
  }
  const sorted = sortFindings(readFindings(runtime, screen, options));
  const text =
    options.format === 'json'
      ? jsonArray(sorted)
      : formats[options.format].report(sorted, (await loadReportFacts(runtime)).facts);
  await writeToStream(screen.out, text);
  return 0;
}

async function* readFindings(
  runtime: RecordReader,
  screen: Screen,
  { status, rule }: FindingsOptions,
): AsyncGenerator<FindingView> {
  const { findings, scans, cloud } = runtime.records();
  const tenantId = await runtime.tenantId();
  const since = (await latestFinished(scans, tenantId))?.since;
  const filter = { ...(rule && { ruleId: rule }), onDamaged: logDamaged(screen) };
  for await (const { value } of findings.findings(tenantId, filter)) {
    const shown = findingView(value, since, cloud, rules);
    if (!status || shown.status === status) yield shown;
  }
}

/** The same text as `writeJson` of all findings, one finding at a time. */
async function* jsonArray(findings: AsyncIterable<FindingView>): AsyncGenerator<string> {
  let separator = '[\n  ';
  for await (const finding of findings) {
    yield separator + jsonText(finding).replaceAll('\n', '\n  ');
    separator = ',\n  ';
  }
  yield separator.startsWith('[') ? '[]\n' : '\n]\n';
}

type ShownFinding = FindingSummary & { readonly shownStatus: ViewStatus };

async function showTable(runtime: RecordReader, screen: Screen, { status, rule }: FindingsOptions): Promise<void> {
  const { findings, scans } = runtime.records();
  const tenantId = await runtime.tenantId();
  const since = (await latestFinished(scans, tenantId))?.since;
  const summaries = await findings.summaries(tenantId, logDamaged(screen));
  const all = summaries
    .filter(({ ruleId }) => !rule || ruleId === rule)
    .map((summary): ShownFinding => ({ ...summary, shownStatus: viewStatus(summary, since) }))
    .filter(({ shownStatus }) => !status || shownStatus === status)
    .sort(mostSevereFirst);
  const shown = status ? all : all.filter((finding) => finding.status !== 'resolved');
  if (shown.length > 0) await writeToStream(screen.out, tableText(shown, screen));
  else writeLine(screen.out, 'No findings.');
  const hidden = all.length - shown.length;
  if (hidden > 0) writeLine(screen.out, `${hidden} resolved findings are hidden. Show them with --status resolved.`);
}

async function* tableText(shown: readonly ShownFinding[], screen: Screen): AsyncGenerator<string> {
  const heads = ['id', 'severity', 'status', 'problem', 'object', 'first seen'];
  if (shown.length <= fittedRows) {
    yield `${table(
      screen,
      heads,
      shown.map((finding) => rowOf(finding, screen)),
    )}\n`;
    return;
  }
  const longest = (texts: readonly string[]) => texts.reduce((most, text) => Math.max(most, text.length), 0);
  const problems = [...new Set(shown.map(({ ruleId }) => problemOf(rules, ruleId)))];
  const widths = [16, longest(severities), longest(viewStatuses), longest(problems), nameWidth, 10];
  const columns = heads.map((head, i) => ({ head, width: widths[i] ?? 0 }));
  for (const line of fixedTable(screen, columns, rowsOf(shown, screen))) yield `${line}\n`;
}

function* rowsOf(shown: readonly ShownFinding[], screen: Screen): Generator<string[]> {
  for (const finding of shown) yield rowOf(finding, screen);
}

function rowOf({ id, severity, shownStatus, ruleId, displayName, appearedAt }: ShownFinding, screen: Screen): string[] {
  return [
    id,
    paintSeverity(screen, severity),
    shownStatus === 'new' ? paint(screen, 'bold', shownStatus) : shownStatus,
    problemOf(rules, ruleId),
    cell(displayName, nameWidth),
    appearedAt.slice(0, 10),
  ];
}
