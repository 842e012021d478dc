import { safeText } from '../../model/text/safe-text.js';
import { DisplayName } from '../components/elements.js';
import { DecisionForm, type FormsProps } from './decision-form.js';

/** A comment on a finding, without a decision. */
export function CommentForm(props: FormsProps) {
  if (!props.context.visitor.mayDecide) return null;
  return (
    <details class="decide first">
      <summary>Add a comment</summary>
      <DecisionForm {...props} action="comment">
        <div class="field">
          <label for="comment">Comment</label>
          <textarea id="comment" name="comment" rows={2} required maxlength={1000} />
        </div>
        <button type="submit" class="quiet">
          Save the comment
        </button>
      </DecisionForm>
    </details>
  );
}

/** Who takes care of a finding. */
export function Assignment(props: FormsProps) {
  const { context, stored } = props;
  const { assignee } = stored.value;
  const { mayDecide, approver } = context.visitor;
  return (
    <section class="card facts" aria-labelledby="assignment">
      <h2 id="assignment">Assigned to</h2>
      <p>{assignee ? <DisplayName text={assignee} /> : <span class="soft">Not assigned</span>}</p>
      {mayDecide && (
        <details>
          <summary>{assignee ? 'Change' : 'Assign'}</summary>
          <DecisionForm {...props} action="assign">
            <div class="field">
              <label for="assignee">Name or user principal name</label>
              <input
                id="assignee"
                name="assignee"
                type="text"
                value={safeText(assignee ?? approver.name)}
                maxlength={200}
                autocomplete="off"
                aria-describedby="assignee-hint"
              />
            </div>
            <button type="submit" class="quiet">
              Save
            </button>
            <p class="soft" id="assignee-hint">
              The assignment gives no permission. An empty field removes it.
            </p>
          </DecisionForm>
        </details>
      )}
    </section>
  );
}
