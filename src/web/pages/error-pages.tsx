import type { ChainedAuditEvent } from '../../model/finding/audit.js';
import type { Finding } from '../../model/finding/finding.js';
import { capitalize } from '../../model/text/format.js';
import { safeLines, safeText } from '../../model/text/safe-text.js';
import { DisplayName, Timestamp } from '../components/elements.js';
import { Page } from '../components/layout.js';
import { Link } from '../components/link.js';
import type { PageContext } from '../components/page-context.js';

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
      <p>{safeLines(text)}</p>
      <p>Nothing was changed.</p>
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

/** Another approver decided first: their decision is kept, this one is not stored. */
export function ConflictPage({ context, finding, last }: ConflictProps) {
  const { remediation, suppression, status } = finding;
  const comment = status === 'suppressed' ? suppression?.reason : remediation?.decision?.comment;
  const decided = last !== undefined && ['approved', 'rejected', 'suppressed'].includes(last.type);
  return (
    <Page context={context} title="Someone else decided" menuPath="/findings">
      <h1>{decided ? 'Someone else decided' : 'It has changed since you saw it'}</h1>
      <p>
        <DisplayName text={finding.displayName} /> is no longer what was on your screen. Your decision was not kept.
      </p>
      {last && (
        <dl class="what-happened">
          <div>
            <dt>{capitalize(last.type)}</dt>
            <dd>
              by <bdi>{safeText(last.author)}</bdi>, <Timestamp at={last.at} />
            </dd>
          </div>
          <div>
            <dt>{comment ? 'In their words' : 'What happened'}</dt>
            <dd>{safeLines(comment ?? last.summary)}</dd>
          </div>
        </dl>
      )}
      <p>
        <Link class="button" href={`/findings/${finding.id}`}>
          Look at it again
        </Link>
      </p>
    </Page>
  );
}
