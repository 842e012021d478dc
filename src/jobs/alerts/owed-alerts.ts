import { beginning, hasReceived, owedSince, startOf } from '../../model/scan/owed-alerts.js';
import type { DeliveryState, ScanAlerts } from '../../model/scan/scan-alerts.js';
import { type AlertSources, recentScans } from './alert-window.js';
import { claimMilliseconds } from './deliver.js';
import { keysOf } from './deliver-to-channel.js';
import { hiddenSeconds } from './process-alerts.js';

/** What a channel has still to receive. */
export interface OwedAlert {
  /** The name of the channel. */
  readonly channel: string;
  /** The start of what it has not received, ISO 8601 UTC; absent if that is every open finding. */
  readonly since?: string;
  /** `waiting`: no delivery was tried yet; otherwise as in the outbox. */
  readonly status: 'waiting' | DeliveryState['status'];
  readonly attempts: number;
  /** The error of the last attempt. */
  readonly error?: string;
  /** The queue delivers the message again then or later, ISO 8601 UTC; absent if only the next alert includes it. */
  readonly retryAt?: string;
}

/**
 * What the configured channels have still to receive, as of the newest alert. The next alert to a channel includes it.
 * Owners of applications count as one channel.
 */
export async function owedAlerts(sources: AlertSources, tenantId: string): Promise<OwedAlert[]> {
  const alerts = (await recentScans(sources, tenantId)).find((scan) => scan.alerts)?.alerts;
  if (!alerts) return [];
  return sources.channels.flatMap((channel) => {
    const owed = keysOf(channel, alerts.starts).filter((key) => isOwed(alerts, key));
    const [key] = owed;
    if (key === undefined) return [];
    const since = owed.map((one) => startOf(alerts, one) ?? alerts.from).sort()[0];
    return [
      { channel: channel.name, ...(since && since > beginning && { since }), ...progressOf(alerts.deliveries[key]) },
    ];
  });
}

function isOwed(alerts: ScanAlerts, key: string): boolean {
  return owedSince(alerts, key) !== undefined || !hasReceived(alerts, key);
}

function progressOf(delivery: DeliveryState | undefined): Omit<OwedAlert, 'channel' | 'since'> {
  if (!delivery) return { status: 'waiting', attempts: 0 };
  const { status, at, attempts, error } = delivery;
  const seconds = { pending: hiddenSeconds, sending: claimMilliseconds / 1000, sent: undefined, failed: undefined }[
    status
  ];
  const retryAt = seconds && new Date(Date.parse(at) + seconds * 1000).toISOString();
  return { status, attempts, ...(error && { error }), ...(retryAt && { retryAt }) };
}
