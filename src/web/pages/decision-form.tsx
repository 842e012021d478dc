import type { Child } from 'hono/jsx';
import type { Stored } from '../../jobs/ports/index.js';
import type { Finding } from '../../model/finding/finding.js';
import { csrfTokenField } from '../auth/csrf.js';
import type { PageContext } from '../components/page-context.js';

/** What the forms of one finding have in common. */
export interface FormsProps {
  readonly context: PageContext;
  readonly stored: Stored<Finding>;
  /** The query of the list to return to; empty where the user came from elsewhere. */
  readonly list: string;
}

interface FormProps extends FormsProps {
  readonly action: 'approve' | 'reject' | 'suppress' | 'unsuppress' | 'comment' | 'assign' | 'undo';
  readonly primary?: boolean;
  readonly children?: Child;
}

/** A form contains the versions that the user saw: a decision on other versions is rejected. */
export function DecisionForm({ context, stored, list, action, primary = false, children }: FormProps) {
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
      {list && <input type="hidden" name="list" value={list} />}
      {children}
    </form>
  );
}

/** The comment of a decision. */
export function Comment({ id }: { id: string }) {
  return (
    <div class="field">
      <label for={id}>Comment (optional)</label>
      <input id={id} name="comment" type="text" maxlength={500} autocomplete="off" />
    </div>
  );
}

/** The reason and the end of a suppression. @param now ISO 8601 UTC */
export function SuppressionFields({ now }: { now: string }) {
  const day = (offset: number) => new Date(Date.parse(now) + offset * 86_400_000).toISOString().slice(0, 10);
  return (
    <>
      <div class="field">
        <label for="reason">Reason</label>
        <textarea id="reason" name="reason" rows={2} required minlength={3} maxlength={500} />
      </div>
      <div class="field">
        <label for="until">Until</label>
        <input id="until" name="until" type="date" required min={day(1)} max={day(365)} />
      </div>
      <p class="soft">The suppression ends on that day, or earlier if the evidence changes.</p>
    </>
  );
}
