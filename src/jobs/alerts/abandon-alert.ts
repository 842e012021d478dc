import { startOf } from '../../model/scan/owed-alerts.js';
import type { Scan } from '../../model/scan/scan.js';
import type { DeliveryState } from '../../model/scan/scan-alerts.js';
import { queueNames } from '../ports/index.js';
import { keysOf } from './deliver-to-channel.js';
import { withAbandoned } from './record-abandoned.js';
import { type AlertContext, parseAlertMessage } from './send-alerts.js';

/**
 * Abandons a message of `alerts` after its last try: marks the remaining deliveries `failed` on the scan's row. The
 * page and the next alert report them.
 * @returns one line for the log
 * @throws ConsentinelError `usage-invalid` if the message does not match its schema
 */
export async function abandonAlert(context: AlertContext, message: unknown): Promise<string> {
  const { tenantId, scanId } = parseAlertMessage(message);
  const at = context.clock.now();
  const amended = await context.scans.amend(tenantId, scanId, (scan) => withFailedDeliveries(scan, context, at));
  if (!amended) return `Scan ${scanId} has no pending alerts.`;
  const failed = Object.entries(amended.alerts?.deliveries ?? {}).filter(([, { status }]) => status === 'failed');
  return `Abandoned: the alert of scan ${scanId} to ${failed.map(([key]) => key).join(', ') || 'all channels'}.`;
}

function withFailedDeliveries(scan: Scan, { channels }: AlertContext, at: string): Scan | undefined {
  const { alerts } = scan;
  if (scan.status === 'running' || alerts?.silent) return undefined;
  if (!alerts || alerts.about !== scan.status) {
    return withAbandoned(
      scan,
      queueNames.alerts,
      `Consentinel could not create the alert of scan ${scan.id}. See the log.`,
      at,
    );
  }
  const due = channels.flatMap((channel) => keysOf(channel, alerts.starts)).filter((key) => startOf(alerts, key));
  const keys = new Set([...due, ...Object.keys(alerts.deliveries)]);
  const unsent = [...keys].filter((key) => alerts.deliveries[key]?.status !== 'sent');
  const failed = unsent.map((key): [string, DeliveryState] => {
    const { attempts = 0, error = 'The channel received nothing. See the log.' } = alerts.deliveries[key] ?? {};
    return [key, { status: 'failed', at, attempts, error }];
  });
  return { ...scan, alerts: { ...alerts, deliveries: { ...alerts.deliveries, ...Object.fromEntries(failed) } } };
}
