import { stringify } from 'csv-stringify/sync';
import { failingText } from '../model/evidence/failing.js';
import { graphRequestText } from '../model/remediation/manual-fix.js';
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

/** Columns from nested members. New columns go to the end, because scripts read columns by position. */
const derivedColumns: Readonly<Record<string, (finding: FindingView) => string | boolean | undefined>> = {
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
  manualFixPortal: ({ manualFix }) => manualFix?.portal,
  manualFixPowershell: ({ manualFix }) => manualFix?.powershell.join('; '),
  manualFixGraph: ({ manualFix }) => manualFix?.graph.map(graphRequestText).join('; '),
  failing: ({ failing }) => failing && failingText(failing),
};

/**
 * A report as CSV (RFC 4180) with a header, in the order of the findings. Any user can write a display name, so cells
 * that a spreadsheet would read as formulas are escaped, and control characters are spelled out.
 */
export async function* csvReport(findings: AsyncIterable<FindingView>): AsyncGenerator<string> {
  yield lineOf([...columns, ...Object.keys(derivedColumns)]);
  for await (const finding of findings) {
    const cells = columns.map((column) => cellOf(finding, column));
    yield lineOf([...cells, ...Object.values(derivedColumns).map((read) => safeText(String(read(finding) ?? '')))]);
  }
}

function cellOf(finding: FindingView, column: (typeof columns)[number]): string {
  return safeText(column === 'evidence' ? JSON.stringify(finding.evidence) : (finding[column] ?? ''));
}

function lineOf(cells: readonly string[]): string {
  return stringify([[...cells]], { escape_formulas: true, record_delimiter: '\r\n' });
}
