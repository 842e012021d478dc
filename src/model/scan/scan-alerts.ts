import type { ScanStatus } from './scan-status.js';

/** How far one delivery is. `pending` failed and is tried again; `failed` was given up. */
export const deliveryStatuses = ['sending', 'sent', 'pending', 'failed'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

/** One delivery of an alert. */
export interface DeliveryState {
  readonly status: DeliveryStatus;
  /** When it came into this status, ISO 8601 UTC. */
  readonly at: string;
  readonly attempts: number;
  /** What the last attempt met; names the host and never the address, which is a secret. */
  readonly error?: string;
}

/**
 * The outbox of a scan's alert. It stands on the scan's row and is changed under the row's version only, so that of two
 * workers one sends, and a worker that comes after a crash knows what went out before it.
 */
export interface ScanAlerts {
  /** The status of the scan that the alert tells: a scan that failed and is run again has another one to tell. */
  readonly about: ScanStatus;
  /** What happened after `from` and no later than `until` is told; the next alert goes on from `until`. */
  readonly from: string;
  readonly until: string;
  /** There was nothing to tell, and nothing is sent. */
  readonly silent: boolean;
  /** By the channel's name, or `owner:` and a digest of the address. */
  readonly deliveries: Readonly<Record<string, DeliveryState>>;
}

/** A message of a queue that could not be worked off in all its tries. */
export interface AbandonedMessage {
  readonly queue: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** One sentence for a person. */
  readonly what: string;
}
