import { createHash } from 'node:crypto';
import { canonicalJson } from '../text/canonical-json.js';
import type { SignedApproval } from './approval.js';
import type { GraphWrite } from './graph-write.js';
import type { AttemptState, Undoes } from './undo-state.js';

/** The statuses of a remediation. Only an approved one is executed. */
export const remediationStatuses = [
  'proposed',
  'approved',
  'rejected',
  'applied',
  'unneeded',
  'stale',
  'failed',
] as const;
export type RemediationStatus = (typeof remediationStatuses)[number];

/** The requests that would be sent, and what the approver must know. */
export interface Plan {
  readonly requests: readonly GraphWrite[];
  /** The change cannot be undone. */
  readonly irreversible: boolean;
  /** How a person undoes the change: a request to Graph, or a sentence. Absent if it is irreversible. */
  readonly undo?: string;
  /** Sentences for the approver, who must acknowledge each. */
  readonly warnings: readonly string[];
  /**
   * Two plans with the same guard make the same change. The guard omits what another remediation of the same object may
   * change in the meantime.
   */
  readonly guard: unknown;
  /** The plan undoes a remediation. */
  readonly undoes?: Undoes;
}

/** Why there is no plan, and the manual steps. */
export interface Manual {
  readonly reason: string;
  readonly steps: readonly string[];
  /** A fact that decides on the plan could not be read: the next scan reads it again. */
  readonly undetermined?: true;
}

/** The remedy of one violation: a plan, or manual steps. */
export type Remedy = { readonly plan: Plan } | { readonly manual: Manual };

/** A person's decision on a plan. */
export interface Decision {
  /** The signed-in principal. */
  readonly author: string;
  readonly at: string;
  readonly comment?: string;
  /** When the approval expires. */
  readonly expiresAt?: string;
}

/** An attempt to execute the plan. While it has no outcome, no worker starts another. */
export interface Attempt {
  /** The worker that claimed it, so that two workers never send the request twice. */
  readonly owner: string;
  readonly startedAt: string;
  /** The request ids that Graph returned. */
  readonly requestIds: readonly string[];
  /** The approval that it uses. */
  readonly approvalId?: string;
  /**
   * The ids of the key credentials of the object that the last read before the request returned, and those that a later
   * read of an old replica added.
   */
  readonly keyIds?: readonly string[];
  /** The keys of `keyIds` that a later scan missed, although no plan removed them. */
  readonly missingKeyIds?: readonly string[];
  /** What it has read of the policy that it changes, for an undo. Absent for other objects. */
  readonly state?: AttemptState;
  /** Graph rejected the requests or nothing was sent: no later change of the object is an effect of this attempt. */
  readonly rejected?: true;
}

/** An attempt that may have changed the object. */
export function mayHaveChanged(attempt: Attempt | undefined): attempt is Attempt {
  return attempt !== undefined && !attempt.rejected;
}

/** A plan with its status, from proposal to outcome. */
export interface Remediation {
  /** Changes with the plan: an approval or a message for an earlier plan never applies to it. */
  readonly id: string;
  readonly status: RemediationStatus;
  readonly plan: Plan;
  readonly planHash: string;
  readonly proposedAt: string;
  readonly decision?: Decision;
  /** The signed approvals that give the decision its authority. A proposed plan has one if it waits for a second. */
  readonly approvals?: readonly SignedApproval[];
  readonly attempt?: Attempt;
  /** An earlier attempt whose change was not seen in time. It may become visible later. */
  readonly unconfirmed?: Attempt;
  /** How it ended, or why it needs a new decision, and what to do. */
  readonly outcome?: string;
}

/**
 * The hash that binds an approval to a plan. It covers everything that is shown of the plan, so a change of what an
 * approver reads changes the hash.
 * @returns 64 hexadecimal digits
 */
export function planHash({ requests, guard, irreversible, undo, warnings, undoes }: Plan): string {
  // Absent members add nothing, so that the hashes of stored plans stay as they are.
  const optional = undoes ? [undo ?? null, undoes] : undo === undefined ? [] : [undo];
  return hashOf([requests, guard, irreversible, warnings, ...optional]);
}

/**
 * Why a stored plan must not be shown, approved or executed: `altered` if it does not match its hash, `outdated` if its
 * hash is of version 0.1, which did not cover the requests. The next scan plans again. Undefined for an intact plan.
 */
export function planProblem({
  plan,
  planHash: stored,
}: Pick<Remediation, 'plan' | 'planHash'>): 'altered' | 'outdated' | undefined {
  if (planHash(plan) === stored) return undefined;
  const { guard, irreversible, warnings } = plan;
  return hashOf([guard, irreversible, warnings]) === stored ? 'outdated' : 'altered';
}

/** A proposed remediation. @param proposedAt ISO 8601 UTC */
export function propose(findingId: string, plan: Plan, proposedAt: string): Remediation {
  const hash = planHash(plan);
  const id = createHash('sha256').update(`${findingId}\n${hash}\n${proposedAt}`).digest('hex').slice(0, 16);
  return { id, status: 'proposed', plan, planHash: hash, proposedAt };
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}
