import { stringify } from 'csv-stringify/sync';
import { failingText } from '../model/evidence/failing.js';
import { currentFailing } from '../model/finding/past-problem.js';
import { graphRequestText } from '../model/remediation/manual-fix.js';
import { safeText } from '../model/text/safe-text.js';
import type { FindingView } from './finding-view.js';

type Read = (finding: FindingView) => string | boolean | undefined;

/** The columns that a person reads, in this order. */
const readableColumns: Readonly<Record<string, Read>> = {
  severity: ({ severity }) => severity,
  problem: ({ problem }) => problem,
  object: ({ displayName }) => displayName,
  owner: ownersOf,
  fix: fixOf,
  link: ({ portalUrl }) => portalUrl,
};

/** All other columns. Scripts read columns by name: a name stays, and its position can change. */
const otherColumns: Readonly<Record<string, Read>> = {
  appId: ({ appId }) => appId,
  appearedAt: ({ appearedAt }) => appearedAt,
  assignee: ({ assignee }) => assignee,
  changedAt: ({ changedAt }) => changedAt,
  displayName: ({ displayName }) => displayName,
  evidence: ({ evidence }) => JSON.stringify(evidence),
  failing: failingOf,
  id: ({ id }) => id,
  key: ({ key }) => key,
  manualFixGraph: ({ manualFix }) => manualFix?.graph.map(graphRequestText).join('; '),
  manualFixPortal: ({ manualFix }) => manualFix?.portal,
  manualFixPowershell: ({ manualFix }) => manualFix?.powershell.join('; '),
  manualReason: ({ manual }) => manual?.reason,
  manualSteps: ({ manual }) => manual?.steps.join(' '),
  message: ({ message }) => message,
  objectId: ({ objectId }) => objectId,
  on: ({ on }) => on,
  portalUrl: ({ portalUrl }) => portalUrl,
  remediationAuthor: ({ remediation }) => remediation?.decision?.author,
  remediationComment: ({ remediation }) => remediation?.decision?.comment,
  remediationDecidedAt: ({ remediation }) => remediation?.decision?.at,
  remediationExpiresAt: ({ remediation }) => remediation?.decision?.expiresAt,
  remediationId: ({ remediation }) => remediation?.id,
  remediationIrreversible: ({ remediation }) => remediation?.irreversible,
  remediationOutcome: ({ remediation }) => remediation?.outcome,
  remediationRequests: ({ remediation }) => remediation && JSON.stringify(remediation.requests),
  remediationStatus: ({ remediation }) => remediation?.status,
  remediationWarnings: ({ remediation }) => remediation?.warnings.join(' '),
  resolvedAt: ({ resolvedAt }) => resolvedAt,
  ruleId: ({ ruleId }) => ruleId,
  status: ({ status }) => status,
  suppressedAt: ({ suppression }) => suppression?.suppressedAt,
  suppressedUntil: ({ suppression }) => suppression?.until,
  suppressionAuthor: ({ suppression }) => suppression?.author,
  suppressionReason: ({ suppression }) => suppression?.reason,
  tenantId: ({ tenantId }) => tenantId,
};

const columns = Object.entries({ ...readableColumns, ...otherColumns });

/** Excel reads a CSV file as UTF-8 only if it starts with this mark. */
const byteOrderMark = '\ufeff';

/**
 * A report as CSV (RFC 4180) with a byte order mark and a header, in the order of the findings. Any user can write a
 * display name, so cells that a spreadsheet would read as formulas are escaped, and control characters are spelled out.
 */
export async function* csvReport(findings: AsyncIterable<FindingView>): AsyncGenerator<string> {
  yield byteOrderMark + lineOf(columns.map(([name]) => name));
  for await (const finding of findings) {
    yield lineOf(columns.map(([, read]) => safeText(String(read(finding) ?? ''))));
  }
}

/** The object ids of the owners. Names of people are not stored. */
function ownersOf({ affected }: FindingView): string | undefined {
  return typeof affected?.owners === 'object' ? affected.owners.ids.join(' ') : undefined;
}

/** The sign-ins that fail now. */
function failingOf(finding: FindingView): string | undefined {
  const failing = currentFailing(finding);
  return failing && failingText(failing);
}

/** What to do about an unresolved finding, in one cell: decide on the plan, or fix the object manually. */
function fixOf({ status, remediation, manual, manualFix }: FindingView): string | undefined {
  if (status === 'resolved') return undefined;
  if (remediation?.status === 'proposed' || remediation?.status === 'stale') {
    return `Review the plan: ${remediation.requests.map(({ method, path }) => `${method} ${path}`).join('; ')}`;
  }
  if (remediation?.status === 'approved') return 'The approved plan runs next.';
  return manual && manual.steps.length > 0 ? manual.steps.join(' ') : manualFix?.portal;
}

function lineOf(cells: readonly string[]): string {
  return stringify([[...cells]], { escape_formulas: true, record_delimiter: '\r\n' });
}
