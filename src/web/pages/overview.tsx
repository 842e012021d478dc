import { type FindingSummary, isUnderWay, needsDecision } from '../../model/finding/finding-summary.js';
import type { Rule } from '../../model/rule/rule.js';
import { type Severity, severities } from '../../model/rule/violation.js';
import { formatNumber, quantity } from '../../model/text/format.js';
import { SeverityTag } from '../components/elements.js';
import { Page } from '../components/layout.js';
import { Link } from '../components/link.js';
import type { PageContext } from '../components/page-context.js';
import { filterQuery, listPath } from '../reads/finding-filter.js';
import { listFacts } from '../reads/listed-finding.js';
import type { OverviewScans } from '../reads/recent-scans.js';
import { FindingTable } from './finding-table.js';
import { PauseForm } from './pause-form.js';
import { ScanNotices } from './scan-notices.js';
import { Trends } from './trends.js';

interface OverviewProps {
  readonly context: PageContext;
  readonly summaries: readonly FindingSummary[];
  readonly recent: OverviewScans;
  readonly rules: readonly Rule[];
}

/** So many rows fit on a screen. */
const maxRows = 6;

/** The start page: pending decisions, counts by severity, and whether the latest scan was complete. */
export function OverviewPage({ context, summaries, recent, rules }: OverviewProps) {
  const pending = summaries.filter(needsDecision);
  const facts = listFacts(rules, recent.finished?.since);
  // An incomplete, failed or stale scan comes first: the findings below may be incomplete.
  const isReliable = recent.finished?.status === 'complete' && !recent.failed && recent.freshness !== 'fails';
  return (
    <Page context={context} title="Overview" menuPath="/">
      <h1>{headline(pending.length, context, recent)}</h1>
      {!isReliable && <ScanNotices recent={recent} />}
      <Counts summaries={summaries} />
      {pending.length > 0 && (
        <section aria-labelledby="waiting">
          <div class="head">
            <h2 id="waiting">Plans that need a decision</h2>
            {pending.length > maxRows && (
              <Link href={listPath({ status: 'decision' })}>All {formatNumber(pending.length)}</Link>
            )}
          </div>
          <FindingTable
            rows={pending.slice(0, maxRows)}
            facts={facts}
            label="Findings with a plan that needs a decision"
            list={filterQuery({ status: 'decision' }).toString()}
          />
        </section>
      )}
      {isReliable && (
        <section aria-label="Last scan">
          <ScanNotices recent={recent} />
        </section>
      )}
      <Trends findings={summaries} scans={recent.scans} facts={facts} />
      <PauseForm context={context} />
    </Page>
  );
}

function headline(pending: number, { visitor, readOnly }: PageContext, { finished }: OverviewScans): string {
  if (pending === 0) return finished ? 'No plan needs a decision' : 'No scan of this tenant has finished';
  if (readOnly) return `${quantity(pending, 'plan')} for an administrator of this tenant`;
  const plans = `${quantity(pending, 'plan')} need${pending === 1 ? 's' : ''}`;
  return visitor.mayDecide ? `${plans} a decision` : `${plans} the decision of an approver`;
}

function Counts({ summaries }: Pick<OverviewProps, 'summaries'>) {
  const open = summaries.filter(({ status }) => status === 'open');
  const countOf = (severity: Severity) => open.filter((one) => one.severity === severity).length;
  const others = [
    ['approved', 'Approved, in progress', summaries.filter(isUnderWay).length],
    ['suppressed', 'Suppressed', summaries.filter(({ status }) => status === 'suppressed').length],
    ['resolved', 'Resolved', summaries.filter(({ status }) => status === 'resolved').length],
  ] as const;
  return (
    <section aria-labelledby="open">
      <h2 id="open">{quantity(open.length, 'open finding')}</h2>
      <ul class="counts">
        {[...severities].reverse().map((severity) => (
          <li class={countOf(severity) === 0 ? 'none' : severity}>
            <Link href={listPath({ severity })}>
              <span class="number">{formatNumber(countOf(severity))}</span>
              <SeverityTag severity={severity} />
            </Link>
          </li>
        ))}
      </ul>
      <ul class="inline soft">
        {others.map(([status, name, count]) => (
          <li>
            <Link href={listPath({ status })}>{name}</Link> {formatNumber(count)}
          </li>
        ))}
      </ul>
    </section>
  );
}
