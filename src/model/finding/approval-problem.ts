import { toleratedSkew } from '../clock/clock-skew.js';
import { type SignedApproval, signatureHash } from '../remediation/approval.js';
import type { Remediation } from '../remediation/remediation.js';
import { canonicalJson } from '../text/canonical-json.js';
import type { AuditEvent } from './audit.js';
import type { Finding } from './finding.js';
import { maxApprovalDays } from './lifetimes.js';

const day = 86_400_000;

/**
 * Why a signed approval does not allow the plan of a finding; undefined if it does. The caller verifies the signature.
 * It does not check whether the approval has expired.
 * @param now ISO 8601 UTC
 * @param history the audit events of the finding, oldest first; undefined if they were checked before
 */
export function approvalProblem(
  signed: SignedApproval,
  finding: Pick<Finding, 'tenantId' | 'id'>,
  remediation: Remediation,
  now: string,
  history: readonly AuditEvent[] | undefined,
): string | undefined {
  const { statement } = signed;
  if (statement.kind !== 'approval') return 'The signed statement is not an approval.';
  if (statement.tenantId !== finding.tenantId) return `The approval is for the tenant ${statement.tenantId}.`;
  if (statement.findingId !== finding.id) return `The approval is for the finding ${statement.findingId}.`;
  if (statement.remediationId !== remediation.id) return `The approval is for the plan ${statement.remediationId}.`;
  if (statement.planHash !== remediation.planHash) return 'The approval is for a plan with another hash.';
  if (canonicalJson(statement.requests) !== canonicalJson(remediation.plan.requests))
    return 'The requests of the approval differ from the requests of the plan.';
  return lifetimeProblem(signed, now) ?? (history && eventProblem(signed, remediation, history));
}

function lifetimeProblem({ statement: { at, expiresAt } }: SignedApproval, now: string): string | undefined {
  const [start, end] = [Date.parse(at), Date.parse(expiresAt)];
  if (!(start <= Date.parse(now) + toleratedSkew)) return `The time of the approval (${at}) is in the future.`;
  if (!(end <= start + maxApprovalDays * day))
    return `The approval is valid for more than ${maxApprovalDays} days: from ${at} to ${expiresAt}.`;
  return undefined;
}

/** The events that withdraw an approval. */
const withdrawing: readonly AuditEvent['type'][] = ['rejected', 'suppressed', 'stale', 'approval-expired'];

/** The approval and its event are written in one transaction. */
function eventProblem(
  signed: SignedApproval,
  remediation: Remediation,
  history: readonly AuditEvent[],
): string | undefined {
  const wanted = { statement: signed.statement.id, keyId: signed.keyId, signatureHash: signatureHash(signed) };
  const at = history.findLastIndex(
    ({ type, detail }) =>
      type === 'approved' &&
      detail.remediation === remediation.id &&
      detail.planHash === remediation.planHash &&
      Object.entries(wanted).every(([name, value]) => detail[name] === value),
  );
  if (at < 0) return 'The audit trail has no event of this approval.';
  const later = history.slice(at + 1).find(({ type }) => withdrawing.includes(type));
  return later && `The approval was withdrawn at ${later.at} by ${later.author} (${later.type}).`;
}
