import { escapeJson } from './escape.js';
import type { ReportFacts } from './facts.js';
import type { FindingView } from './finding-view.js';
import { counted, emptySummary } from './summary.js';

/** Names the shape; `docs/schema/report.schema.json` publishes it. A member that changes its meaning changes the number. */
export const jsonReportVersion = 1;

/**
 * A report for programs, one finding a line, in the order in which they come. The summary stands at the end: it is
 * known when the last finding has passed.
 */
export async function* jsonReport(findings: AsyncIterable<FindingView>, facts: ReportFacts): AsyncGenerator<string> {
  const summary = emptySummary();
  yield `{\n${membersOf(facts).join(',\n')},\n"findings": [`;
  let separator = '\n';
  for await (const finding of counted(summary, findings)) {
    yield separator + escapeJson(finding);
    separator = ',\n';
  }
  yield `\n],\n"summary": ${escapeJson(summary)}\n}\n`;
}

function membersOf({ tenantId, generatedAt, version, rules, scan, failedScan }: ReportFacts): string[] {
  const members = {
    reportVersion: jsonReportVersion,
    tool: { name: 'Consentinel', version },
    tenantId,
    generatedAt,
    scan: scan ?? null,
    failedScan: failedScan ?? null,
    rules,
  };
  return Object.entries(members).map(([name, value]) => `"${name}": ${escapeJson(value)}`);
}
