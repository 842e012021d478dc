import type { Scan } from '../../model/scan/scan.js';
import { capitalize, formatNumber, quantity } from '../../model/text/format.js';
import { Fact, ScanTag, Timestamp } from '../components/elements.js';
import { Page } from '../components/layout.js';
import { Link } from '../components/link.js';
import type { PageContext } from '../components/page-context.js';
import { ScanErrors, ScanNotes, UndeterminedObjects } from './scan-notices.js';

interface ScansProps {
  readonly context: PageContext;
  readonly scans: readonly Scan[];
  /** Whether there are older scans. */
  readonly isTruncated: boolean;
}

/** The scans, newest first. */
export function ScansPage({ context, scans, isTruncated }: ScansProps) {
  return (
    <Page context={context} title="Scans" menuPath="/scans">
      <h1>Scans</h1>
      {scans.length === 0 ? (
        <p>No scan has run yet.</p>
      ) : (
        <ul class="rows plain-rows">
          {scans.map((scan) => (
            <ScanRow scan={scan} />
          ))}
        </ul>
      )}
      {isTruncated && <p class="soft">The {formatNumber(scans.length)} latest scans are shown.</p>}
    </Page>
  );
}

function ScanRow({ scan }: { scan: Scan }) {
  const { id, startedAt, status, counts, findings, notExamined } = scan;
  return (
    <li>
      <ScanTag status={status} />
      <span class="what">
        <Link href={`/scans/${encodeURIComponent(id)}`}>
          <Timestamp at={startedAt} />
        </Link>
        <span class="soft">{quantity(counts.applications + counts.servicePrincipals, 'object')}</span>
      </span>
      <span class="tags soft">
        {notExamined.length > 0 && (
          <span class="tag incomplete">{quantity(notExamined.length, 'rule')} not examined</span>
        )}
      </span>
      <span class="when soft">
        {formatNumber(findings.new)} new, {formatNumber(findings.resolved)} resolved
      </span>
    </li>
  );
}

/** One scan: its counts, what it did not examine, and its alerts. */
export function ScanPage({ context, scan }: { context: PageContext; scan: Scan }) {
  const { status, startedAt, finishedAt, counts, findings } = scan;
  return (
    <Page context={context} title="Scan" menuPath="/scans">
      <p class="tags">
        <ScanTag status={status} />
        <span class="soft">asked for by {scan.requestedBy}</span>
      </p>
      <h1>
        Scan of <Timestamp at={startedAt} />
      </h1>
      <div class="card">
        <dl class="facts wide">
          <Fact name="Ended">{finishedAt ? <Timestamp at={finishedAt} /> : 'not yet'}</Fact>
          <Fact name="Applications">{formatNumber(counts.applications)}</Fact>
          <Fact name="Service principals">{formatNumber(counts.servicePrincipals)}</Fact>
          <Fact name="Findings">
            {formatNumber(findings.new)} new, {formatNumber(findings.open)} standing before,{' '}
            {formatNumber(findings.resolved)} resolved, {formatNumber(findings.suppressed)} suppressed
          </Fact>
          <Fact name="Written">{quantity(scan.writes, 'finding')}</Fact>
          <Fact name="Requests to Graph">
            {formatNumber(scan.requests)} ({quantity(scan.retries, 'retry', 'retries')})
          </Fact>
          {scan.heldBack > 0 && <Fact name="Held back by the brake">{quantity(scan.heldBack, 'finding')}</Fact>}
        </dl>
      </div>
      {scan.notExamined.length + scan.errors.length > 0 ? (
        <section class="card" aria-labelledby="unseen">
          <h2 id="unseen">What it did not see</h2>
          <ScanErrors scan={scan} />
        </section>
      ) : (
        status === 'complete' && <p>Every rule was asked about every object.</p>
      )}
      <UndeterminedObjects scan={scan} />
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
    <section class="card" aria-labelledby="told">
      <h2 id="told">What was told of it</h2>
      {silent && <p>Nothing had changed, so nobody was told.</p>}
      {!silent && sent.length === 0 && <p>No channel is set.</p>}
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
