import { type Chart, figure } from './charts/chart.js';
import { findingsByProblem } from './charts/findings-by-problem.js';
import { openOverTime, resolvedOverTime } from './charts/findings-over-time.js';
import type { TrendPoint } from './facts.js';
import { html, type Markup } from './markup.js';
import type { ProblemTotal } from './problem-totals.js';

/** The charts of the summary, each with a table of its numbers: the same as on the review page. */
export function chartsSection(
  trend: readonly TrendPoint[] | undefined = [],
  problems: readonly ProblemTotal[],
): Markup | false {
  // Scans of earlier versions have no counts by severity.
  const counts = trend.flatMap(({ startedAt, bySeverity }) => (bySeverity ? [{ at: startedAt, ...bySeverity }] : []));
  const charts = [
    openOverTime(counts),
    resolvedOverTime(counts),
    findingsByProblem(problems.map(({ problem, severity, findings }) => ({ problem, severity, count: findings }))),
  ].filter((chart): chart is Chart => chart !== undefined);
  return charts.length > 0 && html`<div class="charts">${charts.map(figure)}</div>`;
}
