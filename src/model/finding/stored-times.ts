import { toleratedSkew } from '../clock/clock-skew.js';
import { nextState } from '../remediation/states.js';
import type { Finding, Suppression } from './finding.js';
import { maxApprovalDays, maxSuppressionDays } from './lifetimes.js';

/** A stored time that cannot be true, and the latest time that can. */
export interface RejectedTime {
  readonly time: 'changedAt' | 'appearedAt' | 'resolvedAt' | 'suppression' | 'approval';
  /** As stored; empty for a finding that is suppressed without a suppression. */
  readonly stored: string;
  /** ISO 8601 UTC. */
  readonly latest: string;
}

/** A finding without the stored times that were rejected. */
export interface CheckedFinding {
  readonly finding: Finding;
  /** Empty for nearly every finding: then it is the stored one. */
  readonly rejected: readonly RejectedTime[];
}

const day = 86_400_000;

/**
 * Rejects stored times that a wrong clock or another program wrote. A `changedAt` in the future would hide every later
 * observation, an `appearedAt` in the future the appearance; a `resolvedAt` in the future would keep the finding for ever. A
 * suppression without a real end, or a suppressed finding without a suppression, would hide the finding, and an approval
 * without a real end would stay valid. Such a finding is open, and such an approval has expired. An approval whose requests may have been sent stays:
 * only its verification is left.
 * @param now ISO 8601 UTC; other hosts may be ahead of it by `toleratedSkew`
 */
export function checkStoredTimes(finding: Finding, now: string): CheckedFinding {
  const latestNow = Date.parse(now) + toleratedSkew;
  const rejected: RejectedTime[] = [];
  let checked = finding;
  const { appearedAt, changedAt, resolvedAt, suppression, status, remediation } = finding;
  const past = [changedAt, appearedAt].filter((time) => isAtMost(time, latestNow));
  for (const [time, stored] of Object.entries({ changedAt, appearedAt, resolvedAt })) {
    if (stored === undefined || isAtMost(stored, latestNow)) continue;
    rejected.push({ time: time as 'changedAt' | 'appearedAt' | 'resolvedAt', stored, latest: iso(latestNow) });
    checked = { ...checked, [time]: past[0] ?? now };
  }
  if (suppression ? !isPlausible(suppression, now) : status === 'suppressed') {
    const latest = suppression ? latestEnd(suppression, now) : latestNow;
    rejected.push({ time: 'suppression', stored: suppression?.until ?? '', latest: iso(latest) });
    const { suppression: _rejected, ...rest } = checked;
    checked = { ...rest, ...(status === 'suppressed' && { status: 'open' }) };
  }
  const decision = remediation?.decision;
  if (decision?.expiresAt !== undefined && remediation?.status === 'approved' && !remediation.attempt) {
    const latest = Math.min(timeOf(decision.at), latestNow) + maxApprovalDays * day;
    if (!isAtMost(decision.expiresAt, latest)) {
      rejected.push({ time: 'approval', stored: decision.expiresAt, latest: iso(latest) });
      const expired = nextState(remediation.status, 'expire', 'remediator');
      const outcome = `The stored end of the approval (${decision.expiresAt}) is invalid. The plan needs a new decision.`;
      checked = { ...checked, remediation: { ...remediation, status: expired, outcome } };
    }
  }
  return { finding: checked, rejected };
}

/** Whether a suppression ends within the longest lifetime after its start, and whether its start is not in the future. */
export function isPlausible(suppression: Pick<Suppression, 'suppressedAt' | 'until'>, now: string): boolean {
  const began = isAtMost(suppression.suppressedAt, Date.parse(now) + toleratedSkew);
  return began && isAtMost(suppression.until, latestEnd(suppression, now));
}

function latestEnd({ suppressedAt }: Pick<Suppression, 'suppressedAt'>, now: string): number {
  return Math.min(timeOf(suppressedAt), Date.parse(now) + toleratedSkew) + maxSuppressionDays * day;
}

/** A time that cannot be parsed is later than any other. */
function timeOf(time: string): number {
  const parsed = Date.parse(time);
  return Number.isNaN(parsed) ? Number.POSITIVE_INFINITY : parsed;
}

function isAtMost(time: string, latest: number): boolean {
  return timeOf(time) <= latest;
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

/** For the audit trail: one sentence for each rejected time. */
export function repairSummary(rejected: readonly RejectedTime[]): string {
  const sentences: Readonly<Record<RejectedTime['time'], (rejected: RejectedTime) => string>> = {
    changedAt: ({ stored }) => `The time of the last change, ${stored}, was in the future.`,
    appearedAt: ({ stored }) => `The time of the appearance, ${stored}, was in the future.`,
    resolvedAt: ({ stored }) => `The time of the resolution, ${stored}, was in the future.`,
    suppression: ({ stored }) =>
      stored === ''
        ? 'The stored status was suppressed, but there was no suppression. The finding is open.'
        : `The suppression until ${stored} started in the future or was longer than ${maxSuppressionDays} days: the suppression was removed.`,
    approval: ({ stored }) =>
      `The end of the approval, ${stored}, was more than ${maxApprovalDays} days after the decision: the approval has expired.`,
  };
  return ['Repaired.', ...rejected.map((one) => sentences[one.time](one))].join(' ');
}
