import { ConsentinelError } from '../../model/errors.js';
import type { RemedyOptions } from '../../model/rule/remedy.js';
import type { Rule } from '../../model/rule/rule.js';
import type { Organization } from '../../model/tenant/tenant.js';
import type { Clock, Directory, FindingStore, Remediator, StatementVerifier } from '../ports/index.js';
import type { ApprovalPolicy } from './approval-policy.js';

/** How long a change is verified: replicas of the directory lag behind, by minutes at worst. */
export interface Patience {
  /** The number of reads at most. */
  readonly reads: number;
  /** How many reads in a row must agree. */
  readonly agreeing: number;
  /** Between two reads. */
  readonly milliseconds: number;
}

/** Three minutes. Source: Graph, "404 errors when you manage objects": delays of several minutes occur. */
export const defaultPatience: Patience = { reads: 19, agreeing: 2, milliseconds: 10_000 };

/** What remediations are executed with. */
export interface RemediationContext {
  readonly directory: Directory;
  readonly findings: FindingStore;
  readonly clock: Clock;
  readonly rules: readonly Rule[];
  readonly tenant: Organization;
  /** Undefined if no identity that may write is configured: then the installation is read-only. */
  readonly remediator: Remediator | undefined;
  /** Verifies approvals; undefined if no public key is known: then nothing is executed. */
  readonly verifier: StatementVerifier | undefined;
  readonly approvalPolicy: ApprovalPolicy;
  /** Why nothing can ever be changed in this tenant. */
  readonly readOnly?: string;
  readonly remedyOptions: RemedyOptions;
  readonly patience: Patience;
  /** The name of this worker. */
  readonly owner: string;
}

/** The error of an installation that cannot write to the tenant. */
export function noRemediator({ readOnly }: Pick<RemediationContext, 'readOnly'>): ConsentinelError {
  if (readOnly) return new ConsentinelError('remediation-disabled', readOnly);
  return new ConsentinelError(
    'remediation-disabled',
    'This installation only reads: no identity that may write is configured.',
    'Set REMEDIATOR_CLIENT_ID to the identity that may, or REMEDIATION=on for the command line.',
  );
}
