import { csrfTokenField } from '../auth/csrf.js';
import type { PageContext } from '../components/page-context.js';

/** For approvers: stops every write, or allows writes again. */
export function PauseForm({ context }: { context: PageContext }) {
  const { visitor, canWrite, readOnly, paused } = context;
  if (!visitor.mayDecide || readOnly || (!canWrite && !paused)) return null;
  const [action, heading, button, explanation] = paused
    ? (['resume', 'Resume remediation', 'Resume', 'Approved plans run again within a few minutes.'] as const)
    : ([
        'pause',
        'Pause remediation',
        'Pause',
        'All writes to the directory stop immediately. Approvals stay and expire as usual.',
      ] as const);
  return (
    <details class="decide" id="pause" open={paused !== undefined}>
      <summary>{heading}</summary>
      <form class="decision" method="post" action={`${context.rootPath}/remediation/${action}`}>
        <input type="hidden" name={csrfTokenField} value={context.csrfToken} />
        <div class="field">
          <label for="pause-reason">Reason</label>
          <textarea id="pause-reason" name="reason" rows={2} required minlength={3} maxlength={500} />
        </div>
        <button type="submit" class="quiet">
          {button}
        </button>
        <p class="soft">{explanation}</p>
      </form>
    </details>
  );
}
