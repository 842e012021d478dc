import type { ChainedAuditEvent } from '../../model/finding/audit.js';
import type { Finding } from '../../model/finding/finding.js';
import { safeLines } from '../../model/text/safe-text.js';
import { DisplayName, Message, Person, Timestamp } from '../components/elements.js';
import { Page } from '../components/layout.js';
import { Link } from '../components/link.js';
import type { PageContext } from '../components/page-context.js';
import { eventName } from './event-names.js';

/** The page for an unknown path. */
export function NotFoundPage({ context }: { context: PageContext }) {
  return (
    <Page context={context} title="Page not found">
      <h1>Page not found</h1>
      <p>The address is wrong, or the object was deleted.</p>
      <p>
        <Link href="/findings">All findings</Link>
      </p>
    </Page>
  );
}

/** A request that changed nothing, and the reason. */
export function RefusedPage({
  context,
  heading,
  text,
  back,
}: {
  context: PageContext;
  heading: string;
  text: string;
  back: string;
}) {
  return (
    <Page context={context} title={heading}>
      <h1>{heading}</h1>
      <p>
        <Message text={text} />
      </p>
      <p>Nothing changed.</p>
      <p>
        <Link href={back}>Go back</Link>
      </p>
    </Page>
  );
}

interface ConflictProps {
  readonly context: PageContext;
  readonly finding: Finding;
  /** The last event of the finding. */
  readonly last: ChainedAuditEvent | undefined;
}

/** Another approver decided first: that decision stays, and this one is not stored. */
export function ConflictPage({ context, finding, last }: ConflictProps) {
  const { remediation, suppression, status } = finding;
  const comment = status === 'suppressed' ? suppression?.reason : remediation?.decision?.comment;
  const decided = last !== undefined && ['approved', 'rejected', 'suppressed', 'unsuppressed'].includes(last.type);
  return (
    <Page context={context} title="The finding has changed" menuPath="/findings">
      <h1>{decided ? 'Another approver decided first' : 'The finding has changed'}</h1>
      <p>
        <DisplayName text={finding.displayName} /> changed after you opened it. Your decision is not saved.
      </p>
      {last && (
        <dl class="what-happened">
          <div>
            <dt>{eventName(last.type)}</dt>
            <dd>
              by <Person author={last.author} />, <Timestamp at={last.at} />
            </dd>
          </div>
          <div>
            <dt>{comment ? 'Comment' : 'Change'}</dt>
            <dd>{safeLines(comment ?? last.summary)}</dd>
          </div>
        </dl>
      )}
      <p>
        <Link class="button" href={`/findings/${finding.id}`}>
          Open the current version
        </Link>
      </p>
    </Page>
  );
}
