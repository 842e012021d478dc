import type { Finding } from '../../model/finding/finding.js';
import { type ApprovalAuthor, isSamePerson } from '../../model/remediation/approval.js';
import type { AppOwners } from '../ports/index.js';

/** How many people must approve a plan. */
export interface ApprovalPolicy {
  /** The setting APPROVALS_REQUIRED. */
  readonly required: 1 | 2;
  /** Reads the owners of the affected app, if two people must approve. */
  readonly owners: AppOwners;
}

/**
 * Why these people cannot approve a plan together; undefined if they can. With two required approvals they are different
 * people, and at least one of them does not own the affected app.
 * @throws ConsentinelError if the owners could not be read
 */
export async function approverProblem(
  { required, owners }: ApprovalPolicy,
  { on, appId }: Pick<Finding, 'on' | 'appId'>,
  authors: readonly ApprovalAuthor[],
  signal?: AbortSignal,
): Promise<string | undefined> {
  const people = authors.filter((author, at) => authors.findIndex((other) => isSamePerson(author, other)) === at);
  if (people.length < required)
    return `The plan needs approvals of ${required} different people. It has approvals of ${people.length}.`;
  if (required < 2 || on === 'tenant' || !appId) return undefined;
  const ids = await owners.ownerIdsOf(appId, signal);
  if (people.some(({ id }) => !ids.has(id.toLowerCase()))) return undefined;
  return 'All approvers own the app. At least one approver must not own it.';
}
