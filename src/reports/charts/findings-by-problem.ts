import { type Severity, severities } from '../../model/rule/violation.js';
import { capitalize, formatNumber, quantity } from '../../model/text/format.js';
import { barShapes } from './bar-chart.js';
import { type Chart, stackedSeverities } from './chart.js';

/** The open findings of one problem. */
export interface ProblemCount {
  readonly problem: string;
  readonly severity: Severity;
  readonly count: number;
}

/** So many bars fit beside the other charts; the table has every problem. */
const maxBars = 8;

/** Open findings by problem, the most frequent first. @returns undefined without an open finding */
export function findingsByProblem(problems: readonly ProblemCount[]): Chart | undefined {
  const sorted = problems
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || severities.indexOf(b.severity) - severities.indexOf(a.severity));
  const [first] = sorted;
  if (!first) return undefined;
  const shown = sorted.slice(0, maxBars);
  const more = sorted.length > shown.length ? `, the ${shown.length} most frequent` : '';
  const used = new Set(shown.map(({ severity }) => severity));
  return {
    title: `Open findings by problem${more}`,
    summary: `${quantity(sorted.length, 'problem')} with open findings. The most frequent: ${first.problem}, ${formatNumber(first.count)}.`,
    legend: stackedSeverities.filter((severity) => used.has(severity)),
    ...barShapes(shown.map(({ problem, severity, count }) => ({ label: problem, severity, count }))),
    columns: ['Problem', 'Severity', 'Open'],
    rows: sorted.map(({ problem, severity, count }) => [problem, capitalize(severity), count]),
  };
}
