import { type OwedAlert, owedAlerts } from '../../jobs/alerts/owed-alerts.js';
import { processAlerts } from '../../jobs/alerts/process-alerts.js';
import type { AlertReport } from '../../jobs/alerts/send-alerts.js';
import { minuteOf } from '../../model/text/format.js';
import { safeLines } from '../../model/text/safe-text.js';
import type { Runtime } from '../../runtime.js';
import { paint, type Screen, writeLine } from '../screen.js';

/** What `scan --alert` sent, and what is still owed. */
export interface AlertsNow {
  readonly reports: readonly AlertReport[];
  /** One sentence for each message that failed. */
  readonly failures: readonly string[];
  readonly owed: readonly OwedAlert[];
}

/** Processes the alert messages as the function does, and logs the deliveries and what is still owed. */
export async function processAlertsNow(
  runtime: Pick<Runtime, 'alerts' | 'tenantId'>,
  screen: Screen,
  signal: AbortSignal,
): Promise<AlertsNow> {
  const queue = runtime.alerts();
  const { reports, failures } = await processAlerts(queue, signal, queue.contextOf);
  for (const { outcome, deliveries } of reports) {
    const sent = Object.entries(deliveries).filter(([, { status }]) => status === 'sent');
    const channels = sent.map(([key]) => key).join(', ');
    writeLine(screen.log, outcome === 'sent' ? `Alert sent: ${channels || 'no recipients'}.` : `No alert: ${outcome}.`);
  }
  for (const failure of failures) writeLine(screen.log, `${paint(screen, 'yellow', 'alert')} ${safeLines(failure)}`);
  const owed = await owedAlerts(queue, await runtime.tenantId());
  for (const each of owed)
    writeLine(screen.log, `${paint(screen, 'yellow', 'pending')} ${safeLines(sentenceOf(each))}`);
  return { reports, failures, owed };
}

/** @returns 1 if a delivery failed, or a channel has still to receive an alert */
export function exitCodeOf({ failures, owed }: AlertsNow): number {
  return failures.length + owed.length > 0 ? 1 : 0;
}

/** The JSON output. Scripts rely on its member names. */
export function alertView({ reports, failures, owed }: AlertsNow) {
  return {
    alerts: reports.map(({ scanId, outcome, deliveries }) => ({
      scanId,
      outcome,
      deliveries: Object.fromEntries(Object.entries(deliveries).map(([key, { status }]) => [key, status])),
    })),
    failures,
    owed,
  };
}

function sentenceOf({ channel, since, error, retryAt }: OwedAlert): string {
  const content = since ? `the changes since ${minuteOf(since)}` : 'all open findings';
  const retry = retryAt ? `with the next alert, or from the queue after ${secondOf(retryAt)}` : 'with the next alert';
  return [`${channel} has not received ${content}.`, error, `Retry: ${retry}.`].filter(Boolean).join(' ');
}

function secondOf(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 19)} UTC`;
}
