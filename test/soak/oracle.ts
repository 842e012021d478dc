import type { Finding } from '../../src/model/finding/finding.js';
import type { Violation } from './specimen.js';

/** What is compared of a finding. */
export interface State {
  readonly status: Finding['status'];
  readonly life: number;
  readonly displayName: string;
  /** The status of its plan. */
  readonly plan?: string | undefined;
  /** It has manual steps instead of a plan. */
  readonly manual: boolean;
}

/** A finding as the oracle remembers it between two steps. */
export interface Expected extends State {
  readonly suppressedUntil?: string | undefined;
  readonly approvalExpiresAt?: string | undefined;
  /** The value of `Violation.guard` for which the plan was made. */
  readonly guard?: string | undefined;
  /** The id of the plan as it is stored. */
  readonly planId?: string | undefined;
  /** An attempt to execute the plan was interrupted. */
  readonly interrupted?: boolean;
}

/** The identity of a finding: rule, object and key. */
export type Key = string;
export const keyOf = ({ ruleId, objectId, key }: Pick<Violation, 'ruleId' | 'objectId' | 'key'>): Key =>
  [ruleId, objectId, key].join(' ').toLowerCase();

/**
 * The state of a finding after a complete scan.
 * @param before undefined if there was no finding
 * @param violation undefined if the tenant does not have it
 * @param at when the scan began, ISO 8601 UTC
 */
export function afterScan(before: Expected | undefined, violation: Violation | undefined, at: string) {
  if (!violation) return before && (before.status === 'resolved' ? before : resolved(before));
  if (!before || before.status === 'resolved') return appeared(violation, (before?.life ?? 0) + 1);
  const { displayName } = violation;
  if (before.status === 'suppressed' && (before.suppressedUntil ?? '') > at) return { ...before, displayName };
  const expired = before.status === 'suppressed';
  const open: Expected = { ...before, displayName, status: 'open', suppressedUntil: undefined };
  // A plan is made again only with a change of the finding.
  const planned = expired || displayName !== before.displayName || (!before.plan && !before.manual);
  return planned ? withPlan(open, violation) : open;
}

function appeared(violation: Violation, life: number): Expected {
  return withPlan({ status: 'open', life, displayName: violation.displayName, manual: false }, violation);
}

function resolved(before: Expected): Expected {
  const ended = before.plan === 'applied' || before.plan === 'unneeded';
  const plan = before.plan === undefined || ended ? before.plan : 'unneeded';
  return { status: 'resolved', life: before.life, displayName: before.displayName, manual: false, plan };
}

function withPlan(open: Expected, { remedy, guard }: Violation): Expected {
  if (remedy === 'none') return open;
  if (remedy === 'manual') return { ...open, plan: undefined, guard: undefined, manual: true };
  if (open.plan && open.guard === guard) return open;
  return { ...open, plan: 'proposed', guard, manual: false, approvalExpiresAt: undefined };
}

/**
 * The states that a finding may have after a scan that was disturbed, besides the one before it and the one after a
 * complete scan: the plan can be missing, because Graph could not be read when the finding was stored.
 */
export function withoutPlan(before: Expected | undefined, after: Expected | undefined): Expected | undefined {
  if (after?.status !== 'open') return undefined;
  const { plan, guard, manual } = before && before.status !== 'resolved' ? before : { manual: false };
  return { ...after, plan, guard, manual };
}

/** The states that a finding with an approved plan may have after its execution, the usual one first. */
export function afterExecution(before: Expected, violation: Violation | undefined, at: string): Expected[] {
  const ended = { ...resolved(before), approvalExpiresAt: undefined };
  const failed: Expected = { ...before, plan: 'failed', interrupted: false };
  if (before.interrupted) return violation ? [failed] : [{ ...ended, plan: 'applied' }];
  const decide: Expected = { ...before, plan: 'stale', approvalExpiresAt: undefined };
  if ((before.approvalExpiresAt ?? '') <= at) return [decide];
  if (!violation) return [{ ...ended, plan: 'unneeded' }];
  if (violation.guard !== before.guard) return [{ ...decide, guard: violation.guard }];
  return [{ ...ended, plan: 'applied' }];
}

/** The compared part of a stored finding. */
export function stateOf({ status, life, displayName, remediation, manual }: Finding): State {
  return { status, life, displayName, plan: remediation?.status, manual: manual !== undefined };
}

/** Whether a stored finding is as expected; undefined stands for no finding. */
export function isAs(stored: State | undefined, expected: State | undefined): boolean {
  return describe(stored) === describe(expected);
}

export function describe(state: State | undefined): string {
  if (!state) return 'none';
  const { status, life, displayName, plan = 'no plan', manual } = state;
  return `${status}, life ${life}, ${plan}${manual ? ', manual' : ''}, ${JSON.stringify(displayName)}`;
}
