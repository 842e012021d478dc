import type { Scan } from '../../model/scan/scan.js';
import { formatNumber } from '../../model/text/format.js';
import { Message, ScanTag, ScrollArea, Timestamp } from '../components/elements.js';

/** The latest runs of the sentinel, with what each read and found. */
export function SentinelRuns({ runs }: { readonly runs: readonly Scan[] }) {
  return (
    <section aria-labelledby="sentinel">
      <h2 id="sentinel">Runs of the sentinel</h2>
      <p class="soft">
        The sentinel finds symmetric signing keys between two scans. It resolves no findings. This table shows its
        latest runs.
      </p>
      <ScrollArea label="Runs of the sentinel">
        <table class="scans">
          <thead>
            <tr>
              <th scope="col">Started</th>
              <th scope="col">Result</th>
              {numbers.map((name) => (
                <th scope="col" class="number">
                  {name}
                </th>
              ))}
              <th scope="col">Notes</th>
            </tr>
          </thead>
          <tbody>
            {runs.map((run) => (
              <SentinelRow run={run} />
            ))}
          </tbody>
        </table>
      </ScrollArea>
    </section>
  );
}

const numbers = ['Objects with keys', 'Audit entries', 'Apps examined', 'New findings', 'Requests'] as const;

function SentinelRow({ run }: { readonly run: Scan }) {
  const { startedAt, status, findings, requests, errors, notes, sentinel } = run;
  const { listed, audit, apps = 0 } = sentinel ?? {};
  const objects = listed && listed.applications + listed.servicePrincipals;
  return (
    <tr>
      <th scope="row">
        <Timestamp at={startedAt} />
      </th>
      <td>
        <ScanTag status={status} />
      </td>
      {[objects, audit?.entries, apps, findings.new, requests].map((count) => (
        <td class="number">{count === undefined ? 'not read' : formatNumber(count)}</td>
      ))}
      <td>
        <Message text={[...errors.map(({ message }) => message), ...notes].join(' ')} />
      </td>
    </tr>
  );
}
