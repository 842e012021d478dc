import type { Scan } from '../../model/scan/scan.js';
import { isFinished } from '../../model/scan/scan-status.js';
import { type Chart, figure } from '../../reports/charts/chart.js';
import { failingSignIns } from '../../reports/charts/failing-sign-ins.js';
import { findingsByProblem } from '../../reports/charts/findings-by-problem.js';
import { openOverTime, resolvedOverTime, type ScanCounts } from '../../reports/charts/findings-over-time.js';
import { timeToFix } from '../../reports/charts/time-to-fix.js';
import { type ListedFinding, type ListFacts, shownProblem } from '../reads/listed-finding.js';

interface TrendsProps {
  readonly findings: readonly ListedFinding[];
  /** Newest first. */
  readonly scans: readonly Scan[];
  readonly facts: ListFacts;
}

/** How the findings of the tenant develop, as charts. A chart without data is left out. */
export function Trends(props: TrendsProps) {
  const charts = chartsOf(props);
  if (charts.length === 0) return null;
  return (
    <section aria-labelledby="trends">
      <h2 id="trends">Trends</h2>
      <div class="charts">{charts.map(figure)}</div>
    </section>
  );
}

function chartsOf({ findings, scans, facts }: TrendsProps): Chart[] {
  const counts = scanCounts(scans);
  const open = findings.filter(({ status }) => status === 'open');
  const charts = [
    openOverTime(counts),
    resolvedOverTime(counts),
    findingsByProblem(problemCounts(open, facts)),
    timeToFix(
      findings.flatMap(({ status, appearedAt, resolvedAt }) =>
        status === 'resolved' && resolvedAt ? [{ appearedAt, resolvedAt }] : [],
      ),
    ),
    failingSignIns(codeCounts(open, facts)),
  ];
  return charts.filter((chart) => chart !== undefined);
}

/** The earliest first. Scans of earlier versions have no counts by severity. */
function scanCounts(scans: readonly Scan[]): ScanCounts[] {
  const counted = scans.flatMap((scan) =>
    isFinished(scan) && scan.bySeverity ? [{ at: scan.startedAt, ...scan.bySeverity }] : [],
  );
  return counted.reverse();
}

function problemCounts(open: readonly ListedFinding[], facts: ListFacts) {
  const counts = new Map<string, { problem: string; severity: ListedFinding['severity']; count: number }>();
  for (const finding of open) {
    const { ruleId, severity } = finding;
    const known = counts.get(ruleId) ?? { problem: shownProblem(finding, facts), severity, count: 0 };
    counts.set(ruleId, { ...known, count: known.count + 1 });
  }
  return [...counts.values()];
}

/** The failed sign-ins by the first code of the rule, which is the one that users see most likely. */
function codeCounts(open: readonly ListedFinding[], { rules }: ListFacts) {
  const counts = new Map<string, number>();
  for (const { ruleId, failing } of open) {
    const [code] = rules.get(ruleId)?.codes ?? [];
    if (code && failing) counts.set(code, (counts.get(code) ?? 0) + failing.count);
  }
  return [...counts].map(([code, count]) => ({ code, count }));
}
