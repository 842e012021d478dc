import { isOlderThan } from '../tenant/hybrid.js';
import type { Scan } from './scan.js';

/** A night and two hours more; the alert rule `consentinel-no-complete-scan` waits as long. */
export const overdueAfterHours = 26;

/** The newest scans of a tenant, each of its kind. */
export interface NewestScans {
  /** Of all, running or not. */
  readonly latest?: Scan;
  /** Of those that came to an end, good or bad. */
  readonly ended?: Scan;
  readonly complete?: Scan;
}

/**
 * Whether a tenant is looked at as often as it should be.
 * @param now ISO 8601
 * @returns `unknown` where no scan has ended yet, and none has been running for too long either
 */
export function freshnessOf({ latest, ended, complete }: NewestScans, now: string): 'ok' | 'fails' | 'unknown' {
  if (complete) return isOlderThan(complete.finishedAt ?? complete.startedAt, overdueAfterHours, now) ? 'fails' : 'ok';
  return ended || isOlderThan(latest?.startedAt, overdueAfterHours, now) ? 'fails' : 'unknown';
}
