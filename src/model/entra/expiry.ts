import type { KeyCredential } from './app.js';

/** When a credential that will expire is reported; the settings EXPIRY_WARNING_DAYS and EXPIRY_URGENT_DAYS. */
export interface ExpirySettings {
  /** Days before the end at which a finding appears. */
  readonly warningDays: number;
  /** Days before the end at which its severity rises; at most `warningDays`. */
  readonly urgentDays: number;
}

/** Microsoft Entra recommends the renewal of credentials that expire within 30 days. */
export const defaultExpiry: ExpirySettings = { warningDays: 30, urgentDays: 7 };

/** The facts of a tenant about time. */
export interface ExpiryContext {
  /** ISO 8601. */
  readonly observedAt: string;
  readonly expiry?: ExpirySettings;
}

type Dated = Pick<KeyCredential, 'startDateTime' | 'endDateTime'>;

/** `urgent` and `warning` for a credential that expires within the days of that setting. */
export type ExpiryStage = 'expired' | 'urgent' | 'warning';

/** How near the end of a credential is; undefined for one that ends later, or never. */
export function expiryStageOf(
  credential: Dated,
  { observedAt, expiry = defaultExpiry }: ExpiryContext,
): ExpiryStage | undefined {
  const days = (endOf(credential) - Date.parse(observedAt)) / 86_400_000;
  if (days <= 0) return 'expired';
  if (days <= expiry.urgentDays) return 'urgent';
  return days <= expiry.warningDays ? 'warning' : undefined;
}

/** The days of a stage. */
export function daysOfStage(stage: 'urgent' | 'warning', { expiry = defaultExpiry }: ExpiryContext): number {
  return stage === 'urgent' ? expiry.urgentDays : expiry.warningDays;
}

/** Whether one of the other credentials began later, is valid when this one ends, and is valid longer. */
export function isReplaced(credential: Dated, others: readonly Dated[]): boolean {
  const end = endOf(credential);
  return others.some((other) => {
    if (endOf(other) <= end) return false;
    // A credential without a start date counts as newer: an unknown date never causes a finding.
    const start = other.startDateTime ? Date.parse(other.startDateTime) : undefined;
    return start === undefined || (start > startOf(credential) && start <= end);
  });
}

/** When a credential ends, in milliseconds; one without an end date never does. */
export function endOf({ endDateTime }: Pick<Dated, 'endDateTime'>): number {
  return endDateTime ? Date.parse(endDateTime) : Number.POSITIVE_INFINITY;
}

function startOf({ startDateTime }: Dated): number {
  return startDateTime ? Date.parse(startDateTime) : Number.NEGATIVE_INFINITY;
}
