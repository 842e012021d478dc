import type { Cloud } from '../model/entra/clouds.js';
import type { FindingEvidence } from '../model/finding/app-evidence.js';
import { type Finding, type Observed, type ViewStatus, viewStatus } from '../model/finding/finding.js';
import { portalUrl } from '../model/finding/portal-url.js';
import { type ManualFix, manualFixOf } from '../model/remediation/manual-fix.js';
import { type Plan, planProblem, type Remediation } from '../model/remediation/remediation.js';
import { problemOf, type RuleProblem } from '../model/rule/rule-problem.js';
import { type RuleWithUndo, type UndoOffer, undoOffer } from '../model/rule/undo.js';

/** A finding as every output shows it. Scripts rely on its member names. */
export type FindingView = Observed &
  Pick<
    Finding,
    'appearedAt' | 'changedAt' | 'resolvedAt' | 'suppression' | 'assignee' | 'manual' | keyof FindingEvidence
  > & {
    /** What is wrong, as a short noun phrase: the title of the finding. The rule id for a rule that no longer exists. */
    problem: string;
    status: ViewStatus;
    portalUrl: string;
    /** How a person fixes it; absent where the rule has none, and for a resolved finding. */
    manualFix?: ManualFix;
    remediation?: RemediationView;
    /** For an applied plan: whether Consentinel can undo it, or why not. */
    undo?: UndoView;
  };

/** The undo of an applied plan: the requests that `consentinel undo` proposes, or the reason why there are none. */
export type UndoView =
  | { offered: true; requests: Plan['requests'] }
  | { offered: false; reason: string; manually?: string };

/** A remediation as every output shows it: the requests of its plan are members of their own. */
export type RemediationView = Omit<Remediation, 'plan' | 'approvals'> &
  Pick<Plan, 'requests' | 'irreversible' | 'undo' | 'undoes' | 'warnings'>;

/**
 * The view of a finding.
 * @param since `since` of the latest finished scan, which decides what is new
 * @param rules the catalogue, for the problem and the manual fix
 */
export function findingView(
  finding: Finding,
  since: string | undefined,
  cloud: Cloud,
  rules: readonly (RuleProblem & Parameters<typeof manualFixOf>[0][number] & RuleWithUndo)[] = [],
): FindingView {
  const problem = finding.remediation && planProblem(finding.remediation);
  if (problem) return findingView(withoutPlan(finding, problem), since, cloud, rules);
  const undo = undoOffer(
    finding,
    rules.find(({ id }) => id === finding.ruleId),
  );
  const manualFix = finding.status === 'resolved' ? undefined : manualFixOf(rules, finding);
  const {
    id,
    tenantId,
    ruleId,
    status: _status,
    appearedIn: _appearedIn,
    life: _life,
    remediation,
    ...shown
  } = finding;
  return {
    id,
    tenantId,
    ruleId,
    problem: problemOf(rules, ruleId),
    ...shown,
    status: viewStatus(finding, since),
    portalUrl: portalUrl(finding, cloud),
    ...(manualFix && { manualFix }),
    ...(remediation && { remediation: remediationView(remediation) }),
    ...(undo && { undo: undoView(undo) }),
  };
}

/** A plan that does not match its hash is never shown: its requests are not those that the rule proposed. */
function withoutPlan({ remediation: _altered, ...finding }: Finding, problem: 'altered' | 'outdated'): Finding {
  const reason =
    problem === 'altered'
      ? 'The stored plan does not match its hash: it was changed after the proposal.'
      : 'An earlier version made the plan. Its hash does not cover the requests.';
  return { ...finding, manual: { reason, steps: ['Scan again. The scan makes a new plan.'] } };
}

function remediationView({ plan, approvals: _signed, ...remediation }: Remediation): RemediationView {
  const { requests, irreversible, undo, undoes, warnings } = plan;
  return { ...remediation, requests, irreversible, ...(undo && { undo }), ...(undoes && { undoes }), warnings };
}

function undoView(offer: UndoOffer): UndoView {
  return offer.offered ? { offered: true, requests: offer.plan.requests } : offer;
}
