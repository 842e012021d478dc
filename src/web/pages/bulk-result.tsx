import type { Finding } from '../../model/finding/finding.js';
import { quantity } from '../../model/text/format.js';
import { safeLines } from '../../model/text/safe-text.js';
import { DisplayName, Notice, ScrollArea } from '../components/elements.js';
import { Page } from '../components/layout.js';
import { Link } from '../components/link.js';
import type { PageContext } from '../components/page-context.js';
import type { ListedFinding } from '../reads/listed-finding.js';
import type { BulkAction } from './bulk-decision.js';
import { findingPath } from './finding-table.js';

/** The decision on one finding: stored, or the reason why not. */
export interface BulkResult {
  readonly finding: Finding;
  readonly reason?: string;
}

interface ResultProps {
  readonly context: PageContext;
  readonly action: BulkAction;
  readonly results: readonly BulkResult[];
  /** The query of the list to return to, and its path. */
  readonly list: string;
  readonly back: string;
  readonly next: ListedFinding | undefined;
}

const participles = { approve: 'approved', reject: 'rejected', suppress: 'suppressed' } as const;

/** The decision on each of several findings. */
export function BulkResultPage({ context, action, results, list, back, next }: ResultProps) {
  const failed = results.filter(({ reason }) => reason !== undefined).length;
  const noun = action === 'suppress' ? 'finding' : 'plan';
  const done = `${quantity(results.length - failed, noun)} ${participles[action]}`;
  const heading = failed === 0 ? done : `${done}, ${failed} not ${participles[action]}`;
  return (
    <Page context={context} title={heading} menuPath="/findings">
      <h1>{heading}</h1>
      <div role="status">
        <Notice kind={failed === 0 ? 'good' : 'care'} heading={noticeOf(action, failed, context)} />
      </div>
      <ScrollArea label="Results">
        <table>
          <thead>
            <tr>
              <th scope="col">Object</th>
              <th scope="col">Result</th>
            </tr>
          </thead>
          <tbody>
            {results.map(({ finding, reason }) => (
              <tr>
                <th scope="row">
                  <Link href={findingPath(finding.id, list)}>
                    <DisplayName text={finding.displayName} />
                  </Link>
                </th>
                <td>
                  {reason === undefined
                    ? resultOf(action, finding)
                    : `Not ${participles[action]}: ${safeLines(reason)}`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollArea>
      <ul class="inline">
        <li>
          <Link href={back}>Back to the list</Link>
        </li>
        {next && (
          <li>
            <Link href={findingPath(next.id, list)}>
              Next to decide: <DisplayName text={next.displayName} />
            </Link>
          </li>
        )}
      </ul>
    </Page>
  );
}

function noticeOf(action: BulkAction, failed: number, { canWrite }: PageContext): string {
  if (failed > 0) return 'The table shows the reason for each finding without a decision.';
  if (action !== 'approve') return 'All decisions are saved.';
  return canWrite
    ? 'The fixes run within a few minutes.'
    : 'Read-only installation: approvals are saved but not executed.';
}

function resultOf(action: BulkAction, { remediation }: Finding): string {
  if (action !== 'approve') return action === 'reject' ? 'Rejected' : 'Suppressed';
  return remediation?.status === 'approved' ? 'Approved' : 'Approved, needs a second approval';
}
