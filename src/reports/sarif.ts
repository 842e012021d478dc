import { escapeJson, escapeSarif } from './escape.js';
import type { ReportFacts, ReportRule, ReportScan } from './facts.js';
import type { FindingView } from './finding-view.js';
import { levels, sarifResult, securitySeverities } from './sarif-result.js';

/**
 * A report for code-scanning and vulnerability tools: one run, one result a line, in the order of the findings.
 * Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".
 */
export async function* sarifReport(findings: AsyncIterable<FindingView>, facts: ReportFacts): AsyncGenerator<string> {
  const indexes = new Map(facts.rules.map(({ id }, index) => [id, index]));
  yield `{\n"$schema": "https://json.schemastore.org/sarif-2.1.0.json",\n"version": "2.1.0",\n"runs": [{\n`;
  for (const [name, value] of Object.entries(runMembers(facts, indexes))) yield `"${name}": ${escapeJson(value)},\n`;
  yield '"results": [';
  let separator = '\n';
  for await (const finding of findings) {
    yield separator + escapeJson(sarifResult(finding, indexes.get(finding.ruleId)));
    separator = ',\n';
  }
  yield '\n]\n}]\n}\n';
}

type Indexes = ReadonlyMap<string, number>;

function runMembers({ tenantId, generatedAt, version, rules, scan, failedScan }: ReportFacts, indexes: Indexes) {
  return {
    tool: { driver: { name: 'Consentinel', semanticVersion: version, rules: rules.map(reportingDescriptor) } },
    automationDetails: { id: `consentinel/${tenantId}/${scan?.id ?? ''}` },
    invocations: [scan, failedScan].flatMap((run) => (run ? [invocation(run, indexes)] : [])),
    properties: { tenantId, generatedAt },
  };
}

/** A rule. Source: SARIF 2.1.0, 3.49. */
function reportingDescriptor({ id, problem, title, severity, codes, helpUri }: ReportRule): object {
  const errorCodes = codes.length > 0 ? ` Users may see ${codes.join(', ')}.` : '';
  const description = `${problem}.${errorCodes} Required: ${title}.`;
  return {
    id,
    shortDescription: { text: `${problem}.` },
    fullDescription: { text: description },
    help: { text: `${description} The documentation of Consentinel has a page on the rule ${id}.` },
    helpUri,
    defaultConfiguration: { level: levels[severity] },
    properties: { 'security-severity': securitySeverities[severity], tags: ['security', 'identity', ...codes] },
  };
}

/** A scan with the rules that it did not examine, so that they do not count as passed. Source: SARIF 2.1.0, 3.20. */
function invocation({ id, status, startedAt, finishedAt, notExamined, errors }: ReportScan, indexes: Indexes): object {
  return {
    executionSuccessful: status === 'complete',
    startTimeUtc: startedAt,
    ...(finishedAt && { endTimeUtc: finishedAt }),
    toolExecutionNotifications: [
      ...notExamined.map(({ ruleId, reason }) => ({
        level: 'warning',
        message: { text: escapeSarif(`${ruleId} was not examined: ${reason}`) },
        associatedRule: { id: ruleId, index: indexes.get(ruleId) ?? -1 },
      })),
      ...errors.map(({ code, message }) => ({
        level: 'error',
        message: { text: escapeSarif(message) },
        descriptor: { id: code },
      })),
    ],
    properties: { scanId: id, status },
  };
}
