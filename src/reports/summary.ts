import { type ViewStatus, viewStatuses } from '../model/finding/finding.js';
import { type Severity, severities } from '../model/rule/violation.js';
import type { FindingView } from './finding-view.js';

/** The numbers of findings by severity, rule and status. */
export interface Summary {
  total: number;
  bySeverity: Record<Severity, Record<ViewStatus, number>>;
  /** Contains only rules with findings. */
  byRule: Record<string, Record<ViewStatus, number>>;
}

/** The severities in the order of a report. */
export const severitiesDescending: readonly Severity[] = [...severities].reverse();

export function emptySummary(): Summary {
  const bySeverity = Object.fromEntries(severitiesDescending.map((severity) => [severity, zeroCounts()]));
  return { total: 0, bySeverity: bySeverity as Summary['bySeverity'], byRule: {} };
}

/** Adds one finding to the counts. */
export function count(summary: Summary, { severity, status, ruleId }: FindingView): void {
  summary.total += 1;
  summary.bySeverity[severity][status] += 1;
  summary.byRule[ruleId] ??= zeroCounts();
  summary.byRule[ruleId][status] += 1;
}

/** Counts findings while the caller reads them. */
export async function* countEach(summary: Summary, findings: AsyncIterable<FindingView>): AsyncGenerator<FindingView> {
  for await (const finding of findings) {
    count(summary, finding);
    yield finding;
  }
}

/** The number of findings that are not resolved, the suppressed included. */
export function unresolvedCount(counts: Readonly<Record<ViewStatus, number>>): number {
  return counts.new + counts.open + counts.suppressed;
}

function zeroCounts(): Record<ViewStatus, number> {
  return Object.fromEntries(viewStatuses.map((status) => [status, 0])) as Record<ViewStatus, number>;
}
