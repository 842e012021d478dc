import { toleratedSkew } from '../clock/clock-skew.js';
import { nextState } from '../remediation/states.js';
import type { Finding, Suppression } from './finding.js';
import { maxApprovalDays, maxSuppressionDays } from './lifetimes.js';

/** A stored time that cannot be true, and the latest time that can. */
export interface RejectedTime {
  readonly time: 'changedAt' | 'suppression' | 'approval';
  /** As stored. */
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
 * observation, a suppression without a real end would hide the finding, and an approval without a real end would stay
 * valid. Such a finding is open, and such an approval has expired. An approval whose requests may have been sent stays:
 * only its verification is left.
 * @param now ISO 8601 UTC; other hosts may be ahead of it by `toleratedSkew`
 */
export function checkStoredTimes(finding: Finding, now: string): CheckedFinding {
  const latestNow = Date.parse(now) + toleratedSkew;
  const rejected: RejectedTime[] = [];
  let checked = finding;
  const { changedAt, suppression, remediation } = finding;
  if (!isAtMost(changedAt, latestNow)) {
    rejected.push({ time: 'changedAt', stored: changedAt, latest: iso(latestNow) });
    const { appearedAt } = finding;
    checked = { ...checked, changedAt: isAtMost(appearedAt, latestNow) ? appearedAt : now };
  }
  if (suppression && !isPlausible(suppression, now)) {
    rejected.push({ time: 'suppression', stored: suppression.until, latest: iso(latestEnd(suppression, now)) });
    const { suppression: _rejected, ...rest } = checked;
    checked = { ...rest, ...(finding.status === 'suppressed' && { status: 'open' }) };
  }
  const decision = remediation?.decision;
  if (decision?.expiresAt !== undefined && remediation?.status === 'approved' && !remediation.attempt) {
    const latest = Math.min(timeOf(decision.at), latestNow) + maxApprovalDays * day;
    if (!isAtMost(decision.expiresAt, latest)) {
      rejected.push({ time: 'approval', stored: decision.expiresAt, latest: iso(latest) });
      const status = nextState(remediation.status, 'expire', 'remediator');
      const outcome = `The end of the approval, ${decision.expiresAt}, is not possible. A new decision is needed.`;
      checked = { ...checked, remediation: { ...remediation, status, outcome } };
    }
  }
  return { finding: checked, rejected };
}

/** Whether a suppression ends within the longest lifetime after its start, and whether its start is not in the future. */
export function isPlausible(suppression: Pick<Suppression, 'suppressedAt' | 'until'>, now: string): boolean {
  return isAtMost(suppression.until, latestEnd(suppression, now));
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
  const sentences = {
    changedAt: ({ stored }: RejectedTime) => `The time of the last change, ${stored}, was in the future.`,
    suppression: ({ stored }: RejectedTime) =>
      `The end of the suppression, ${stored}, was more than ${maxSuppressionDays} days after its start: the suppression was removed.`,
    approval: ({ stored }: RejectedTime) =>
      `The end of the approval, ${stored}, was more than ${maxApprovalDays} days after the decision: the approval has expired.`,
  };
  return ['Repaired.', ...rejected.map((one) => sentences[one.time](one))].join(' ');
}
