import { ConsentinelError } from '../errors.js';
import { isUnderWay } from '../remediation/execution.js';
import { nextState } from '../remediation/states.js';
import { auditEvent } from './audit.js';
import type { Finding } from './finding.js';
import type { Transition } from './transition.js';

const reason = 'The finding was moved to this installation, and an approval of another installation is not valid here.';

/** Whether a finding has an approval that could still allow an execution. */
export function hasLiveApproval({ remediation }: Finding): boolean {
  if (!remediation) return false;
  const { status, approvals = [] } = remediation;
  return status === 'approved' || (status === 'proposed' && approvals.length > 0);
}

/**
 * The state in which a finding moves to another installation: its plan needs a new decision there. The other installation
 * has another signing key, and a plan must not be executed in both.
 * @param by the time (ISO 8601 UTC) and the author of the move
 * @returns undefined where it moves as it is
 * @throws ConsentinelError `transfer-refused` where an attempt has no outcome yet
 */
export function movedFinding(
  finding: Finding,
  { at, author }: { readonly at: string; readonly author: string },
): Transition | undefined {
  const { remediation } = finding;
  if (!remediation || !hasLiveApproval(finding)) return undefined;
  if (isUnderWay(remediation)) throw underWay(finding);
  const { approvals = [], decision: _withdrawn, ...plan } = remediation;
  const status = plan.status === 'approved' ? nextState(plan.status, 'refuse', 'export') : plan.status;
  const outcome = `${reason} Read the plan and decide again.`;
  const ids = approvals.map(({ statement, keyId }) => ({ id: statement.id, keyId }));
  const detail = { remediation: plan.id, planHash: plan.planHash, reason, approvals: ids };
  return {
    finding: { ...finding, changedAt: at, remediation: { ...plan, status, outcome } },
    events: [auditEvent(finding, { at, type: 'refused', author, summary: outcome, detail })],
  };
}

function underWay({ id, displayName, tenantId }: Finding): ConsentinelError {
  return new ConsentinelError(
    'transfer-refused',
    `The remediation of finding ${id} (${displayName}) is in progress: its requests may have been sent, and the result is not known yet.`,
    `Run \`consentinel remediate --tenant ${tenantId}\`, which verifies it, and then export again.`,
  );
}
