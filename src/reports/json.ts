import { escapeJson } from './escape.js';
import type { ReportFacts } from './facts.js';
import type { FindingView } from './finding-view.js';
import { countEach, emptySummary } from './summary.js';

/** The version of the schema `docs/schema/report.schema.json`. It increases when a member changes its meaning. */
export const jsonReportVersion = 1;

/**
 * A report as JSON, one finding a line, in the order of the findings. The summary is at the end, because it needs every
 * finding.
 */
export async function* jsonReport(findings: AsyncIterable<FindingView>, facts: ReportFacts): AsyncGenerator<string> {
  const summary = emptySummary();
  yield `{\n${membersOf(facts).join(',\n')},\n"findings": [`;
  let separator = '\n';
  for await (const finding of countEach(summary, findings)) {
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
