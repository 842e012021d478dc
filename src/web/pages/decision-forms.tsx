import { planProblem, type Remediation } from '../../model/remediation/remediation.js';
import { Message } from '../components/elements.js';
import { isApprovable, isRejectable } from './bulk-decision.js';
import { Comment, DecisionForm, type FormsProps, SuppressionFields } from './decision-form.js';
import { endSuppressionField } from './field-names.js';

/** The decisions that the user can make on a finding now. */
export function DecisionForms(props: FormsProps) {
  const { context, stored } = props;
  const { value: finding } = stored;
  if (finding.status === 'resolved') return null;
  if (!context.visitor.mayDecide) {
    return <p class="soft">Your role can read but not decide. An approver can approve, reject or suppress.</p>;
  }
  const { remediation } = finding;
  return (
    <>
      {remediation &&
        isApprovable(remediation) &&
        !planProblem(remediation) &&
        (context.readOnly ? <p class="soft">{context.readOnly}</p> : <ApproveForm {...props} plan={remediation} />)}
      {remediation && isRejectable(remediation) && (
        <details class="decide">
          <summary>Reject the plan</summary>
          <DecisionForm {...props} action="reject">
            <Comment id="reject-comment" />
            <button type="submit" class="quiet">
              Reject
            </button>
          </DecisionForm>
        </details>
      )}
      {finding.status === 'suppressed' && <UnsuppressForm {...props} />}
      {remediation?.status !== 'approved' && (
        <details class="decide">
          <summary>{finding.status === 'suppressed' ? 'Change the suppression' : 'Suppress the finding'}</summary>
          <DecisionForm {...props} action="suppress">
            <SuppressionFields now={context.now} />
            <button type="submit" class="quiet">
              Suppress
            </button>
          </DecisionForm>
        </details>
      )}
    </>
  );
}

function ApproveForm({ plan, ...props }: FormsProps & { plan: Remediation }) {
  const { context, stored } = props;
  const { warnings } = plan.plan;
  return (
    <DecisionForm {...props} action="approve" primary>
      {warnings.length > 0 && (
        <fieldset>
          <legend>Before you approve</legend>
          {warnings.map((warning, i) => (
            <label class="check" for={`warning-${i}`}>
              <input id={`warning-${i}`} type="checkbox" name="acknowledged" value={String(i)} required />
              <span>
                <Message text={warning} />
              </span>
            </label>
          ))}
        </fieldset>
      )}
      {stored.value.status === 'suppressed' && (
        <label class="check" for="end-suppression">
          <input id="end-suppression" type="checkbox" name={endSuppressionField} value="yes" required />
          <span>The approval ends the suppression of this finding.</span>
        </label>
      )}
      <Comment id="approve-comment" />
      <button type="submit">Approve this plan</button>
      <p class="soft">
        {context.canWrite
          ? 'The object is read again before the fix runs. If it has changed, nothing is sent and the plan needs a new decision.'
          : 'Read-only installation: approvals are saved but not executed.'}
      </p>
    </DecisionForm>
  );
}

function UnsuppressForm(props: FormsProps) {
  return (
    <details class="decide">
      <summary>End the suppression</summary>
      <DecisionForm {...props} action="unsuppress">
        <div class="field">
          <label for="unsuppress-reason">Reason (optional)</label>
          <input id="unsuppress-reason" name="reason" type="text" maxlength={500} autocomplete="off" />
        </div>
        <button type="submit" class="quiet">
          End it now
        </button>
        <p class="soft">The finding is open again, with the plan that it has.</p>
      </DecisionForm>
    </details>
  );
}
