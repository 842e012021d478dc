import { stringify } from 'csv-stringify/sync';
import { harmless } from '../model/harmless.js';
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
 * Findings as RFC 4180 text with a header, in the order in which they come. Cells that a spreadsheet would take for a
 * formula are defused, and what a terminal would obey is spelled out: names in the directory are written by strangers.
 */
export async function* csvReport(findings: AsyncIterable<FindingView>): AsyncGenerator<string> {
  yield lineOf(columns);
  for await (const finding of findings) yield lineOf(columns.map((column) => cellOf(finding, column)));
}

function cellOf(finding: FindingView, column: (typeof columns)[number]): string {
  return harmless(column === 'evidence' ? JSON.stringify(finding.evidence) : (finding[column] ?? ''));
}

function lineOf(cells: readonly string[]): string {
  return stringify([[...cells]], { escape_formulas: true, record_delimiter: '\r\n' });
}
