import type { GraphWrite } from './graph-write.js';
import { type Attempt, mayHaveChanged, type Plan, type Remediation } from './remediation.js';

/** The detail of an audit event. */
type AuditDetail = Readonly<Record<string, unknown>>;

/**
 * The attempt whose effect an observation shows, also if it counts as failed because its change was not seen in time.
 * @param because the violation is gone, or the whole object; without Graph's confirmation, an object that is gone says
 * nothing about the attempt
 */
export function attemptBehind(
  { attempt, unconfirmed }: Pick<Remediation, 'attempt' | 'unconfirmed'>,
  because: 'complies' | 'object-gone',
): Attempt | undefined {
  const candidate = mayHaveChanged(attempt) ? attempt : unconfirmed;
  return because === 'complies' || candidate?.requestIds.length ? candidate : undefined;
}

/** Whether a worker executes the plan now, or was interrupted while it did: the attempt has no outcome yet. */
export function isUnderWay({ status, attempt }: Remediation): boolean {
  return status === 'approved' && attempt !== undefined;
}

/** The sentence of a remediation that was applied. */
export function appliedOutcome({ requestIds }: Attempt, { undoes }: Pick<Plan, 'undoes'>): string {
  const change = undoes ? 'Undone and verified. The next scan finds the problem again.' : 'Applied and verified.';
  return `${change}${requestIds.length > 0 ? ` Graph request ids: ${requestIds.join(', ')}.` : ''}`;
}

/** What the audit trail records of an attempt: who used which approval, and how Graph confirms it. */
export function attemptDetail({ owner, approvalId, requestIds, keyIds, state }: Attempt): AuditDetail {
  return {
    owner,
    ...(approvalId && { approval: approvalId }),
    requestIds,
    ...(keyIds && { keyIdsBefore: keyIds }),
    ...(state && { state }),
  };
}

/** What the audit trail records of a change: the exact requests, and the ids of the keys that remain. */
export function changeDetail(requests: readonly GraphWrite[]): AuditDetail {
  const sent = requests.map(({ body }) => body.keyCredentials).find(Array.isArray) as readonly KeyId[] | undefined;
  return { requests, ...(sent && { keyIdsAfter: sent.map(({ keyId }) => String(keyId)) }) };
}

interface KeyId {
  readonly keyId?: unknown;
}
