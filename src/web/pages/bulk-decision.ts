import { createHash } from 'node:crypto';
import type { Stored } from '../../jobs/ports/index.js';
import type { Finding } from '../../model/finding/finding.js';
import { planProblem, type Remediation } from '../../model/remediation/remediation.js';

/** The decisions that can be made on several findings. */
export const bulkActions = ['approve', 'reject', 'suppress'] as const;
export type BulkAction = (typeof bulkActions)[number];

/** Whether an approver can approve a plan in its state. */
export function isApprovable({ status }: Remediation): boolean {
  return ['proposed', 'stale', 'failed', 'rejected'].includes(status);
}

/** Whether an approver can reject a plan in its state: not while it is executed. */
export function isRejectable({ status, attempt, outcome }: Remediation): boolean {
  return ['proposed', 'approved', 'stale', 'failed'].includes(status) && !(attempt && !outcome);
}

/** Why a decision on a finding is not possible together with others; undefined if it is. */
export function obstacleTo(action: BulkAction, { status, remediation }: Finding): string | undefined {
  if (status === 'resolved')
    return remediation?.plan.undoes ? 'Decide on an undo on its own page.' : 'The finding is resolved.';
  if (action === 'suppress')
    return remediation?.status === 'approved' ? 'Its plan is approved. Reject the plan first.' : undefined;
  if (!remediation) return 'It has no plan. Fix it manually.';
  if (action === 'reject') return isRejectable(remediation) ? undefined : `Its plan is ${remediation.status}.`;
  if (planProblem(remediation)) return 'Its stored plan does not match its hash. The next scan makes a new plan.';
  if (status === 'suppressed') return 'It is suppressed. Approve it on its own page, which ends the suppression.';
  return isApprovable(remediation) ? undefined : `Its plan is ${remediation.status}.`;
}

/** A warning of several plans. */
export interface SharedWarning {
  /** A hash of the text: the value of the checkbox. */
  readonly id: string;
  readonly text: string;
  /** The names of the objects whose plans have it. */
  readonly names: readonly string[];
}

/** The warnings of the plans that can be approved, each text once. */
export function warningsOf(selected: readonly Stored<Finding>[]): SharedWarning[] {
  const names = new Map<string, string[]>();
  for (const { value } of selected) {
    if (obstacleTo('approve', value)) continue;
    for (const text of value.remediation?.plan.warnings ?? [])
      names.set(text, [...(names.get(text) ?? []), value.displayName]);
  }
  return [...names].map(([text, of]) => ({
    id: createHash('sha256').update(text).digest('hex').slice(0, 16),
    text,
    names: of,
  }));
}
