import { isOlderThan } from '../tenant/hybrid.js';
import type { Scan } from './scan.js';

/** One night and two hours; the alert rule `consentinel-no-complete-scan` uses the same time. */
export const overdueAfterHours = 26;

/** The newest scans of a tenant, one of each kind. */
export interface NewestScans {
  /** Of all scans, running or not. */
  readonly latest?: Scan;
  /** Of those that ended, with any status. */
  readonly ended?: Scan;
  readonly complete?: Scan;
}

/**
 * Whether the newest complete scan of a tenant is recent enough.
 * @param now ISO 8601
 * @returns `unknown` where no scan has ended yet, and the running one is not overdue
 */
export function freshnessOf({ latest, ended, complete }: NewestScans, now: string): 'ok' | 'fails' | 'unknown' {
  if (complete) return isOlderThan(complete.finishedAt ?? complete.startedAt, overdueAfterHours, now) ? 'fails' : 'ok';
  return ended || isOlderThan(latest?.startedAt, overdueAfterHours, now) ? 'fails' : 'unknown';
}
