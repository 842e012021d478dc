import { ConsentinelError } from '../../model/errors.js';
import type { RemedyOptions } from '../../model/rule/remedy.js';
import type { Rule } from '../../model/rule/rule.js';
import type { Organization, RuleSettings } from '../../model/tenant/tenant.js';
import type {
  Clock,
  Directory,
  FindingStore,
  PauseStore,
  Remediator,
  RemediatorState,
  StatementVerifier,
} from '../ports/index.js';
import type { ApprovalPolicy } from './approval-policy.js';

/** How long a change is verified: replicas of the directory lag behind, by minutes at worst. */
export interface Patience {
  /** How many reads in a row must agree. */
  readonly agreeing: number;
  /** Before the first read. Each wait is twice as long as the one before it. */
  readonly firstMilliseconds: number;
  /** No wait is longer. */
  readonly longestMilliseconds: number;
  /** All waits together. */
  readonly totalMilliseconds: number;
}

/**
 * Reads after 1, 3, 7, 15, and 31 seconds, and then every 30 seconds for three minutes in all. Source: Graph, "404 errors
 * when you manage objects": wait, double the wait; delays of several minutes occur.
 */
export const defaultPatience: Patience = {
  agreeing: 2,
  firstMilliseconds: 1000,
  longestMilliseconds: 30_000,
  totalMilliseconds: 180_000,
};

/** The waits before the reads, in milliseconds. */
export function* waitsOf({ firstMilliseconds, longestMilliseconds, totalMilliseconds }: Patience): Generator<number> {
  let left = totalMilliseconds;
  for (let next = firstMilliseconds; left > 0; next *= 2) {
    const wait = Math.min(next, longestMilliseconds, left);
    left -= wait;
    yield wait;
  }
}

/** The safety limits of remediations. */
export interface RunLimits {
  /** The setting MAX_REMEDIATIONS_PER_RUN: how many are sent in any 60 minutes. */
  readonly maxPerRun: number;
}

/** What remediations are executed with. */
export interface RemediationContext {
  readonly directory: Directory;
  readonly findings: FindingStore;
  readonly clock: Clock;
  readonly rules: readonly Rule[];
  readonly tenant: Organization & RuleSettings;
  /** Undefined if no identity that may write is configured: then the installation is read-only. */
  readonly remediator: Remediator | undefined;
  /** Verifies approvals; undefined if no public key is known: then nothing is executed. */
  readonly verifier?: StatementVerifier;
  readonly approvalPolicy: ApprovalPolicy;
  /** Why nothing can ever be changed in this tenant. */
  readonly readOnly?: string;
  readonly remedyOptions: RemedyOptions;
  readonly patience: Patience;
  readonly limits: RunLimits;
  /** Limits the writes of all workers. */
  readonly state: RemediatorState;
  readonly pauses: PauseStore;
  /** The name of this worker. */
  readonly owner: string;
}

/** The error of an installation that cannot write to the tenant. */
export function noRemediator({ readOnly }: Pick<RemediationContext, 'readOnly'>): ConsentinelError {
  if (readOnly) return new ConsentinelError('remediation-disabled', readOnly);
  return new ConsentinelError(
    'remediation-disabled',
    'Read-only installation: no identity with write permission is configured.',
    'Set REMEDIATOR_CLIENT_ID to an identity with write permission. On the command line, set REMEDIATION=on.',
  );
}
