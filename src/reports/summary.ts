import { type ViewStatus, viewStatuses } from '../model/finding/finding.js';
import { type Severity, severities } from '../model/rule/violation.js';
import type { FindingView } from './finding-view.js';

/** How many findings there are of each kind. */
export interface Summary {
  total: number;
  bySeverity: Record<Severity, Record<ViewStatus, number>>;
  /** Of each rule that found anything. */
  byRule: Record<string, Record<ViewStatus, number>>;
}

/** The severities in the order of a report. */
export const severitiesDescending: readonly Severity[] = [...severities].reverse();

export function emptySummary(): Summary {
  const bySeverity = Object.fromEntries(severitiesDescending.map((severity) => [severity, noneOfEach()]));
  return { total: 0, bySeverity: bySeverity as Summary['bySeverity'], byRule: {} };
}

/** Counts one finding more. */
export function count(summary: Summary, { severity, status, ruleId }: FindingView): void {
  summary.total += 1;
  summary.bySeverity[severity][status] += 1;
  summary.byRule[ruleId] ??= noneOfEach();
  summary.byRule[ruleId][status] += 1;
}

/** Passes findings on and counts them. */
export async function* counted(summary: Summary, findings: AsyncIterable<FindingView>): AsyncGenerator<FindingView> {
  for await (const finding of findings) {
    count(summary, finding);
    yield finding;
  }
}

/** Findings that a scan still meets, a person's word that they may stand or not. */
export function standing(counts: Readonly<Record<ViewStatus, number>>): number {
  return counts.new + counts.open + counts.suppressed;
}

function noneOfEach(): Record<ViewStatus, number> {
  return Object.fromEntries(viewStatuses.map((status) => [status, 0])) as Record<ViewStatus, number>;
}
