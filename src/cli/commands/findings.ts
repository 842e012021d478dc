import { latestFinished } from '../../jobs/scan/newest-scans.js';
import { type ViewStatus, viewStatus, viewStatuses } from '../../model/finding/finding.js';
import type { FindingSummary } from '../../model/finding/finding-summary.js';
import { problemOf } from '../../model/rule/rule-problem.js';
import { severities } from '../../model/rule/violation.js';
import { quantity } from '../../model/text/format.js';
import { type FindingView, findingView } from '../../reports/finding-view.js';
import { formats } from '../../reports/report.js';
import { rules } from '../../rules/index.js';
import type { Runtime } from '../../runtime.js';
import { comparison, type FindingSelection, isSelected } from '../finding-selection.js';
import { fixedTable, gap } from '../fixed-table.js';
import { cell, jsonText, paint, paintSeverity, type Screen, writeLine } from '../screen.js';
import { sortFindings } from '../sort-findings.js';
import { writeToStream } from '../write-text.js';
import { loadReportFacts, logDamaged } from './report.js';

export const findingFormats = ['table', 'json', 'csv', 'sarif'] as const;
export interface FindingsOptions extends FindingSelection {
  status?: ViewStatus;
  rule?: string;
  format: (typeof findingFormats)[number];
}

/**
 * Shows the stored findings, the most severe first. The table contains resolved findings only with `--status resolved`;
 * the other formats contain all.
 */
type RecordReader = Pick<Runtime, 'records' | 'tenantId'>;

export async function findings(runtime: RecordReader, screen: Screen, options: FindingsOptions): Promise<number> {
  if (!(await latestFinished(runtime.records().scans, await runtime.tenantId())))
    writeLine(
      screen.log,
      'No scan of this tenant has finished, so its findings are not known. Run `consentinel scan`.',
    );
  if (options.format === 'table') {
    await showTable(runtime, screen, options);
    return 0;
  }
  const sorted = firstOf(sortFindings(readFindings(runtime, screen, options), comparison(options.sort)), options.top);
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
  options: FindingsOptions,
): AsyncGenerator<FindingView> {
  const { status, rule } = options;
  const { findings, scans, cloud } = runtime.records();
  const tenantId = await runtime.tenantId();
  const since = (await latestFinished(scans, tenantId))?.since;
  const filter = { ...(rule && { ruleId: rule }), onDamaged: logDamaged(screen) };
  for await (const { value } of findings.findings(tenantId, filter)) {
    const shown = findingView(value, since, cloud, rules);
    if ((!status || shown.status === status) && isSelected(shown, options)) yield shown;
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

async function showTable(runtime: RecordReader, screen: Screen, options: FindingsOptions): Promise<void> {
  const { status, rule, top = Number.POSITIVE_INFINITY } = options;
  const { findings, scans } = runtime.records();
  const tenantId = await runtime.tenantId();
  const since = (await latestFinished(scans, tenantId))?.since;
  const summaries = await findings.summaries(tenantId, logDamaged(screen));
  const all = summaries
    .filter((finding) => (!rule || finding.ruleId === rule) && isSelected(finding, options))
    .map((summary): ShownFinding => ({ ...summary, shownStatus: viewStatus(summary, since) }))
    .filter(({ shownStatus }) => !status || shownStatus === status)
    .sort(comparison(options.sort));
  const selected = status ? all : all.filter((finding) => finding.status !== 'resolved');
  const shown = selected.slice(0, top);
  if (shown.length > 0) await writeToStream(screen.out, tableText(shown, screen));
  else writeLine(screen.out, isFiltered(options) ? 'No finding matches the options.' : 'No findings.');
  const more = selected.length - shown.length;
  if (more > 0) writeLine(screen.out, `${quantity(more, 'more finding')}. Show ${pronoun(more)} without --top.`);
  const hidden = all.length - selected.length;
  if (hidden > 0) {
    const are = hidden === 1 ? 'is' : 'are';
    writeLine(
      screen.out,
      `${quantity(hidden, 'resolved finding')} ${are} hidden. Show ${pronoun(hidden)} with --status resolved.`,
    );
  }
}

/** Whether the options leave out findings. */
function isFiltered({ status, rule, severity, search }: FindingsOptions): boolean {
  return [status, rule, severity, search].some((value) => value !== undefined);
}

const pronoun = (count: number) => (count === 1 ? 'it' : 'them');

/** Widths in characters. The columns of a terminal with 80 columns are the narrowest. */
const idWidth = 8;
const widestProblem = 60;
const widestObject = 48;

async function* tableText(shown: readonly ShownFinding[], screen: Screen): AsyncGenerator<string> {
  const columns = columnsFor(shown, screen);
  for (const line of fixedTable(
    screen,
    columns,
    rowsOf(
      shown,
      screen,
      columns.map(({ width }) => width),
    ),
  ))
    yield `${line}\n`;
}

/** The widths follow from the content, and fit the terminal. A pipe gets 120 columns. */
function columnsFor(shown: readonly ShownFinding[], screen: Screen) {
  const longest = (texts: Iterable<string>, most: number) => {
    let width = 0;
    for (const text of texts) width = Math.max(width, text.length);
    return Math.min(width, most);
  };
  const problems = new Set(shown.map(({ ruleId }) => problemOf(rules, ruleId)));
  const names = shown.map(({ displayName }) => displayName);
  const fixed = [idWidth, longest(severities, 8), longest(viewStatuses, 10)];
  const available =
    (screen.out.columns ?? 120) - fixed.reduce((sum, width) => sum + width + gap.length, 1) - gap.length;
  const problem = Math.min(longest(problems, widestProblem), Math.max(Math.floor(available * 0.55), 20));
  const object = Math.max(Math.min(longest(names, widestObject), available - problem), 12);
  return ['id', 'severity', 'status', 'problem', 'object'].map((head, i) => ({
    head,
    width: [...fixed, problem, object][i] ?? 0,
  }));
}

function* rowsOf(
  shown: readonly ShownFinding[],
  screen: Screen,
  [, , , problem = 0, object = 0]: readonly number[],
): Generator<string[]> {
  const short = shortIds(shown);
  for (const { id, severity, shownStatus, ruleId, displayName } of shown)
    yield [
      short(id),
      paintSeverity(screen, severity),
      shownStatus === 'new' ? paint(screen, 'bold', shownStatus) : shownStatus,
      cell(problemOf(rules, ruleId), problem),
      cell(displayName, object),
    ];
}

/** The first digits of an id, if no other finding of the list has the same. */
function shortIds(shown: readonly ShownFinding[]): (id: string) => string {
  const seen = new Set<string>();
  const ambiguous = new Set<string>();
  for (const { id } of shown) (seen.has(id.slice(0, idWidth)) ? ambiguous : seen).add(id.slice(0, idWidth));
  return (id) => (ambiguous.has(id.slice(0, idWidth)) ? id : id.slice(0, idWidth));
}

async function* firstOf<T>(items: AsyncIterable<T>, most = Number.POSITIVE_INFINITY): AsyncGenerator<T> {
  let count = 0;
  for await (const item of items) {
    if (++count > most) return;
    yield item;
  }
}
