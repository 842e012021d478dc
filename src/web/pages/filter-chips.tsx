import { subjectNames } from '../../model/rule/subject-names.js';
import { capitalize } from '../../model/text/format.js';
import { safeText } from '../../model/text/safe-text.js';
import { Link } from '../components/link.js';
import { type FindingFilter, listPath, statusFilters } from '../reads/finding-filter.js';
import { type ListFacts, shownProblem } from '../reads/listed-finding.js';

interface Chip {
  readonly name: string;
  readonly value: string;
  /** The path of the list without this filter. */
  readonly without: string;
}

/** The active filters. Each is a link that removes it. */
export function FilterChips({ filter, facts }: { filter: FindingFilter; facts: ListFacts }) {
  const chips = chipsOf(filter, facts);
  if (chips.length === 0) return null;
  const { sort, descending, grouped } = filter;
  return (
    <ul class="chips" aria-label="Active filters">
      {chips.map(({ name, value, without }) => (
        <li>
          <Link href={without} class="chip">
            <span class="sr">Remove the filter </span>
            {name}: <bdi>{safeText(value)}</bdi>
            <span class="cross" aria-hidden="true">
              ×
            </span>
          </Link>
        </li>
      ))}
      {chips.length > 1 && (
        <li>
          <Link href={listPath({ sort, descending, grouped })}>Clear all filters</Link>
        </li>
      )}
    </ul>
  );
}

function chipsOf(filter: FindingFilter, facts: ListFacts): Chip[] {
  const { status, severity, rule, on, code, assignee, owner, from, until, text } = filter;
  const without = (...names: (keyof FindingFilter)[]) => {
    const rest = Object.fromEntries(Object.entries(filter).filter(([name]) => !(names as string[]).includes(name)));
    return listPath({ ...(rest as Partial<FindingFilter>), page: 1 });
  };
  const chip = (name: string, value: string | undefined, ...members: (keyof FindingFilter)[]): Chip[] =>
    value ? [{ name, value, without: without(...members) }] : [];
  return [
    ...chip('State', status === 'open' ? undefined : statusFilters[status], 'status'),
    ...chip('Severity', severity && capitalize(severity), 'severity'),
    ...chip('Problem', rule && shownProblem({ ruleId: rule }, facts), 'rule'),
    ...chip('Object type', on && capitalize(subjectNames[on]), 'on'),
    ...chip('Error code', code, 'code'),
    ...chip('Assigned to', assignee, 'assignee'),
    ...chip('Owner', owner, 'owner'),
    ...chip('First seen from', from, 'from'),
    ...chip('First seen until', until, 'until'),
    ...chip('Name or ID', text, 'text'),
  ];
}
