import { type FindingSummary, isUnderWay, needsDecision } from '../../model/finding/finding-summary.js';
import type { Rule } from '../../model/rule/rule.js';
import { type Severity, severities } from '../../model/rule/violation.js';
import { counted, formatNumber } from '../../model/text/format.js';
import { SeverityTag } from '../components/elements.js';
import { Page } from '../components/layout.js';
import { Link } from '../components/link.js';
import type { Frame } from '../components/page-context.js';
import { listPath } from '../reads/finding-filter.js';
import type { RecentScans } from '../reads/recent-scans.js';
import { FindingList } from './finding-list.js';
import { ScanChart } from './scan-chart.js';
import { ScanNotices } from './scan-notices.js';

interface OverviewProps {
  readonly frame: Frame;
  readonly summaries: readonly FindingSummary[];
  readonly recent: RecentScans;
  readonly rules: readonly Rule[];
}

/** As many as fit on a screen; the rest is one click away. */
const mostShown = 6;

/** What a person should know first: whose turn it is, how bad it is, and whether the scan saw everything. */
export function OverviewPage({ frame, summaries, recent, rules }: OverviewProps) {
  const waiting = summaries.filter(needsDecision);
  const since = recent.finished?.since;
  // What a scan did not see outweighs what it found: then it comes first.
  const sound = recent.finished?.status === 'complete' && !recent.failed;
  return (
    <Page frame={frame} title="Overview" place="/">
      <h1>{headline(waiting.length, frame, recent)}</h1>
      {!sound && <ScanNotices recent={recent} />}
      <Counts summaries={summaries} />
      {waiting.length > 0 && (
        <section aria-labelledby="waiting">
          <div class="head">
            <h2 id="waiting">Waiting for a decision</h2>
            {waiting.length > mostShown && (
              <Link href={listPath({ show: 'decision' })}>All {formatNumber(waiting.length)}</Link>
            )}
          </div>
          <FindingList rows={waiting.slice(0, mostShown)} rules={rules} since={since} />
        </section>
      )}
      <section aria-label="Scans">
        {sound && <ScanNotices recent={recent} />}
        <ScanChart scans={recent.scans} />
      </section>
    </Page>
  );
}

function headline(waiting: number, { visitor, readOnly }: Frame, { finished }: RecentScans): string {
  if (waiting === 0) return finished ? 'Nothing waits for a decision' : 'This tenant was not examined yet';
  if (readOnly) return `${counted(waiting, 'plan')} for an administrator of this tenant`;
  return visitor.mayDecide
    ? `${counted(waiting, 'plan')} wait${waiting === 1 ? 's' : ''} for your decision`
    : `${counted(waiting, 'plan')} wait for an approver`;
}

function Counts({ summaries }: Pick<OverviewProps, 'summaries'>) {
  const standing = summaries.filter(({ status }) => status === 'open');
  const of = (severity: Severity) => standing.filter((one) => one.severity === severity).length;
  const others = [
    ['approved', 'Approved, under way', summaries.filter(isUnderWay).length],
    ['suppressed', 'Suppressed', summaries.filter(({ status }) => status === 'suppressed').length],
    ['resolved', 'Resolved', summaries.filter(({ status }) => status === 'resolved').length],
  ] as const;
  return (
    <section aria-labelledby="standing">
      <h2 id="standing">{counted(standing.length, 'standing finding')}</h2>
      <ul class="counts">
        {[...severities].reverse().map((severity) => (
          <li class={of(severity) === 0 ? 'none' : severity}>
            <Link href={listPath({ severity })}>
              <span class="number">{formatNumber(of(severity))}</span>
              <SeverityTag severity={severity} />
            </Link>
          </li>
        ))}
      </ul>
      <ul class="inline soft">
        {others.map(([show, name, count]) => (
          <li>
            <Link href={listPath({ show })}>{name}</Link> {formatNumber(count)}
          </li>
        ))}
      </ul>
    </section>
  );
}
