import { planProblem } from '../../model/remediation/remediation.js';
import type { Rule } from '../../model/rule/rule.js';
import { safeLines } from '../../model/text/safe-text.js';
import { Notice, Person, Timestamp } from '../components/elements.js';
import type { FormsProps } from './decision-form.js';
import { DecisionForms } from './decision-forms.js';
import { ManualFixTabs } from './manual-fix-tabs.js';
import { AlteredPlan, PlanState } from './plan-state.js';
import { ManualView, PlanView } from './plan-view.js';
import { UndoOffered } from './undo-offered.js';

/** The plan of a finding with the decisions on it, or the manual fix. */
export function RemediationSection({ rule, ...forms }: FormsProps & { rule: Rule | undefined }) {
  const { value: finding } = forms.stored;
  const { remediation, manual, suppression, status } = finding;
  const manualFix = status === 'resolved' ? undefined : rule?.manualFix?.(finding);
  const problem = remediation && planProblem(remediation);
  return (
    <section class="card remedy" aria-labelledby="remedy">
      <h2 id="remedy">{remediation ? (remediation.plan.undoes ? 'Undo' : 'Plan') : 'Manual fix'}</h2>
      {status === 'suppressed' && suppression && (
        <Notice kind="care" heading="Suppressed">
          <p>
            Until <Timestamp at={suppression.until} /> by <Person author={suppression.author} />:{' '}
            {safeLines(suppression.reason)}
          </p>
        </Notice>
      )}
      {remediation && <PlanState remediation={remediation} />}
      {remediation &&
        (problem ? (
          <AlteredPlan problem={problem} isOver={status === 'resolved'} />
        ) : (
          <PlanView plan={remediation.plan} isOver={status === 'resolved'} />
        ))}
      {!remediation && (manual ? <ManualView manual={manual} /> : <p>No automatic fix. Fix it manually:</p>)}
      {manualFix &&
        (remediation ? (
          <details>
            <summary>Fix it manually instead</summary>
            <ManualFixTabs fix={manualFix} id="fix" />
          </details>
        ) : (
          <ManualFixTabs fix={manualFix} id="fix" />
        ))}
      {!remediation && !manual && !manualFix && <p>“How to fix it” below has the steps.</p>}
      <UndoOffered {...forms} rule={rule} />
      <DecisionForms {...forms} />
    </section>
  );
}
