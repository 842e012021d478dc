import { stringify } from 'csv-stringify/sync';
import { safeText } from '../model/text/safe-text.js';
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
] as const satisfies readonly (keyof FindingView)[];

/** Members of members, flat; a column that is added stands at the end, where no script counts. */
const more: Readonly<Record<string, (finding: FindingView) => string | boolean | undefined>> = {
  suppressionReason: ({ suppression }) => suppression?.reason,
  suppressionAuthor: ({ suppression }) => suppression?.author,
  suppressedAt: ({ suppression }) => suppression?.suppressedAt,
  suppressedUntil: ({ suppression }) => suppression?.until,
  remediationId: ({ remediation }) => remediation?.id,
  remediationStatus: ({ remediation }) => remediation?.status,
  remediationRequests: ({ remediation }) => remediation && JSON.stringify(remediation.requests),
  remediationIrreversible: ({ remediation }) => remediation?.irreversible,
  remediationWarnings: ({ remediation }) => remediation?.warnings.join(' '),
  remediationAuthor: ({ remediation }) => remediation?.decision?.author,
  remediationComment: ({ remediation }) => remediation?.decision?.comment,
  remediationDecidedAt: ({ remediation }) => remediation?.decision?.at,
  remediationExpiresAt: ({ remediation }) => remediation?.decision?.expiresAt,
  remediationOutcome: ({ remediation }) => remediation?.outcome,
  manualReason: ({ manual }) => manual?.reason,
  manualSteps: ({ manual }) => manual?.steps.join(' '),
};

/**
 * Findings as RFC 4180 text with a header, in the order in which they come. Cells that a spreadsheet would take for a
 * formula are defused, and what a terminal would obey is spelled out: names in the directory are written by strangers.
 */
export async function* csvReport(findings: AsyncIterable<FindingView>): AsyncGenerator<string> {
  yield lineOf([...columns, ...Object.keys(more)]);
  for await (const finding of findings) {
    const cells = columns.map((column) => cellOf(finding, column));
    yield lineOf([...cells, ...Object.values(more).map((of) => safeText(String(of(finding) ?? '')))]);
  }
}

function cellOf(finding: FindingView, column: (typeof columns)[number]): string {
  return safeText(column === 'evidence' ? JSON.stringify(finding.evidence) : (finding[column] ?? ''));
}

function lineOf(cells: readonly string[]): string {
  return stringify([[...cells]], { escape_formulas: true, record_delimiter: '\r\n' });
}
