import { stringify } from 'csv-stringify/sync';
import type { FindingView } from './finding-view.js';

const columns = [
  'id',
  'tenantId',
  'ruleId',
  'severity',
  'status',
  'on',
  'objectId',
  'appId',
  'displayName',
  'key',
  'message',
  'evidence',
  'appearedAt',
  'changedAt',
  'resolvedAt',
  'portalUrl',
] as const;

/**
 * Findings as RFC 4180 text with a header. Cells that a spreadsheet would take for a formula are defused: names in the
 * directory are written by strangers.
 */
export function csvReport(findings: readonly FindingView[]): string {
  const rows = findings.map((finding) => ({ ...finding, evidence: JSON.stringify(finding.evidence) }));
  return stringify(rows, { header: true, columns: [...columns], escape_formulas: true, record_delimiter: '\r\n' });
}
