import type { Finding } from '../../model/finding/finding.js';
import { isSameChange, missingKeys, removedKey } from '../../model/remediation/compare-plans.js';
import { type Plan, planProblem, type Remediation } from '../../model/remediation/remediation.js';
import type { RemediationContext } from './remediation-context.js';

/**
 * Whether a new plan is the approved one. Both must make the same change (guard, warnings, reversibility), and their
 * requests must be equal. One difference is allowed: a key that the approved request keeps may be missing, if an approval
 * with a valid signature removes that key from the same object. So two approved keys can be removed in either order, and
 * no other change of the object passes.
 * @throws ConsentinelError if the other findings of the rule could not be read
 */
export async function matchesApproved(
  context: Pick<RemediationContext, 'findings' | 'verifier'>,
  finding: Finding,
  approved: Remediation,
  fresh: Plan,
): Promise<boolean> {
  if (!isSameChange(approved.plan, fresh)) return false;
  const missing = missingKeys(approved.plan.requests, fresh.requests);
  if (!missing || missing.length === 0) return missing !== undefined;
  const removals = await approvedRemovals(context, finding);
  return missing.every((keyId) => removals.has(keyId));
}

/** The keys of the object of a finding that other authentic approvals remove, used or not. */
async function approvedRemovals(
  { findings, verifier }: Pick<RemediationContext, 'findings' | 'verifier'>,
  { tenantId, ruleId, id, objectId }: Finding,
): Promise<ReadonlySet<string>> {
  const keyIds = new Set<string>();
  for await (const { value: other } of findings.findings(tenantId, { ruleId, onDamaged: () => {} })) {
    const { remediation } = other;
    if (other.id === id || other.objectId !== objectId || !remediation || planProblem(remediation)) continue;
    const isApproved = remediation.approvals?.some(
      (signed) =>
        signed.statement.tenantId === tenantId &&
        signed.statement.findingId === other.id &&
        signed.statement.planHash === remediation.planHash &&
        verifier !== undefined &&
        !verifier.rejectionOf(signed),
    );
    const removed = isApproved && removedKey(remediation.plan);
    if (removed) keyIds.add(removed);
  }
  return keyIds;
}
