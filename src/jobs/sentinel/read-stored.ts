import type { Finding } from '../../model/finding/finding.js';
import type { FindingKey } from '../ports/index.js';
import type { SentinelWork } from './sentinel-work.js';

/** What is stored of some findings. */
export interface StoredFindings {
  readonly known: ReadonlyMap<string, Finding>;
  /** The ids of the findings with a damaged row: the run leaves them as they are, as a scan does. */
  readonly damaged: ReadonlySet<string>;
}

/** Reads findings, and adds them to those that the run has seen. A damaged row makes the run incomplete. */
export async function readStored(work: SentinelWork, keys: readonly FindingKey[]): Promise<StoredFindings> {
  const { context, record, organization } = work;
  const damaged = new Map<string, { code: string; message: string }>();
  const stored = await context.findings.knownFindings(organization.id, keys, (row) => void damaged.set(row.id, row));
  const errors = record.scan.errors.map(({ message }) => message);
  for (const { code, message } of damaged.values())
    if (!errors.includes(message)) record.notExamined([], [{ code, message }]);
  const known = new Map([...stored].map(([id, { value }]) => [id, value]));
  for (const [id, finding] of known) work.seen.set(id, finding);
  return { known, damaged: new Set(damaged.keys()) };
}
