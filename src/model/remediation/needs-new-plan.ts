import { planProblem, type Remediation } from './remediation.js';
import { hasEnded } from './states.js';

/** For the outcome of an approval without a signature. */
export const unsignedApproval =
  'The approval is not signed. Version 0.1 did not sign approvals, so its approvals need a new decision.';

/** Whether a remediation is approved without a signature, and nothing was sent yet. */
export function isApprovedUnsigned({ status, approvals = [], attempt }: Remediation): boolean {
  return status === 'approved' && approvals.length === 0 && !attempt;
}

/**
 * Whether a scan must plan again: the stored plan was altered, is of version 0.1, or is approved without a signature. An
 * attempt of version 0.1 keeps its plan until it has an outcome.
 */
export function needsNewPlan(remediation: Remediation): boolean {
  if (hasEnded(remediation.status)) return false;
  const problem = planProblem(remediation);
  const isUnderWay = remediation.status === 'approved' && remediation.attempt !== undefined;
  return problem === 'altered' || (problem === 'outdated' && !isUnderWay) || isApprovedUnsigned(remediation);
}
