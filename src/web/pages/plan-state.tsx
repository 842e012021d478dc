import type { Remediation } from '../../model/remediation/remediation.js';
import { safeLines, safeText } from '../../model/text/safe-text.js';
import { Notice, Timestamp } from '../components/elements.js';

/** The status of a plan, its decision, and its outcome. */
export function PlanState({ remediation }: { remediation: Remediation }) {
  const { status, outcome, attempt } = remediation;
  const outcomeText = outcome && <p>{safeLines(outcome)}</p>;
  switch (status) {
    case 'proposed':
      return <p class="soft">Nobody has decided on it yet.</p>;
    case 'approved':
      return (
        <div data-refresh="4">
          <Notice kind="care" heading={attempt ? 'Being carried out' : 'Approved, waiting to be carried out'}>
            <DecisionNote remediation={remediation} />
          </Notice>
        </div>
      );
    case 'rejected':
      return (
        <Notice kind="care" heading="Rejected">
          <DecisionNote remediation={remediation} />
        </Notice>
      );
    case 'applied':
      return (
        <Notice kind="good" heading="Carried out">
          <DecisionNote remediation={remediation} />
          {outcomeText}
        </Notice>
      );
    case 'unneeded':
      return (
        <Notice kind="good" heading="No longer needed">
          {outcomeText}
        </Notice>
      );
    case 'stale':
      return (
        <Notice kind="care" heading="It needs a new decision">
          {outcomeText}
        </Notice>
      );
    case 'failed':
      return (
        <Notice kind="bad" heading="It failed">
          <DecisionNote remediation={remediation} />
          {outcomeText}
        </Notice>
      );
  }
}

/** The decision on a plan; nothing where there is none. */
export function DecisionNote({ remediation }: { remediation: Remediation }) {
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
