import { formatNumber } from '../../model/text/format.js';
import { safeText } from '../../model/text/safe-text.js';
import { ScrollArea, SeverityTag, Timestamp } from '../components/elements.js';
import { Link } from '../components/link.js';
import { type FindingFilter, listPath } from '../reads/finding-filter.js';
import type { ProblemGroup } from '../reads/finding-page.js';

/** The findings of a list by problem, one row each. A row leads to the findings of its problem. */
export function ProblemTable({ groups, filter }: { groups: readonly ProblemGroup[]; filter: FindingFilter }) {
  const hasSignIns = groups.some(({ failing }) => failing !== undefined);
  return (
    <ScrollArea label="Findings by problem">
      <table class="findings problems">
        <thead>
          <tr>
            <th scope="col">Severity</th>
            <th scope="col">Problem</th>
            <th scope="col" class="number">
              Findings
            </th>
            <th scope="col" class="number">
              Need a decision
            </th>
            {hasSignIns && (
              <th scope="col" class="number">
                Failing sign-ins
              </th>
            )}
            <th scope="col">First seen</th>
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <ProblemRow group={group} filter={filter} hasSignIns={hasSignIns} />
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

interface RowProps {
  readonly group: ProblemGroup;
  readonly filter: FindingFilter;
  readonly hasSignIns: boolean;
}

function ProblemRow({ group, filter, hasSignIns }: RowProps) {
  const { ruleId, problem, severity, count, toDecide, failing, firstSeen, names } = group;
  return (
    <tr>
      <td class="severity-cell">
        <SeverityTag severity={severity} />
      </td>
      <th scope="row" class="object">
        <Link href={listPath({ ...filter, grouped: false, rule: ruleId, page: 1 })}>{problem}</Link>
        <span class="soft">
          <bdi>{names.map((name) => safeText(name) || '(no name)').join(', ')}</bdi>
          {count > names.length && ` and ${formatNumber(count - names.length)} more`}
        </span>
      </th>
      <td class="number">
        {formatNumber(count)}
        <span class="narrow"> findings</span>
      </td>
      <td class="number">
        {formatNumber(toDecide)}
        <span class="narrow"> need a decision</span>
      </td>
      {hasSignIns && (
        <td class="number">
          {failing !== undefined && (
            <>
              {formatNumber(failing)}
              <span class="narrow"> failing sign-ins</span>
            </>
          )}
        </td>
      )}
      <td class="seen soft">
        <span class="narrow">First seen </span>
        <Timestamp at={firstSeen} dateOnly />
      </td>
    </tr>
  );
}
