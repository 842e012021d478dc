import type { AuditVerdict } from '../../jobs/ports/index.js';
import { auditEventTypes } from '../../model/finding/audit.js';
import { findingIdPattern } from '../../model/finding/finding.js';
import { formatNumber, quantity } from '../../model/text/format.js';
import { safeText } from '../../model/text/safe-text.js';
import { Author } from '../components/author.js';
import { DisplayName, Message, ScrollArea, Timestamp } from '../components/elements.js';
import { Page } from '../components/layout.js';
import { Link } from '../components/link.js';
import type { PageContext } from '../components/page-context.js';
import type { AuditEntry } from '../reads/audit-cache.js';
import { type AuditFilter, auditQuery, authorKinds } from '../reads/audit-filter.js';
import type { RuleFacts } from '../reads/listed-finding.js';
import { AuditCheck } from './audit-check.js';
import { eventName } from './event-names.js';
import { DateField, SelectField } from './filter-form.js';

interface AuditProps {
  readonly context: PageContext;
  readonly filter: AuditFilter;
  /** The events of the page. */
  readonly events: readonly AuditEntry[];
  readonly total: number;
  readonly pages: number;
  /** Whether older events are not searched. */
  readonly isTruncated: boolean;
  readonly rules: readonly RuleFacts[];
  /** The names of the objects of known findings. */
  readonly names: ReadonlyMap<string, string>;
  /** Undefined until the user starts the check. */
  readonly verdicts: readonly AuditVerdict[] | undefined;
}

export const eventsPerPage = 50;

/** The audit trail: events, the newest first, and the check of their integrity. */
export function AuditPage(props: AuditProps) {
  const { context, filter, total, isTruncated, verdicts } = props;
  return (
    <Page context={context} title="Audit trail" menuPath="/audit">
      <h1>Audit trail</h1>
      {verdicts && <AuditCheck context={context} verdicts={verdicts} />}
      <AuditForm {...props} />
      <div class="head count">
        <p role="status">
          {total === 0 ? 'No event matches the filter.' : `${quantity(total, 'event')}.`}
          {isTruncated && ` Only the newest events are searched. The export of one problem has all of its events.`}
        </p>
        {total > 0 && (
          <p>
            <Link href={`/audit/events.csv?${auditQuery(filter)}`} download>
              Export as CSV
            </Link>
          </p>
        )}
      </div>
      {total > 0 && <EventTable {...props} />}
      <AuditPages {...props} />
      {!verdicts && <AuditCheck context={context} verdicts={undefined} />}
    </Page>
  );
}

function AuditForm({ context, filter, rules }: AuditProps) {
  const any = (options: readonly (readonly [string, string])[]) => [['', 'Any'] as const, ...options];
  return (
    <search>
      <form class="filter dense" method="get" action={`${context.rootPath}/audit`}>
        <div class="field grow">
          <label for="q">Person, text or finding ID</label>
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
        <SelectField
          name="type"
          label="Event"
          selected={filter.type ?? ''}
          options={any(auditEventTypes.map((type) => [type, eventName(type)]))}
        />
        <SelectField name="by" label="By" selected={filter.by ?? ''} options={any(Object.entries(authorKinds))} />
        <SelectField
          name="rule"
          label="Problem"
          selected={filter.rule ?? ''}
          options={any(rules.map(({ id, problem }) => [id, problem]))}
        />
        <DateField name="from" label="From" value={filter.from} />
        <DateField name="until" label="Until" value={filter.until} />
        <button type="submit">Apply</button>
      </form>
    </search>
  );
}

function EventTable({ events, rules, names }: AuditProps) {
  const problems = new Map(rules.map(({ id, problem }) => [id, problem]));
  return (
    <ScrollArea label="Events">
      <table class="findings events">
        <thead>
          <tr>
            <th scope="col">Time</th>
            <th scope="col">Event</th>
            <th scope="col">Finding</th>
            <th scope="col">By</th>
            <th scope="col">Summary</th>
          </tr>
        </thead>
        <tbody>
          {events.map(({ at, type, findingId, ruleId, author, summary }) => (
            <tr>
              <td class="seen soft">
                <Timestamp at={at} />
              </td>
              <td>{eventName(type)}</td>
              <th scope="row" class="object">
                {findingIdPattern.test(findingId) ? (
                  <Link href={`/findings/${findingId}`}>
                    <DisplayName text={names.get(findingId) ?? findingId} />
                  </Link>
                ) : (
                  'Installation'
                )}
                <span class="soft">{problems.get(ruleId) ?? ruleId}</span>
              </th>
              <td>
                <Author author={author} />
              </td>
              <td class="summary">
                <Message text={summary} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

function AuditPages({ filter, pages }: AuditProps) {
  if (pages === 1) return null;
  const { page } = filter;
  const to = (other: number) => {
    const query = auditQuery(filter);
    query.set('page', String(other));
    return `/audit?${query}`;
  };
  return (
    <nav class="pages" aria-label="Pages of events">
      {page > 1 && (
        <Link href={to(page - 1)} rel="prev">
          Newer
        </Link>
      )}
      <span aria-current="page">
        Page {formatNumber(page)} of {formatNumber(pages)}
      </span>
      {page < pages && (
        <Link href={to(page + 1)} rel="next">
          Older
        </Link>
      )}
    </nav>
  );
}
