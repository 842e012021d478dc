import type { Scan } from '../../model/scan/scan.js';
import { overdueAfterHours } from '../../model/scan/scan-freshness.js';
import { quantity } from '../../model/text/format.js';
import { safeLines } from '../../model/text/safe-text.js';
import { Message, Notice, Timestamp } from '../components/elements.js';
import { Link } from '../components/link.js';
import type { OverviewScans } from '../reads/recent-scans.js';

/** The state of the latest scans: complete, incomplete, failed, stale or running, and the messages that failed. */
export function ScanNotices({ recent }: { recent: OverviewScans }) {
  const { finished, failed, running, freshness } = recent;
  return (
    <>
      {!finished && !running && !failed && (
        <Notice kind="care" heading="No scan has run yet">
          <p>
            In Azure, a scan runs every night. To scan now, an approver selects <em>Scan now</em> under{' '}
            <Link href="/scans">Scans</Link>.
          </p>
        </Notice>
      )}
      {failed && (
        <Notice kind="bad" heading="The latest scan failed">
          <p>
            It started <Timestamp at={failed.startedAt} />.{' '}
            {finished ? 'This page shows the result of an earlier scan.' : 'No earlier scan has finished.'}
          </p>
          <ScanErrors scan={failed} />
        </Notice>
      )}
      {freshness === 'fails' && <StaleScans recent={recent} />}
      {finished && <LatestScan scan={finished} isOverdue={freshness === 'fails'} />}
      {running && (
        <p class="soft" data-refresh="15">
          A scan has been running since <Timestamp at={running.startedAt} />.
        </p>
      )}
      <FailedMessages recent={recent} />
    </>
  );
}

/** As `doctor` reports it. */
function StaleScans({ recent: { complete } }: { recent: OverviewScans }) {
  const heading = complete
    ? `No complete scan for more than ${overdueAfterHours} hours`
    : 'None of the latest scans was complete';
  return (
    <Notice kind="bad" heading={heading}>
      <p>
        {complete && (
          <>
            The last complete scan ended <Timestamp at={complete.finishedAt ?? complete.startedAt} />. Later changes may
            be missing here.{' '}
          </>
        )}
        Fix: run the checks under <Link href="/settings">Settings</Link>, or <code>consentinel doctor</code>. Then scan
        again under <Link href="/scans">Scans</Link>.
      </p>
    </Notice>
  );
}

/** @param isOverdue a complete scan is good news only while it is recent */
function LatestScan({ scan, isOverdue }: { scan: Scan; isOverdue: boolean }) {
  const { counts, status, heldBack, notExamined } = scan;
  const seen = `${quantity(counts.applications, 'application')} and ${quantity(counts.servicePrincipals, 'service principal')}`;
  const when = (
    <Link href={`/scans/${encodeURIComponent(scan.id)}`}>
      <Timestamp at={scan.finishedAt ?? scan.startedAt} />
    </Link>
  );
  if (status === 'complete') {
    return (
      <Notice kind={isOverdue ? 'care' : 'good'} heading="The last scan was complete">
        <p>
          It examined {seen} and ended {when}.
        </p>
        {notExamined.length > 0 && <ScanErrors scan={scan} />}
        <HeldBack heldBack={heldBack} />
        <ScanNotes notes={scan.notes} />
      </Notice>
    );
  }
  return (
    <Notice kind="bad" heading="The last scan was incomplete">
      <p>
        It examined {seen} and ended {when}. Findings on objects that it did not examine stay open. New problems there
        are not known.
      </p>
      <ScanErrors scan={scan} />
      <HeldBack heldBack={heldBack} />
      <ScanNotes notes={scan.notes} />
    </Notice>
  );
}

/** The safety limit kept findings open that the scan no longer met. */
function HeldBack({ heldBack }: { heldBack: number }) {
  if (heldBack === 0) return null;
  return (
    <p>
      The resolution limit kept {quantity(heldBack, 'finding')} open. Check a few of them. If they are fixed, scan once
      with a higher MAX_RESOLVED_PERCENT.
    </p>
  );
}

/** Facts about a scan that do not make it incomplete. */
export function ScanNotes({ notes }: { notes: readonly string[] }) {
  return (
    <>
      {notes.map((note) => (
        <p>
          <strong>Note:</strong> <Message text={note} />
        </p>
      ))}
    </>
  );
}

/** The objects that a scan could not judge. */
export function UndeterminedObjects({ scan: { undetermined } }: { scan: Pick<Scan, 'undetermined'> }) {
  if (undetermined.length === 0) return null;
  return (
    <section class="card" aria-labelledby="undetermined">
      <h2 id="undetermined">Objects that could not be checked</h2>
      <p>Graph returned a property that differs from its documentation. Findings on these objects do not change.</p>
      <ul>
        {undetermined.map(({ objectId, object, property }) => (
          <li>
            {safeLines(object)} <span class="soft">{safeLines(objectId)}</span>: <code>{property}</code>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The rules that were not examined and the errors of a scan. Rules with the same reason share one entry. */
export function ScanErrors({ scan }: { scan: Pick<Scan, 'notExamined' | 'errors'> }) {
  const { notExamined, errors } = scan;
  const reasons = new Set(notExamined.map(({ reason }) => reason));
  const otherErrors = errors.filter(({ message }) => !reasons.has(message));
  return (
    <>
      {notExamined.length > 0 && (
        <p>
          <strong>Not examined:</strong> <RuleLinks ids={notExamined.map(({ ruleId }) => ruleId)} />.
        </p>
      )}
      <details>
        <summary>Reasons and fixes</summary>
        <ul>
          {[...reasons].map((reason) => (
            <li>
              <RuleLinks ids={notExamined.filter((one) => one.reason === reason).map(({ ruleId }) => ruleId)} />:{' '}
              <Message text={reason} />
            </li>
          ))}
          {otherErrors.map(({ code, message }) => (
            <li>
              <code>{code}</code> <Message text={message} />
            </li>
          ))}
        </ul>
      </details>
    </>
  );
}

function RuleLinks({ ids }: { ids: readonly string[] }) {
  return (
    <>
      {[...new Set(ids)].map((id, i) => (
        <>
          {i > 0 && ', '}
          <Link href={`/rules/${encodeURIComponent(id)}`}>{id}</Link>
        </>
      ))}
    </>
  );
}

/** The alerts of the latest scan that were not delivered, and the messages that were abandoned in the last week. */
function FailedMessages({ recent: { finished, abandoned } }: { recent: OverviewScans }) {
  const deliveries = Object.entries(finished?.alerts?.deliveries ?? {});
  const failed = deliveries.filter(([, { status }]) => status === 'failed' || status === 'pending');
  if (failed.length + abandoned.length === 0) return null;
  return (
    <Notice kind="care" heading={`${quantity(failed.length + abandoned.length, 'message')} not delivered`}>
      <ul>
        {failed.map(([channel, { status, at, error = '' }]) => (
          <li>
            {channel.replace(/:.*/, '')}, <Timestamp at={at} />: <Message text={error} />{' '}
            {status === 'pending' ? 'Delivery is retried.' : 'The next alert includes it.'}
          </li>
        ))}
        {abandoned.map(({ queue, at, what }) => (
          <li>
            {queue}, <Timestamp at={at} />: <Message text={what} />
          </li>
        ))}
      </ul>
    </Notice>
  );
}
