import { auditEvent } from '../../model/finding/audit.js';
import type { Finding } from '../../model/finding/finding.js';
import { undoProblem } from '../../model/finding/undo-problem.js';
import { planProblem, propose, type Remediation } from '../../model/remediation/remediation.js';
import { hasEnded, nextState } from '../../model/remediation/states.js';
import type { Rule } from '../../model/rule/rule.js';
import { type UndoOffer, undoOffer } from '../../model/rule/undo.js';
import { commitDecision, type DecisionSubject, findingAsSeen, refused } from '../finding/decision.js';
import type { Clock, FindingStore } from '../ports/index.js';

/** What an undo is proposed with. It has no access to the directory: the plan follows from what was recorded. */
export interface UndoContext {
  readonly findings: Pick<FindingStore, 'finding' | 'commit' | 'history'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly rules: readonly Rule[];
  /** Why nothing can be changed: the tenant is read-only. */
  readonly readOnly?: string;
}

/**
 * Proposes the plan that undoes the applied remediation of a finding. The plan needs an approval as every plan. An undo
 * that is proposed already stays as it is.
 * @throws ConsentinelError `finding-unknown`, `decision-conflict`; `decision-refused` with the reason and the manual steps
 */
export async function proposeUndo(context: UndoContext, subject: DecisionSubject): Promise<Finding> {
  const stored = await findingAsSeen(context.findings, subject);
  const before = stored.value.remediation;
  if (before && isOpenUndo(before)) return stored.value;
  if (context.readOnly) throw refused(context.readOnly);
  const rule = context.rules.find(({ id }) => id === stored.value.ruleId);
  const plan = offeredPlan(undoOffer(stored.value, rule));
  const problem = plan.undoes && undoProblem(plan.undoes, await context.findings.history(stored.value));
  if (problem) throw refused(`Consentinel does not undo the change. ${problem}`, 'Run `consentinel verify-audit`.');
  const at = context.clock.now();
  const status = nextState(before?.status ?? 'none', 'propose-undo', 'approver');
  const remediation: Remediation = { ...propose(stored.value.id, plan, at), status };
  const finding: Finding = { ...stored.value, remediation, changedAt: at };
  const event = auditEvent(finding, {
    at,
    type: 'proposed',
    author: subject.author,
    summary: `Proposed an undo: ${plan.requests.map(({ method, path }) => `${method} ${path}`).join(', ')}.`,
    detail: { remediation: remediation.id, planHash: remediation.planHash, undoes: plan.undoes?.remediationId },
  });
  return commitDecision(context.findings, finding, stored.etag, event);
}

/** An undo that was proposed and has no outcome yet. */
function isOpenUndo(remediation: Remediation): boolean {
  return remediation.plan.undoes !== undefined && !hasEnded(remediation.status) && !planProblem(remediation);
}

function offeredPlan(offer: UndoOffer | undefined) {
  if (!offer) throw refused('The finding has no applied remediation, so there is nothing to undo.');
  if (offer.offered) return offer.plan;
  const { reason, manually } = offer;
  throw refused(`Consentinel does not undo the change. ${reason}`, manually && `Undo it manually: ${manually}`);
}
