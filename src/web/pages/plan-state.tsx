import type { Remediation } from '../../model/remediation/remediation.js';
import { safeLines } from '../../model/text/safe-text.js';
import { Message, Notice, Person, Timestamp } from '../components/elements.js';

/** The status of a plan, its decision, and its outcome. */
export function PlanState({ remediation }: { remediation: Remediation }) {
  const { status, outcome, attempt } = remediation;
  const outcomeText = outcome && (
    <p>
      <Message text={outcome} />
    </p>
  );
  switch (status) {
    case 'proposed':
      return remediation.approvals?.length ? (
        <Notice kind="care" heading="Needs a second approval">
          <ApprovalList remediation={remediation} />
          <p>Another person must approve it. At least one of the two must not own the app.</p>
        </Notice>
      ) : (
        <p class="soft">Needs a decision.</p>
      );
    case 'approved':
      return (
        <div data-refresh="4">
          <Notice kind="care" heading={attempt ? 'The fix is running' : 'Approved, not started yet'}>
            <DecisionNote remediation={remediation} />
            {(remediation.approvals?.length ?? 0) > 1 && <ApprovalList remediation={remediation} />}
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
        <Notice kind="good" heading="Fixed">
          <DecisionNote remediation={remediation} />
          {outcomeText}
        </Notice>
      );
    case 'unneeded':
      return (
        <Notice kind="good" heading="Already fixed">
          {outcomeText}
        </Notice>
      );
    case 'stale':
      return (
        <Notice kind="care" heading="Needs a new decision">
          {outcomeText}
        </Notice>
      );
    case 'failed':
      return (
        <Notice kind="bad" heading="The fix failed">
          <DecisionNote remediation={remediation} />
          {outcomeText}
        </Notice>
      );
  }
}

/** The signed approvals of a plan. */
function ApprovalList({ remediation: { approvals = [] } }: { remediation: Remediation }) {
  return (
    <ul>
      {approvals.map(({ statement: { author, at, expiresAt } }) => (
        <li>
          Approved by <Person author={author.name} />, <Timestamp at={at} />, until <Timestamp at={expiresAt} />.
        </li>
      ))}
    </ul>
  );
}

/** Why the plan is not shown: it is not the one that was proposed. */
export function AlteredPlan({ problem }: { problem: 'altered' | 'outdated' }) {
  return (
    <Notice kind={problem === 'altered' ? 'bad' : 'care'} heading={alteredTexts[problem].heading}>
      <p>{alteredTexts[problem].text}</p>
    </Notice>
  );
}

const alteredTexts = {
  altered: {
    heading: 'The stored plan was changed',
    text: 'It does not match its hash, so it is not shown and cannot be approved. Check who can write to the storage account. The next scan makes a new plan.',
  },
  outdated: {
    heading: 'An earlier version made this plan',
    text: 'Its hash does not cover the requests, so they are not shown and the plan cannot be approved. The next scan makes a new plan.',
  },
} as const;

/** The decision on a plan; nothing where there is none. */
export function DecisionNote({ remediation }: { remediation: Remediation }) {
  const { decision, status } = remediation;
  if (!decision) return null;
  const { author, at, comment, expiresAt } = decision;
  return (
    <p>
      {status === 'rejected' ? 'Rejected' : 'Approved'} by <Person author={author} />, <Timestamp at={at} />
      {status === 'approved' && expiresAt && (
        <>
          , until <Timestamp at={expiresAt} />
        </>
      )}
      .{comment && <q>{safeLines(comment)}</q>}
    </p>
  );
}
