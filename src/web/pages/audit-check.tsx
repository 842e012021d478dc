import type { AuditVerdict } from '../../jobs/ports/index.js';
import { formatNumber, quantity } from '../../model/text/format.js';
import { Message, Notice, ScrollArea, Timestamp } from '../components/elements.js';
import { Link } from '../components/link.js';
import type { PageContext } from '../components/page-context.js';

/** The check of the audit trail; it reads every event, so the user starts it. */
export function AuditCheck({
  context,
  verdicts,
}: {
  context: PageContext;
  verdicts: readonly AuditVerdict[] | undefined;
}) {
  return (
    <section class="card" aria-labelledby="integrity">
      <h2 id="integrity">Integrity</h2>
      <p>
        Each event is stored together with the state that it explains, and has the hash of the event before it. The
        check reads every event and finds rows that were changed, removed or inserted.
      </p>
      <form method="get" action={`${context.rootPath}/audit`}>
        <input type="hidden" name="check" value="now" />
        <button type="submit" class="quiet">
          {verdicts ? 'Check again' : 'Check the audit trail'}
        </button>
      </form>
      {verdicts && <Verdicts verdicts={verdicts} now={context.now} />}
    </section>
  );
}

function Verdicts({ verdicts, now }: { verdicts: readonly AuditVerdict[]; now: string }) {
  const faults = verdicts.filter(({ fault }) => fault);
  const events = verdicts.reduce((sum, verdict) => sum + verdict.events, 0);
  const checked = (
    <p>
      {quantity(events, 'event')} of {quantity(verdicts.length, 'rule')} checked <Timestamp at={now} />.
    </p>
  );
  return (
    <>
      <div role="status">
        {faults.length === 0 ? (
          <Notice kind="good" heading="The audit trail is intact">
            {checked}
          </Notice>
        ) : (
          <Notice kind="bad" heading={`The audit trail of ${quantity(faults.length, 'rule')} was changed`}>
            {checked}
          </Notice>
        )}
      </div>
      {verdicts.length > 0 && <VerdictTable verdicts={verdicts} />}
    </>
  );
}

function VerdictTable({ verdicts }: { verdicts: readonly AuditVerdict[] }) {
  return (
    <ScrollArea label="Verdict of each rule">
      <table>
        <thead>
          <tr>
            <th scope="col">Rule</th>
            <th scope="col">Events</th>
            <th scope="col">Verdict</th>
          </tr>
        </thead>
        <tbody>
          {verdicts.map(({ ruleId, events, fault }) => (
            <tr>
              <th scope="row">
                <Link href={`/rules/${encodeURIComponent(ruleId)}`}>{ruleId}</Link>
              </th>
              <td>{formatNumber(events)}</td>
              <td>
                <span class={`tag scan ${fault ? 'failed' : 'complete'}`}>{fault ? fault.kind : 'Intact'}</span>{' '}
                {fault && <Message text={fault.summary} />}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}
