import { formatNumber, quantity } from '../../model/text/format.js';
import { Notice, Timestamp } from '../components/elements.js';
import { Page } from '../components/layout.js';
import { Link } from '../components/link.js';
import type { PageContext } from '../components/page-context.js';
import { type FindingFilter, filterQuery, listPath } from '../reads/finding-filter.js';
import { type FindingListPage, type ProblemGroup, rowsPerPage } from '../reads/finding-page.js';
import { type ListFacts, shownProblem } from '../reads/listed-finding.js';
import { FilterChips } from './filter-chips.js';
import { FilterForm } from './filter-form.js';
import { FindingTable } from './finding-table.js';
import { ProblemTable } from './problem-table.js';
import { SelectionBar } from './selection-bar.js';

interface FindingsProps {
  readonly context: PageContext;
  readonly filter: FindingFilter;
  readonly list: FindingListPage;
  /** The problems of the list; undefined where it shows findings. */
  readonly groups: readonly ProblemGroup[] | undefined;
  readonly facts: ListFacts;
  readonly assignees: readonly string[];
  /** When the findings were read; ISO 8601 UTC. */
  readonly at: string;
  /** The number of findings with a damaged row, which the list cannot show. */
  readonly damaged: number;
}

/** The list of findings, with its filter. */
export function FindingsPage({ context, filter, list, groups, facts, assignees, at, damaged }: FindingsProps) {
  return (
    <Page context={context} title="Findings" menuPath="/findings">
      <h1>Findings</h1>
      <FilterForm rootPath={context.rootPath} filter={filter} rules={[...facts.rules.values()]} assignees={assignees} />
      <FilterChips filter={filter} facts={facts} />
      <div class="head count">
        <p role="status">
          {list.total === 0 ? emptyText(facts) : countText(list, groups)}{' '}
          <span class="soft">
            As of <Timestamp at={at} />.
          </span>
        </p>
        {list.total > 0 && <GroupSwitch filter={filter} />}
      </div>
      {damaged > 0 && <Notice kind="care" heading={damagedText(damaged)} />}
      {list.total > 0 &&
        (groups ? (
          <ProblemTable groups={groups} filter={filter} />
        ) : (
          <Rows context={context} filter={filter} list={list} facts={facts} />
        ))}
      {!groups && list.pages > 1 && <Pagination filter={filter} list={list} />}
      <Exports filter={filter} list={list} />
    </Page>
  );
}

/** The rows. Where they have one problem and the user decides, several can be selected. */
function Rows({ context, filter, list, facts }: Pick<FindingsProps, 'context' | 'filter' | 'list' | 'facts'>) {
  const { rule } = filter;
  const table = {
    ...{ rows: list.rows, facts, filter, list: filterQuery(filter).toString() || 'all' },
    label: rule ? `Findings: ${shownProblem({ ruleId: rule }, facts)}` : 'Findings',
  };
  if (!context.visitor.mayDecide) return <FindingTable {...table} />;
  if (!rule) {
    return (
      <>
        <FindingTable {...table} />
        <p class="soft">To decide on several findings together, filter by one problem.</p>
      </>
    );
  }
  return (
    <form method="get" action={`${context.rootPath}/decide`}>
      <SelectionBar list={list} query={table.list} readOnly={context.readOnly} />
      <FindingTable {...table} selectable />
    </form>
  );
}

function GroupSwitch({ filter }: { filter: FindingFilter }) {
  const { grouped } = filter;
  return (
    <p>
      {grouped ? (
        <Link href={listPath({ ...filter, grouped: false, page: 1 })}>Show each finding</Link>
      ) : (
        <Link href={listPath({ ...filter, grouped: true, page: 1 })}>Group by problem</Link>
      )}
    </p>
  );
}

function damagedText(damaged: number): string {
  return `The stored row of ${quantity(damaged, 'finding')} is damaged and cannot be shown. The latest scan names it.`;
}

function emptyText({ since }: ListFacts): string {
  return since === undefined
    ? 'No scan of this tenant has finished, so its findings are not known.'
    : 'No finding matches the filter.';
}

function countText({ total, page, pages }: FindingListPage, groups: readonly ProblemGroup[] | undefined): string {
  if (groups) return `${quantity(groups.length, 'problem')} with ${quantity(total, 'finding')}.`;
  if (pages === 1) return `${quantity(total, 'finding')}.`;
  const first = (page - 1) * rowsPerPage + 1;
  return `${formatNumber(first)} to ${formatNumber(Math.min(page * rowsPerPage, total))} of ${quantity(total, 'finding')}.`;
}

/** The findings of the list as a file, and all findings. */
function Exports({ filter, list }: Pick<FindingsProps, 'filter' | 'list'>) {
  const query = filterQuery(filter);
  query.set('show', filter.status);
  query.delete('page');
  query.delete('group');
  return (
    <section class="reports" aria-labelledby="reports">
      <h2 id="reports">Export</h2>
      {list.total > 0 && (
        <p>
          {quantity(list.total, 'finding')} of this list: <Formats query={`?${query}`} />
        </p>
      )}
      <p>
        All findings of the tenant, resolved ones included: <Formats query="" />
      </p>
    </section>
  );
}

function Formats({ query }: { query: string }) {
  return (
    <>
      {(['html', 'csv', 'sarif', 'json'] as const).map((format, i) => (
        <>
          {i > 0 && ', '}
          <Link href={`/reports/${format}${query}`} download>
            {format.toUpperCase()}
            <span class="sr">{query ? ' of this list' : ' of all findings'}</span>
          </Link>
        </>
      ))}
    </>
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
