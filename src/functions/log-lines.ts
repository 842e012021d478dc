import type { AlertReport } from '../jobs/alerts/send-alerts.js';
import type { executeWithinLimits } from '../jobs/remediation/queue.js';
import { requesterOf } from '../jobs/telemetry/telemetry.js';
import type { Scan } from '../model/scan/scan.js';

// One JSON object a line, for alert rules and the workbook. No name, no mail address and nothing that a person wrote:
// who may read logs need not be who may read the directory.

export function scanLine(scan: Scan): string {
  const { id: scanId, tenantName: _name, since: _since, alerts: _alerts, givenUp: _givenUp, ...rest } = scan;
  const undetermined = scan.undetermined.map(({ objectId, property }) => ({ objectId, property }));
  return line('scan-finished', { scanId, ...rest, undetermined, requestedBy: requesterOf(scan) });
}

/** What a channel answered, and which owners were told, stands on the scan's row: both may lead to mail addresses. */
export function alertLine({ scanId, outcome, deliveries }: AlertReport): string {
  const channels = Object.entries(deliveries).filter(([key]) => !key.includes(':'));
  const statuses = channels.map(([key, { status, attempts }]) => [key, { status, attempts }]);
  return line('alert', { scanId, outcome, deliveries: Object.fromEntries(statuses) });
}

/** Why it ended so may be in Graph's words, which may quote anything: it stands in the finding's history. */
export function remediationLine(outcome: Awaited<ReturnType<typeof executeWithinLimits>>): string {
  if (outcome.status === 'postponed') return line('remediation', outcome);
  const { status, finding } = outcome;
  return line('remediation', { status, ...(finding && { findingId: finding.id, ruleId: finding.ruleId }) });
}

/** The ids of a message: whatever else it holds is not of our making. */
export function idsIn(message: unknown): Record<string, string> {
  const members = typeof message === 'object' && message !== null ? Object.entries(message) : [];
  const names = ['tenantId', 'scanId', 'findingId', 'remediationId'];
  return Object.fromEntries(
    members.filter(([name, value]) => names.includes(name) && typeof value === 'string' && /^[\w-]{1,64}$/.test(value)),
  );
}

export function line(event: string, values: object): string {
  return JSON.stringify({ event, ...values });
}
