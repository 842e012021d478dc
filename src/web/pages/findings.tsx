import type { Rule } from '../../model/rule/rule.js';
import { severities } from '../../model/rule/violation.js';
import { capitalize, formatNumber, quantity } from '../../model/text/format.js';
import { safeText } from '../../model/text/safe-text.js';
import { Notice, Timestamp } from '../components/elements.js';
import { Page } from '../components/layout.js';
import { Link } from '../components/link.js';
import type { PageContext } from '../components/page-context.js';
import {
  type FindingFilter,
  type FindingListPage,
  listPath,
  rowsPerPage,
  statusFilters,
} from '../reads/finding-filter.js';
import { FindingList } from './finding-list.js';

interface FindingsProps {
  readonly context: PageContext;
  readonly filter: FindingFilter;
  readonly list: FindingListPage;
  readonly rules: readonly Rule[];
  readonly since: string | undefined;
  /** When the findings were read; ISO 8601 UTC. */
  readonly at: string;
  /** The number of findings with a damaged row, which the list cannot show. */
  readonly damaged: number;
}

/** The list of findings, with its filter. */
export function FindingsPage({ context, filter, list, rules, since, at, damaged }: FindingsProps) {
  return (
    <Page context={context} title="Findings" menuPath="/findings">
      <h1>Findings</h1>
      <FilterForm rootPath={context.rootPath} filter={filter} rules={rules} />
      <p class="count" role="status">
        {list.total === 0 ? 'No finding is like that.' : countText(list)}{' '}
        <span class="soft">
          As of <Timestamp at={at} />.
        </span>
      </p>
      {damaged > 0 && <Notice kind="care" heading={damagedText(damaged)} />}
      {list.total > 0 && <FindingList rows={list.rows} rules={rules} since={since} />}
      {list.pages > 1 && <Pagination filter={filter} list={list} />}
      <section class="reports" aria-labelledby="reports">
        <h2 id="reports">Everything in a file</h2>
        <p class="soft">All findings of the tenant, the resolved included, for an auditor or a tool.</p>
        <ul class="inline">
          {(['html', 'csv', 'sarif', 'json'] as const).map((format) => (
            <li>
              <Link href={`/reports/${format}`} download>
                {format.toUpperCase()} report
              </Link>
            </li>
          ))}
        </ul>
      </section>
    </Page>
  );
}

function damagedText(damaged: number): string {
  return `The stored row of ${quantity(damaged, 'finding')} is damaged and cannot be shown. The latest scan names it.`;
}

function countText({ total, page, pages }: FindingListPage): string {
  if (pages === 1) return `${quantity(total, 'finding')}.`;
  const first = (page - 1) * rowsPerPage + 1;
  return `${formatNumber(first)} to ${formatNumber(Math.min(page * rowsPerPage, total))} of ${quantity(total, 'finding')}.`;
}

function FilterForm({
  rootPath,
  filter,
  rules,
}: Pick<FindingsProps, 'filter' | 'rules'> & Pick<PageContext, 'rootPath'>) {
  return (
    <search>
      <form class="filter" method="get" action={`${rootPath}/findings`}>
        <div class="field grow">
          <label for="q">Name or id</label>
          <input
            id="q"
            name="q"
            type="search"
            value={safeText(filter.text)}
            autocomplete="off"
            spellcheck={false}
            maxlength={200}
          />
        </div>
        <SelectField name="show" label="Show" selected={filter.status} options={Object.entries(statusFilters)} />
        <SelectField
          name="severity"
          label="Severity"
          selected={filter.severity ?? ''}
          options={[['', 'Any'], ...[...severities].reverse().map((one) => [one, capitalize(one)] as const)]}
        />
        <SelectField
          name="rule"
          label="Rule"
          selected={filter.rule ?? ''}
          options={[['', 'Any'], ...rules.map(({ id }) => [id, id] as const)]}
        />
        <button type="submit">Apply</button>
      </form>
    </search>
  );
}

interface SelectFieldProps {
  readonly name: string;
  readonly label: string;
  readonly selected: string;
  readonly options: readonly (readonly [string, string])[];
}

function SelectField({ name, label, selected, options }: SelectFieldProps) {
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <select id={name} name={name}>
        {options.map(([value, text]) => (
          <option value={value} selected={value === selected}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

function Pagination({ filter, list }: Pick<FindingsProps, 'filter' | 'list'>) {
  const { page, pages } = list;
  const to = (other: number) => listPath({ ...filter, page: other });
  return (
    <nav class="pages" aria-label="Pages of findings">
      {page > 1 && (
        <>
          <Link href={to(1)}>First</Link>
          <Link href={to(page - 1)} rel="prev">
            Previous
          </Link>
        </>
      )}
      <span aria-current="page">
        Page {formatNumber(page)} of {formatNumber(pages)}
      </span>
      {page < pages && (
        <>
          <Link href={to(page + 1)} rel="next">
            Next
          </Link>
          <Link href={to(pages)}>Last</Link>
        </>
      )}
    </nav>
  );
}
