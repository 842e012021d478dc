import { safeLines } from '../../model/text/safe-text.js';
import { Notice, Person, Timestamp } from './elements.js';
import { Link } from './link.js';
import type { PageContext } from './page-context.js';

/** On every page, while remediation is paused: the person, the time and the reason. */
export function PauseNotice({ context: { paused, visitor } }: { context: PageContext }) {
  if (!paused) return null;
  const { author, at, reason } = paused;
  return (
    <Notice kind="care" heading="Remediation is paused">
      <p>
        Approved plans do not run. Paused by <Person author={author.name} />
        {at && (
          <>
            , <Timestamp at={at} />
          </>
        )}
        : {safeLines(reason)}
      </p>
      {visitor.mayDecide && (
        <p>
          <Link href="/#pause">Resume remediation</Link>
        </p>
      )}
    </Notice>
  );
}
