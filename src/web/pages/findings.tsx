import type { Rule } from '../../model/rule/rule.js';
import { severities } from '../../model/rule/violation.js';
import { capitalize, counted, formatNumber } from '../../model/text/format.js';
import { safeText } from '../../model/text/safe-text.js';
import { Timestamp } from '../components/elements.js';
import { Page } from '../components/layout.js';
import { Link } from '../components/link.js';
import type { Frame } from '../components/page-context.js';
import { type FindingFilter, type FindingListPage, listPath, rowsPerPage, shows } from '../reads/finding-filter.js';
import { FindingList } from './finding-list.js';

interface FindingsProps {
  readonly frame: Frame;
  readonly filter: FindingFilter;
  readonly found: FindingListPage;
  readonly rules: readonly Rule[];
  readonly since: string | undefined;
  /** When the list was read. */
  readonly at: string;
}

/** The list, with what it can be narrowed to. */
export function FindingsPage({ frame, filter, found, rules, since, at }: FindingsProps) {
  return (
    <Page frame={frame} title="Findings" place="/findings">
      <h1>Findings</h1>
      <FilterForm root={frame.root} filter={filter} rules={rules} />
      <p class="count" role="status">
        {found.total === 0 ? 'No finding is like that.' : countOf(found)}{' '}
        <span class="soft">
          As of <Timestamp at={at} />.
        </span>
      </p>
      {found.total > 0 && <FindingList rows={found.rows} rules={rules} since={since} />}
      {found.pages > 1 && <Pages filter={filter} found={found} />}
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

function countOf({ total, page, pages }: FindingListPage): string {
  if (pages === 1) return `${counted(total, 'finding')}.`;
  const first = (page - 1) * rowsPerPage + 1;
  return `${formatNumber(first)} to ${formatNumber(Math.min(page * rowsPerPage, total))} of ${counted(total, 'finding')}.`;
}

function FilterForm({ root, filter, rules }: Pick<FindingsProps, 'filter' | 'rules'> & Pick<Frame, 'root'>) {
  return (
    <search>
      <form class="filter" method="get" action={`${root}/findings`}>
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
        <Choice name="show" label="Show" chosen={filter.show} options={Object.entries(shows)} />
        <Choice
          name="severity"
          label="Severity"
          chosen={filter.severity ?? ''}
          options={[['', 'Any'], ...[...severities].reverse().map((one) => [one, capitalize(one)] as const)]}
        />
        <Choice
          name="rule"
          label="Rule"
          chosen={filter.rule ?? ''}
          options={[['', 'Any'], ...rules.map(({ id }) => [id, id] as const)]}
        />
        <button type="submit">Apply</button>
      </form>
    </search>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly label: string;
  readonly chosen: string;
  readonly options: readonly (readonly [string, string])[];
}

function Choice({ name, label, chosen, options }: ChoiceProps) {
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <select id={name} name={name}>
        {options.map(([value, text]) => (
          <option value={value} selected={value === chosen}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

function Pages({ filter, found }: Pick<FindingsProps, 'filter' | 'found'>) {
  const { page, pages } = found;
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
