import type { Child } from 'hono/jsx';
import type { Stored } from '../../jobs/ports/index.js';
import type { Finding } from '../../model/finding/finding.js';
import type { Remediation } from '../../model/remediation/remediation.js';
import { safeLines } from '../../model/text/safe-text.js';
import { csrfTokenField } from '../auth/csrf.js';
import type { Frame } from '../components/page-context.js';

interface FormsProps {
  readonly frame: Frame;
  readonly stored: Stored<Finding>;
}

/** What can be done about a finding now, and by whom. */
export function DecisionForms({ frame, stored }: FormsProps) {
  const { value: finding } = stored;
  if (finding.status === 'resolved') return null;
  if (!frame.visitor.mayDecide) {
    return <p class="soft">Your role lets you look, and not decide. An approver can approve, reject or suppress.</p>;
  }
  const { remediation } = finding;
  return (
    <>
      {remediation &&
        isApprovable(remediation) &&
        (frame.readOnly ? (
          <p class="soft">{frame.readOnly}</p>
        ) : (
          <ApproveForm frame={frame} stored={stored} plan={remediation} />
        ))}
      {remediation && isRejectable(remediation) && (
        <details class="decide">
          <summary>Reject the plan</summary>
          <Form frame={frame} stored={stored} action="reject">
            <Comment id="reject-comment" />
            <button type="submit" class="quiet">
              Reject
            </button>
          </Form>
        </details>
      )}
      {remediation?.status !== 'approved' && <SuppressForm frame={frame} stored={stored} />}
    </>
  );
}

const isApprovable = ({ status }: Remediation) => ['proposed', 'stale', 'failed', 'rejected'].includes(status);
const isRejectable = ({ status, attempt, outcome }: Remediation) =>
  ['proposed', 'approved', 'stale', 'failed'].includes(status) && !(attempt && !outcome);

function ApproveForm({ frame, stored, plan }: FormsProps & { plan: Remediation }) {
  const { warnings } = plan.plan;
  return (
    <Form frame={frame} stored={stored} action="approve" primary>
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
      <Comment id="approve-comment" />
      <button type="submit">Approve this plan</button>
      <p class="soft">
        {frame.writes
          ? 'The object is read again first. If it has changed, nothing is sent and the plan comes back to you.'
          : 'This installation only reads: the approval is kept, and nothing carries it out until a remediator is set.'}
      </p>
    </Form>
  );
}

function SuppressForm({ frame, stored }: FormsProps) {
  const day = (offset: number) => new Date(Date.parse(frame.now) + offset * 86_400_000).toISOString().slice(0, 10);
  return (
    <details class="decide">
      <summary>{stored.value.status === 'suppressed' ? 'Change the suppression' : 'Suppress the finding'}</summary>
      <Form frame={frame} stored={stored} action="suppress">
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

/** A form carries what the person saw: a decision on anything else is refused. */
function Form({ frame, stored, action, primary = false, children }: FormProps) {
  const { value, etag } = stored;
  return (
    <form
      class={primary ? 'decision primary' : 'decision'}
      method="post"
      action={`${frame.root}/findings/${value.id}/${action}`}
    >
      <input type="hidden" name={csrfTokenField} value={frame.csrfToken} />
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
