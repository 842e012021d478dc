import type { InvocationContext } from '@azure/functions';
import type { AlertReport } from '../jobs/alerts/send-alerts.js';
import type { executeWithinLimits } from '../jobs/remediation/queue.js';
import { requesterOf } from '../jobs/telemetry/telemetry.js';
import type { Scan } from '../model/scan/scan.js';

// One JSON object per line, for alert rules and the workbook. A line holds no name, no mail address and no text that a
// person wrote: readers of logs may have no access to the directory.

export function scanLine(scan: Scan): string {
  return line('scan-finished', loggedFacts(scan));
}

/** An event of its own: a run of the sentinel is no complete scan. */
export function sentinelLine(run: Scan): string {
  return line('sentinel-finished', loggedFacts(run));
}

function loggedFacts(scan: Scan): object {
  const { id: scanId, tenantName: _name, since: _since, alerts: _alerts, givenUp: _givenUp, ...others } = scan;
  // Notes and warnings name apps.
  const { notes: _notes, warnings, ...rest } = others;
  const undetermined = scan.undetermined.map(({ objectId, property }) => ({ objectId, property }));
  return { scanId, ...rest, undetermined, warnings: warnings?.length ?? 0, requestedBy: requesterOf(scan) };
}

/** Leaves out the answers of channels and the owners, which may lead to mail addresses: the scan's row has them. */
export function alertLine({ scanId, outcome, deliveries }: AlertReport): string {
  const channels = Object.entries(deliveries).filter(([key]) => !key.includes(':'));
  const statuses = channels.map(([key, { status, attempts }]) => [key, { status, attempts }]);
  return line('alert', { scanId, outcome, deliveries: Object.fromEntries(statuses) });
}

/** Leaves out the reason, which may quote Graph: the finding's history has it. */
export function remediationLine(outcome: Awaited<ReturnType<typeof executeWithinLimits>>): string {
  const { status, finding } = outcome;
  const until = status === 'postponed' && outcome.until && { until: outcome.until };
  return line('remediation', { status, ...until, ...(finding && { findingId: finding.id, ruleId: finding.ruleId }) });
}

/** The ids in a message. Other members may come from any writer to the queue. */
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

/** Logs a line at the level of its outcome: `failed` is an error, `incomplete` a warning. */
export function logOutcome(context: InvocationContext, status: string, text: string): void {
  if (status === 'failed') context.error(text);
  else if (status === 'incomplete') context.warn(text);
  else context.log(text);
}
