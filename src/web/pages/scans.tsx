import type { Scan } from '../../model/scan/scan.js';
import { formatNumber } from '../../model/text/format.js';
import { csrfTokenField } from '../auth/csrf.js';
import { Notice, ScanTag, ScrollArea, Timestamp } from '../components/elements.js';
import { Page } from '../components/layout.js';
import { Link } from '../components/link.js';
import type { PageContext } from '../components/page-context.js';
import { ScanChart } from './scan-chart.js';
import { notExaminedText, scanDurationText } from './scan-texts.js';
import { SentinelRuns } from './sentinel-runs.js';

interface ScansProps {
  readonly context: PageContext;
  readonly scans: readonly Scan[];
  /** The latest runs of the sentinel, newest first. */
  readonly sentinelRuns: readonly Scan[];
  /** Whether there are older scans. */
  readonly isTruncated: boolean;
  /** Whether the user has just requested a scan. */
  readonly isRequested: boolean;
}

/** The scans, newest first. */
export function ScansPage({ context, scans, sentinelRuns, isTruncated, isRequested }: ScansProps) {
  const isRunning = scans[0]?.status === 'running';
  return (
    <Page context={context} title="Scans" menuPath="/scans">
      <div class="head">
        <h1>Scans</h1>
        {context.visitor.mayDecide && !isRunning && !isRequested && <ScanNow context={context} />}
      </div>
      {(isRequested || isRunning) && (
        <div role="status" data-refresh="5">
          <Notice
            kind="care"
            heading={isRunning ? 'A scan is running.' : 'Scan requested. It starts within a minute.'}
          />
        </div>
      )}
      {scans.length === 0 ? <p>No scan has run yet.</p> : <ScanTable scans={scans} />}
      {isTruncated && <p class="soft">The {formatNumber(scans.length)} latest scans are shown.</p>}
      <ScanChart scans={scans} />
      {sentinelRuns.length > 0 && <SentinelRuns runs={sentinelRuns} />}
    </Page>
  );
}

function ScanNow({ context: { rootPath, csrfToken } }: Pick<ScansProps, 'context'>) {
  return (
    <form method="post" action={`${rootPath}/scans/request`}>
      <input type="hidden" name={csrfTokenField} value={csrfToken} />
      <button type="submit">Scan now</button>
    </form>
  );
}

const numbers = ['Objects', 'New', 'Open', 'Resolved', 'Changed'] as const;

function ScanTable({ scans }: Pick<ScansProps, 'scans'>) {
  return (
    <ScrollArea label="Scans">
      <table class="scans">
        <thead>
          <tr>
            <th scope="col">Started</th>
            <th scope="col">Result</th>
            <th scope="col">Duration</th>
            {numbers.map((name) => (
              <th scope="col" class="number">
                {name}
              </th>
            ))}
            <th scope="col">Not examined</th>
          </tr>
        </thead>
        <tbody>
          {scans.map((scan) => (
            <ScanRow scan={scan} />
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}

function ScanRow({ scan }: { scan: Scan }) {
  const { id, startedAt, status, counts, findings, writes } = scan;
  const objects = counts.applications + counts.servicePrincipals;
  return (
    <tr>
      <th scope="row">
        <Link href={`/scans/${encodeURIComponent(id)}`}>
          <Timestamp at={startedAt} />
        </Link>
      </th>
      <td>
        <ScanTag status={status} />
      </td>
      <td>{scanDurationText(scan)}</td>
      {[objects, findings.new, findings.new + findings.open, findings.resolved, writes].map((count) => (
        <td class="number">{formatNumber(count)}</td>
      ))}
      <td>{notExaminedText(scan)}</td>
    </tr>
  );
}
