import { createHash } from 'node:crypto';
import { canonicalJson } from '../text/canonical-json.js';

/** Where a remediation stands. Only `approved` is ever carried out. */
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

/** A request to Graph, as data. Key credentials in its body lack `key`: it is put back from a fresh read when sent. */
export interface GraphWrite {
  readonly method: 'PATCH' | 'POST' | 'PUT';
  /** Relative to the version, for example `/applications/{id}`. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What would be sent, and what a person must know before it is. */
export interface Plan {
  readonly requests: readonly GraphWrite[];
  /** Graph offers no way back. */
  readonly irreversible: boolean;
  /** Sentences for an approver, each of which must be acknowledged. */
  readonly warnings: readonly string[];
  /**
   * What the approval is bound to. Two plans of one guard do the same thing: what a sibling remediation of the same
   * object may change meanwhile is left out of it.
   */
  readonly guard: unknown;
}

/** Why no plan is offered, and what a person can do. */
export interface Manual {
  readonly reason: string;
  readonly steps: readonly string[];
}

/** What a rule proposes for one of its violations. */
export type Remedy = { readonly plan: Plan } | { readonly manual: Manual };

/** Somebody's word on a plan. */
export interface Decision {
  /** The signed-in principal. */
  readonly author: string;
  readonly at: string;
  readonly comment?: string;
  /** An approval ends by itself. */
  readonly expiresAt?: string;
}

/** An attempt to carry the plan out; as long as it has no outcome, nobody starts another. */
export interface Attempt {
  /** Who took it, so that two workers never send twice. */
  readonly owner: string;
  readonly startedAt: string;
  /** Graph's request ids of what was sent. */
  readonly requestIds: readonly string[];
}

/** A plan on its way from proposal to outcome. */
export interface Remediation {
  /** Changes with the plan: an approval, or a message, of an earlier plan never meets it. */
  readonly id: string;
  readonly status: RemediationStatus;
  readonly plan: Plan;
  readonly planHash: string;
  readonly proposedAt: string;
  readonly decision?: Decision;
  readonly attempt?: Attempt;
  /** How it ended, or why it went back to a person; with what to do. */
  readonly outcome?: string;
}

/**
 * The hash that binds an approval to a plan.
 * @returns 64 hexadecimal digits
 */
export function planHash({ guard, irreversible, warnings }: Plan): string {
  return createHash('sha256')
    .update(canonicalJson([guard, irreversible, warnings]))
    .digest('hex');
}

/** A plan as a proposal to a person. */
export function propose(findingId: string, plan: Plan, proposedAt: string): Remediation {
  const hash = planHash(plan);
  const id = createHash('sha256').update(`${findingId}\n${hash}\n${proposedAt}`).digest('hex').slice(0, 16);
  return { id, status: 'proposed', plan, planHash: hash, proposedAt };
}
