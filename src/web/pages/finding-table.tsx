import { viewStatus } from '../../model/finding/finding.js';
import { type FindingSummary, isUnderWay, needsDecision } from '../../model/finding/finding-summary.js';
import type { Rule } from '../../model/rule/rule.js';
import { subjectNames } from '../../model/rule/subject-names.js';
import { capitalize } from '../../model/text/format.js';
import { DisplayName, SeverityTag, StatusTag, Timestamp } from '../components/elements.js';
import { Link } from '../components/link.js';

interface ListProps {
  readonly rows: readonly FindingSummary[];
  readonly rules: readonly Rule[];
  readonly since: string | undefined;
}

/** Findings, one row each; the whole row is a link. */
export function FindingList({ rows, rules, since }: ListProps) {
  const titles = new Map(rules.map(({ id, title }) => [id, title]));
  return (
    <ul class="rows">
      {rows.map((row) => (
        <li>
          <SeverityTag severity={row.severity} />
          <span class="what">
            <Link href={`/findings/${row.id}`}>
              <DisplayName text={row.displayName} />
            </Link>
            <span class="soft">
              {capitalize(subjectNames[row.on])} · {titles.get(row.ruleId) ?? row.ruleId}
            </span>
          </span>
          <span class="tags">
            <StatusTag status={viewStatus(row, since)} />
            <DecisionTag row={row} />
          </span>
          <span class="when soft">
            <span class="sr">since </span>
            <Timestamp at={row.appearedAt} dateOnly />
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Whether the finding needs a decision or has an approved plan. */
function DecisionTag({ row }: { row: FindingSummary }) {
  if (needsDecision(row)) return <span class="tag stage waiting">{decisionLabel(row)}</span>;
  if (isUnderWay(row)) return <span class="tag stage">Approved</span>;
  return null;
}

function decisionLabel({ remediationStatus }: FindingSummary): string {
  if (remediationStatus === 'stale') return 'Plan changed';
  return remediationStatus === 'failed' ? 'Failed' : 'To decide';
}
