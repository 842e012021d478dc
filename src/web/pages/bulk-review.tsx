import type { Stored } from '../../jobs/ports/index.js';
import type { Finding } from '../../model/finding/finding.js';
import { quantity } from '../../model/text/format.js';
import { safeText } from '../../model/text/safe-text.js';
import { csrfTokenField } from '../auth/csrf.js';
import { DisplayName, Message, Notice, SeverityTag } from '../components/elements.js';
import { Page } from '../components/layout.js';
import { Link } from '../components/link.js';
import type { PageContext } from '../components/page-context.js';
import { type BulkAction, obstacleTo, warningsOf } from './bulk-decision.js';
import { Comment, SuppressionFields } from './decision-form.js';
import { PlanView } from './plan-view.js';

interface ReviewProps {
  readonly context: PageContext;
  readonly action: BulkAction;
  readonly selected: readonly Stored<Finding>[];
  readonly problem: string;
  /** The query of the list to return to, and its path. */
  readonly list: string;
  readonly back: string;
}

const verbs = { approve: 'Approve', reject: 'Reject', suppress: 'Suppress' } as const;

/** What a decision on several findings does, before it is made: every request of every plan. */
export function BulkReviewPage(props: ReviewProps) {
  const { context, action, selected, problem, back } = props;
  const possible = selected.filter(({ value }) => !obstacleTo(action, value));
  const noun = action === 'suppress' ? 'finding' : 'plan';
  return (
    <Page context={context} title={`${verbs[action]} ${quantity(possible.length, noun)}`} menuPath="/findings">
      <p>
        <Link href={back}>Back to the list</Link>
      </p>
      <header class="lead">
        <h1>{possible.length > 0 ? `${verbs[action]} ${quantity(possible.length, noun)}` : 'Nothing to decide'}</h1>
        <p class="message">{problem}</p>
      </header>
      <Skipped action={action} selected={selected} />
      {possible.map(({ value }) => (
        <ReviewedFinding finding={value} action={action} />
      ))}
      {possible.length > 0 && <BulkForm {...props} selected={possible} />}
    </Page>
  );
}

function Skipped({ action, selected }: Pick<ReviewProps, 'action' | 'selected'>) {
  const skipped = selected.flatMap(({ value }) => {
    const reason = obstacleTo(action, value);
    return reason ? [{ value, reason }] : [];
  });
  if (skipped.length === 0) return null;
  return (
    <Notice kind="care" heading={`${quantity(skipped.length, 'finding')} cannot be included`}>
      <ul>
        {skipped.map(({ value, reason }) => (
          <li>
            <Link href={`/findings/${value.id}`}>
              <DisplayName text={value.displayName} />
            </Link>
            : {reason}
          </li>
        ))}
      </ul>
    </Notice>
  );
}

function ReviewedFinding({ finding, action }: { finding: Finding; action: BulkAction }) {
  const { id, displayName, severity, message, remediation } = finding;
  return (
    <section class="card" aria-labelledby={`r-${id}`}>
      <div class="tags">
        <SeverityTag severity={severity} />
        <h2 id={`r-${id}`} class="plain-heading">
          <Link href={`/findings/${id}`}>
            <DisplayName text={displayName} />
          </Link>
        </h2>
      </div>
      <p>
        <Message text={message} />
      </p>
      {action === 'approve' && remediation && <PlanView plan={remediation.plan} isOver={false} showRequests />}
    </section>
  );
}

function BulkForm({ context, action, selected, list }: ReviewProps) {
  const noun = action === 'suppress' ? 'finding' : 'plan';
  return (
    <form class="card decision" method="post" action={`${context.rootPath}/decide/${action}`}>
      <h2>Your decision</h2>
      <input type="hidden" name={csrfTokenField} value={context.csrfToken} />
      <input type="hidden" name="list" value={list} />
      {selected.map(({ value, etag }) => (
        <>
          <input type="hidden" name="finding" value={value.id} />
          <input type="hidden" name="version" value={etag} />
          <input type="hidden" name="plan" value={value.remediation?.id ?? ''} />
        </>
      ))}
      {action === 'approve' && <Warnings selected={selected} />}
      {action === 'suppress' ? <SuppressionFields now={context.now} /> : <Comment id="bulk-comment" />}
      <button type="submit">{`${verbs[action]} ${quantity(selected.length, noun)}`}</button>
      {action === 'approve' && (
        <p class="soft">
          Each plan gets its own signed approval. Before a fix runs, its object is read again. If the object has
          changed, nothing is sent and the plan needs a new decision. Consentinel never stores or shows key values: it
          sends each kept key exactly as Graph returns it.
        </p>
      )}
    </form>
  );
}

function Warnings({ selected }: Pick<ReviewProps, 'selected'>) {
  const warnings = warningsOf(selected);
  if (warnings.length === 0) return null;
  return (
    <fieldset>
      <legend>Before you approve</legend>
      {warnings.map(({ id, text, names }) => (
        <label class="check" for={`w-${id}`}>
          <input id={`w-${id}`} type="checkbox" name="acknowledged" value={id} required />
          <span>
            <Message text={text} />{' '}
            <span class="soft">
              {quantity(names.length, 'plan')}: <bdi>{names.slice(0, 5).map(safeText).join(', ')}</bdi>
              {names.length > 5 && ` and ${names.length - 5} more`}
            </span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
