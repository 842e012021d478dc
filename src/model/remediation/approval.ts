import { createHash } from 'node:crypto';
import type { GraphWrite } from './graph-write.js';
import type { SignedStatement } from './signed-statement.js';

/** The person who approved: ids only, as the token provides them. */
export interface ApprovalAuthor {
  /** The object id of the person; `local:<user>` on a laptop. */
  readonly id: string;
  /** For display: a user principal name or a name. */
  readonly name: string;
  /** The app roles in the token. */
  readonly roles: readonly string[];
}

/** What an approver approves: exactly these requests, for one finding of one tenant, until a time. */
export interface ApprovalStatement {
  readonly kind: 'approval';
  /** Unique. An approval is used once. */
  readonly id: string;
  readonly tenantId: string;
  readonly findingId: string;
  readonly remediationId: string;
  readonly planHash: string;
  readonly requests: readonly GraphWrite[];
  /** In the second of two approvals: the id of the first. */
  readonly completes?: string;
  readonly author: ApprovalAuthor;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** ISO 8601 UTC. */
  readonly expiresAt: string;
}

/** An approval as it is stored. Only its signature gives it authority: anybody who writes to the table can store one. */
export type SignedApproval = SignedStatement<ApprovalStatement>;

/** Identifies a signature in the audit trail. @returns 64 hexadecimal digits */
export function signatureHash({ signature }: Pick<SignedApproval, 'signature'>): string {
  return createHash('sha256').update(signature).digest('hex');
}

/** Whether two approvals are of the same person. Object ids are compared without regard to case. */
export function isSamePerson(a: Pick<ApprovalAuthor, 'id'>, b: Pick<ApprovalAuthor, 'id'>): boolean {
  return a.id.toLowerCase() === b.id.toLowerCase();
}

/** Whether an approval has expired. @param now ISO 8601 UTC */
export function isExpired({ statement }: SignedApproval, now: string): boolean {
  return !(Date.parse(statement.expiresAt) > Date.parse(now));
}
