import type { Child } from 'hono/jsx';
import type { Stored } from '../../jobs/ports/index.js';
import type { Finding } from '../../model/finding/finding.js';
import { planProblem, type Remediation } from '../../model/remediation/remediation.js';
import { safeLines } from '../../model/text/safe-text.js';
import { csrfTokenField } from '../auth/csrf.js';
import type { PageContext } from '../components/page-context.js';
import { endSuppressionField } from './field-names.js';

interface FormsProps {
  readonly context: PageContext;
  readonly stored: Stored<Finding>;
}

/** The decisions that the user can take on a finding now. */
export function DecisionForms({ context, stored }: FormsProps) {
  const { value: finding } = stored;
  if (finding.status === 'resolved') return null;
  if (!context.visitor.mayDecide) {
    return <p class="soft">Your role lets you look, and not decide. An approver can approve, reject or suppress.</p>;
  }
  const { remediation } = finding;
  return (
    <>
      {remediation &&
        isApprovable(remediation) &&
        !planProblem(remediation) &&
        (context.readOnly ? (
          <p class="soft">{context.readOnly}</p>
        ) : (
          <ApproveForm context={context} stored={stored} plan={remediation} />
        ))}
      {remediation && isRejectable(remediation) && (
        <details class="decide">
          <summary>Reject the plan</summary>
          <Form context={context} stored={stored} action="reject">
            <Comment id="reject-comment" />
            <button type="submit" class="quiet">
              Reject
            </button>
          </Form>
        </details>
      )}
      {remediation?.status !== 'approved' && <SuppressForm context={context} stored={stored} />}
    </>
  );
}

const isApprovable = ({ status }: Remediation) => ['proposed', 'stale', 'failed', 'rejected'].includes(status);
const isRejectable = ({ status, attempt, outcome }: Remediation) =>
  ['proposed', 'approved', 'stale', 'failed'].includes(status) && !(attempt && !outcome);

function ApproveForm({ context, stored, plan }: FormsProps & { plan: Remediation }) {
  const { warnings } = plan.plan;
  return (
    <Form context={context} stored={stored} action="approve" primary>
      {warnings.length > 0 && (
        <fieldset>
          <legend>Before you approve</legend>
          {warnings.map((warning, i) => (
            <label class="check" for={`warning-${i}`}>
              <input id={`warning-${i}`} type="checkbox" name="acknowledged" value={String(i)} required />
              <span>{safeLines(warning)}</span>
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
          ? 'The object is read again first. If it has changed, nothing is sent and the plan comes back to you.'
          : 'This installation only reads: the approval is kept, and nothing carries it out until a remediator is set.'}
      </p>
    </Form>
  );
}

function SuppressForm({ context, stored }: FormsProps) {
  const day = (offset: number) => new Date(Date.parse(context.now) + offset * 86_400_000).toISOString().slice(0, 10);
  return (
    <details class="decide">
      <summary>{stored.value.status === 'suppressed' ? 'Change the suppression' : 'Suppress the finding'}</summary>
      <Form context={context} stored={stored} action="suppress">
        <div class="field">
          <label for="reason">Why it may stand</label>
          <textarea id="reason" name="reason" rows={2} required minlength={3} maxlength={500} />
        </div>
        <div class="field">
          <label for="until">Until</label>
          <input id="until" name="until" type="date" required min={day(1)} max={day(365)} />
        </div>
        <button type="submit" class="quiet">
          Suppress
        </button>
        <p class="soft">It ends by itself on that day, and earlier when the evidence changes.</p>
      </Form>
    </details>
  );
}

interface FormProps extends FormsProps {
  readonly action: 'approve' | 'reject' | 'suppress';
  readonly primary?: boolean;
  readonly children?: Child;
}

/** A form contains the versions that the user saw: a decision on other versions is rejected. */
function Form({ context, stored, action, primary = false, children }: FormProps) {
  const { value, etag } = stored;
  return (
    <form
      class={primary ? 'decision primary' : 'decision'}
      method="post"
      action={`${context.rootPath}/findings/${value.id}/${action}`}
    >
      <input type="hidden" name={csrfTokenField} value={context.csrfToken} />
      <input type="hidden" name="etag" value={etag} />
      <input type="hidden" name="remediation" value={value.remediation?.id ?? ''} />
      {children}
    </form>
  );
}

function Comment({ id }: { id: string }) {
  return (
    <div class="field">
      <label for={id}>Comment (optional)</label>
      <input id={id} name="comment" type="text" maxlength={500} autocomplete="off" />
    </div>
  );
}
