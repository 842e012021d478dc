import type { Remediation } from '../../model/remediation/remediation.js';
import { safeLines, safeText } from '../../model/text/safe-text.js';
import { Notice, Timestamp } from '../components/elements.js';

/** Where a plan stands, who said so, and how it ended. */
export function PlanState({ remediation }: { remediation: Remediation }) {
  const { status, outcome, attempt } = remediation;
  const words = outcome && <p>{safeLines(outcome)}</p>;
  switch (status) {
    case 'proposed':
      return <p class="soft">Nobody has decided on it yet.</p>;
    case 'approved':
      return (
        <div data-refresh="4">
          <Notice kind="care" heading={attempt ? 'Being carried out' : 'Approved, waiting to be carried out'}>
            <Word remediation={remediation} />
          </Notice>
        </div>
      );
    case 'rejected':
      return (
        <Notice kind="care" heading="Rejected">
          <Word remediation={remediation} />
        </Notice>
      );
    case 'applied':
      return (
        <Notice kind="good" heading="Carried out">
          <Word remediation={remediation} />
          {words}
        </Notice>
      );
    case 'unneeded':
      return (
        <Notice kind="good" heading="No longer needed">
          {words}
        </Notice>
      );
    case 'stale':
      return (
        <Notice kind="care" heading="It needs a new decision">
          {words}
        </Notice>
      );
    case 'failed':
      return (
        <Notice kind="bad" heading="It failed">
          <Word remediation={remediation} />
          {words}
        </Notice>
      );
  }
}

/** What somebody decided; nothing where nobody has. */
export function Word({ remediation }: { remediation: Remediation }) {
  const { decision, status } = remediation;
  if (!decision) return null;
  const { author, at, comment, expiresAt } = decision;
  return (
    <p>
      {status === 'rejected' ? 'Rejected' : 'Approved'} by <bdi>{safeText(author)}</bdi>, <Timestamp at={at} />
      {status === 'approved' && expiresAt && (
        <>
          , until <Timestamp at={expiresAt} />
        </>
      )}
      .{comment && <q>{safeLines(comment)}</q>}
    </p>
  );
}
