import type { Scan } from '../../model/scan/scan.js';
import { capitalize, formatNumber, quantity } from '../../model/text/format.js';
import { safeText } from '../../model/text/safe-text.js';
import { Fact, ScanTag, Timestamp } from '../components/elements.js';
import { Page } from '../components/layout.js';
import type { PageContext } from '../components/page-context.js';
import type { ListedFinding, ListFacts } from '../reads/listed-finding.js';
import { FindingTable } from './finding-table.js';
import { ScanErrors, ScanNotes, UndeterminedObjects } from './scan-notices.js';
import { requesterText, scanDurationText } from './scan-texts.js';

interface ScanProps {
  readonly context: PageContext;
  readonly scan: Scan;
  /** The findings that appeared in this scan, and those that it resolved. */
  readonly appeared: readonly ListedFinding[];
  readonly resolved: readonly ListedFinding[];
  readonly facts: ListFacts;
}

/** One scan: its counts, what it did not examine, and its alerts. */
export function ScanPage({ context, scan, appeared, resolved, facts }: ScanProps) {
  const { status, startedAt, finishedAt, counts, findings } = scan;
  return (
    <Page context={context} title="Scan" menuPath="/scans">
      <p class="tags">
        <ScanTag status={status} />
        <span class="soft">{requesterText(safeText(scan.requestedBy))}</span>
      </p>
      <h1>
        Scan of <Timestamp at={startedAt} />
      </h1>
      <div class="card">
        <dl class="facts wide">
          <Fact name="Ended">{finishedAt ? <Timestamp at={finishedAt} /> : 'Not yet'}</Fact>
          <Fact name="Duration">{scanDurationText(scan)}</Fact>
          <Fact name="Applications">{formatNumber(counts.applications)}</Fact>
          <Fact name="Service principals">{formatNumber(counts.servicePrincipals)}</Fact>
          <Fact name="Findings">
            {formatNumber(findings.new)} new, {formatNumber(findings.open)} open before,{' '}
            {formatNumber(findings.resolved)} resolved, {formatNumber(findings.suppressed)} suppressed
          </Fact>
          <Fact name="Changed findings">{quantity(scan.writes, 'finding')}</Fact>
          <Fact name="Requests to Graph">
            {formatNumber(scan.requests)} ({quantity(scan.retries, 'retry', 'retries')})
          </Fact>
          {scan.heldBack > 0 && (
            <Fact name="Kept open by the resolution limit">{quantity(scan.heldBack, 'finding')}</Fact>
          )}
        </dl>
      </div>
      {scan.notExamined.length + scan.errors.length > 0 ? (
        <section class="card" aria-labelledby="unseen">
          <h2 id="unseen">Not examined</h2>
          <ScanErrors scan={scan} />
        </section>
      ) : (
        status === 'complete' && <p>The scan checked every object with every rule.</p>
      )}
      <UndeterminedObjects scan={scan} />
      <Changes name="appeared" heading="Appeared in this scan" rows={appeared} facts={facts} />
      <Changes name="resolved" heading="Resolved by this scan" rows={resolved} facts={facts} />
      <ScanNotes notes={scan.notes} />
      <Deliveries scan={scan} />
    </Page>
  );
}

function Deliveries({ scan }: { scan: Scan }) {
  if (!scan.alerts) return null;
  const { silent, deliveries } = scan.alerts;
  const sent = Object.entries(deliveries);
  return (
    <section class="card" aria-labelledby="alerts">
      <h2 id="alerts">Alerts</h2>
      {silent && <p>No changes. No alert was sent.</p>}
      {!silent && sent.length === 0 && <p>No alert channel is configured.</p>}
      <ul>
        {sent.map(([channel, { status, at, error }]) => (
          <li>
            {capitalize(channel.replace(/:.*/, ''))}: {status}, <Timestamp at={at} />
            {error && `. ${error}`}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** So many findings of a scan are listed. */
const mostListed = 50;

interface ChangesProps {
  readonly name: string;
  readonly heading: string;
  readonly rows: readonly ListedFinding[];
  readonly facts: ListFacts;
}

function Changes({ name, heading, rows, facts }: ChangesProps) {
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby={name}>
      <h2 id={name}>{heading}</h2>
      <FindingTable rows={rows.slice(0, mostListed)} facts={facts} label={`${heading}: findings`} />
      {rows.length > mostListed && (
        <p class="soft">
          {formatNumber(mostListed)} of {quantity(rows.length, 'finding')} are shown.
        </p>
      )}
    </section>
  );
}
