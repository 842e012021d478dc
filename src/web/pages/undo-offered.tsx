import type { Rule } from '../../model/rule/rule.js';
import { undoOffer } from '../../model/rule/undo.js';
import { safeLines } from '../../model/text/safe-text.js';
import { DecisionForm, type FormsProps } from './decision-form.js';
import { PlanView } from './plan-view.js';

/** The undo of an applied plan: a form that proposes it, or the reason why there is none, with the manual steps. */
export function UndoOffered({ rule, ...forms }: FormsProps & { rule: Rule | undefined }) {
  const { context, stored } = forms;
  const offer = undoOffer(stored.value, rule);
  if (!offer) return null;
  if (!offer.offered) {
    return (
      <p class="soft">
        No undo on this page. {safeLines(offer.reason)}
        {offer.manually && (
          <>
            {' '}
            Undo it manually: <code>{safeLines(offer.manually)}</code>
          </>
        )}
      </p>
    );
  }
  if (!context.visitor.mayDecide || context.readOnly) return null;
  return (
    <details class="decide">
      <summary>Undo the change</summary>
      <DecisionForm {...forms} action="undo">
        <p>Consentinel proposes this plan. It needs an approval, and nothing is sent before.</p>
        <PlanView plan={offer.plan} isOver={false} />
        <button type="submit" class="quiet">
          Propose the undo
        </button>
      </DecisionForm>
    </details>
  );
}
