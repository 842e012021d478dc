import type { Child } from 'hono/jsx';
import { isUnderWay, needsDecision } from '../../model/finding/finding-summary.js';
import { subjectNames } from '../../model/rule/subject-names.js';
import { capitalize, formatNumber, quantity } from '../../model/text/format.js';
import { DisplayName, ScrollArea, SeverityTag, StatusTag, Timestamp } from '../components/elements.js';
import { Link } from '../components/link.js';
import type { FindingFilter, SortColumn } from '../reads/finding-filter.js';
import { type ListedFinding, type ListFacts, shownProblem, shownStatus } from '../reads/listed-finding.js';
import { SortHeader } from './sort-header.js';

interface TableProps {
  readonly rows: readonly ListedFinding[];
  readonly facts: ListFacts;
  /** What the table contains, for a screen reader. */
  readonly label: string;
  /** The order of the rows, and the list to which the page of a finding returns; left out where the order is fixed. */
  readonly filter?: FindingFilter;
  /** Whether rows have a checkbox. */
  readonly selectable?: boolean;
  /** The query of the list that the page of a finding returns to. */
  readonly list?: string;
}

/** Findings, one row each. */
export function FindingTable({ rows, facts, label, filter, selectable = false, list = '' }: TableProps) {
  const hasSignIns = rows.some(({ failing }) => failing);
  // In the list of one problem, its name is the same in every row.
  const hasProblem = !filter?.rule;
  const columns = columnsOf(hasSignIns).filter(([column]) => hasProblem || column !== 'problem');
  return (
    <ScrollArea label={label}>
      <table class={filter ? 'findings' : 'findings fixed'}>
        <thead>
          <tr>
            {selectable && (
              <th scope="col" class="select">
                <span class="sr">Select</span>
              </th>
            )}
            {columns.map(([column, name]) => (
              <SortHeader column={column} name={name} filter={filter} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <FindingRow
              row={row}
              facts={facts}
              list={list}
              selectable={selectable}
              hasSignIns={hasSignIns}
              hasProblem={hasProblem}
            />
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

function columnsOf(hasSignIns: boolean): readonly (readonly [SortColumn, string])[] {
  return [
    ['severity', 'Severity'],
    ['object', 'Object'],
    ['problem', 'Problem'],
    ['seen', 'First seen'],
    ...(hasSignIns ? ([['failing', 'Failing sign-ins']] as const) : []),
    ['state', 'State'],
  ];
}

interface RowProps extends Required<Pick<TableProps, 'facts' | 'list' | 'selectable'>> {
  readonly row: ListedFinding;
  readonly hasSignIns: boolean;
  readonly hasProblem: boolean;
}

function FindingRow({ row, facts, list, selectable, hasSignIns, hasProblem }: RowProps) {
  return (
    <tr id={`f-${row.id}`}>
      {selectable && (
        <td class="select">
          <label>
            <input type="checkbox" name="id" value={row.id} />
            <span class="sr">
              Select <DisplayName text={row.displayName} />
            </span>
          </label>
        </td>
      )}
      <td class="severity-cell">
        <SeverityTag severity={row.severity} />
      </td>
      <th scope="row" class="object">
        <Link href={findingPath(row.id, list)}>
          <DisplayName text={row.displayName} />
        </Link>
        <span class="soft">{capitalize(subjectNames[row.on])}</span>
      </th>
      {hasProblem && <td class="problem">{shownProblem(row, facts)}</td>}
      <td class="seen soft">
        <span class="narrow">First seen </span>
        <Timestamp at={row.appearedAt} dateOnly />
      </td>
      {hasSignIns && <td class="number">{row.failing && <FailingCell failing={row.failing} />}</td>}
      <td class="state">
        <StatusTag status={shownStatus(row, facts)} /> <DecisionTag row={row} />
        {row.assignee && (
          <span class="soft assignee">
            Assigned to <DisplayName text={row.assignee} />
          </span>
        )}
      </td>
    </tr>
  );
}

function FailingCell({
  failing: { count, users, atLeast },
}: {
  failing: NonNullable<ListedFinding['failing']>;
}): Child {
  return (
    <>
      {formatNumber(count)}
      {atLeast && ' or more'}
      <span class="narrow"> failing sign-ins,</span>
      <span class="soft users"> {quantity(users, 'user')}</span>
    </>
  );
}

/** The page of a finding. @param list the query of the list that it returns to */
export function findingPath(id: string, list = ''): string {
  return list ? `/findings/${id}?${new URLSearchParams({ list })}` : `/findings/${id}`;
}

/** Whether the finding needs a decision or has an approved plan. */
function DecisionTag({ row }: { row: ListedFinding }) {
  if (needsDecision(row)) return <span class="tag stage waiting">{decisionLabel(row)}</span>;
  if (isUnderWay(row)) return <span class="tag stage">Approved</span>;
  return null;
}

function decisionLabel({ remediationStatus }: ListedFinding): string {
  if (remediationStatus === 'stale') return 'Plan changed';
  return remediationStatus === 'failed' ? 'Fix failed' : 'Needs a decision';
}
