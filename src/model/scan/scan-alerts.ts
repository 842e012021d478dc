import type { ScanStatus } from './scan-status.js';

/** The statuses of a delivery. `pending` failed and is retried; `failed` is not retried any more. */
export const deliveryStatuses = ['sending', 'sent', 'pending', 'failed'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

/** One delivery of an alert. */
export interface DeliveryState {
  readonly status: DeliveryStatus;
  /** When it reached this status, ISO 8601 UTC. */
  readonly at: string;
  readonly attempts: number;
  /** The error of the last attempt. It names the host only: the whole URL is a secret. */
  readonly error?: string;
}

/**
 * The outbox of a scan's alert. It is part of the scan's row, and every change checks the version of the row. So only
 * one of two workers sends, and a worker that continues after a crash knows what was sent.
 */
export interface ScanAlerts {
  /** The status of the scan that the alert reports: a failed scan that runs again has another alert. */
  readonly about: ScanStatus;
  /** The alert covers what happened after `from` and no later than `until`; the next alert starts at `until`. */
  readonly from: string;
  readonly until: string;
  /** There is nothing to report, and nothing is sent. */
  readonly silent: boolean;
  /** By the name of the channel, or `owner:` and a hash of the email address. */
  readonly deliveries: Readonly<Record<string, DeliveryState>>;
  /**
   * Where the part of each recipient starts, by the keys of `deliveries`: at `from`, or earlier if the recipient has
   * not received an earlier alert. A recipient without a start has nothing to receive. Rows of older versions have no
   * starts: every channel starts at `from`.
   */
  readonly starts?: Readonly<Record<string, string>>;
}

/** A queue message that failed in all its attempts. */
export interface AbandonedMessage {
  readonly queue: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** One sentence. */
  readonly what: string;
}
