import type { ChainedAuditEvent } from '../../model/finding/audit.js';
import type { Finding } from '../../model/finding/finding.js';
import { capitalize } from '../../model/text/format.js';
import { safeLines, safeText } from '../../model/text/safe-text.js';
import { Name, Timestamp } from '../components/elements.js';
import { Page } from '../components/layout.js';
import { Link } from '../components/link.js';
import type { Frame } from '../components/page-context.js';

/** A decision that nothing came of, and why. */
export function RefusedPage({
  frame,
  heading,
  text,
  back,
}: {
  frame: Frame;
  heading: string;
  text: string;
  back: string;
}) {
  return (
    <Page frame={frame} title={heading}>
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
  readonly frame: Frame;
  readonly finding: Finding;
  /** What happened last. */
  readonly last: ChainedAuditEvent | undefined;
}

/** Somebody else was faster: what they did stands, and what this person wanted was not done. */
export function ConflictPage({ frame, finding, last }: ConflictProps) {
  const { remediation, suppression, status } = finding;
  const said = status === 'suppressed' ? suppression?.reason : remediation?.decision?.comment;
  const decided = last !== undefined && ['approved', 'rejected', 'suppressed'].includes(last.type);
  return (
    <Page frame={frame} title="Someone else decided" place="/findings">
      <h1>{decided ? 'Someone else decided' : 'It has changed since you saw it'}</h1>
      <p>
        <Name text={finding.displayName} /> is no longer what was on your screen. Your decision was not kept.
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
            <dt>{said ? 'In their words' : 'What happened'}</dt>
            <dd>{safeLines(said ?? last.summary)}</dd>
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
