import { auditEvent } from '../../model/finding/audit.js';
import type { Finding } from '../../model/finding/finding.js';
import { repairSummary } from '../../model/finding/stored-times.js';
import type { FindingChange, FindingStore, Stored } from '../ports/index.js';
import type { ScanRecord } from './scan-record.js';

/** How many findings the warnings name: the scan's row holds them. */
const namedFindings = 10;

/**
 * Writes findings whose stored times were rejected when they were read, without these times, and warns of them.
 * A finding that another writer changes at the same time stays for the next scan.
 * @param findings as the store returned them
 */
export async function repairTimes(
  store: FindingStore,
  findings: readonly Stored<Finding>[],
  record: ScanRecord,
): Promise<void> {
  let repaired = 0;
  for (let at = 0; at < findings.length; at += store.batchSize) {
    const changes = findings.slice(at, at + store.batchSize).map((stored) => repairOf(stored, record));
    const { written, conflicts } = await store.commit(changes);
    record.scan.writes += written;
    for (const { finding, events } of changes)
      if (!conflicts.includes(finding.id)) {
        repaired += 1;
        if (repaired <= namedFindings)
          record.warn(`Finding ${finding.id} (${finding.displayName}): ${events[0]?.summary}`);
      }
  }
  if (repaired > namedFindings)
    record.warn(`The scan repaired ${repaired - namedFindings} more findings in the same way.`);
}

function repairOf({ value, etag, rejected = [] }: Stored<Finding>, record: ScanRecord): FindingChange {
  const { at, author } = record.transitionContext;
  const finding: Finding = { ...value, changedAt: at };
  const repaired = { at, author, type: 'repaired', summary: repairSummary(rejected), detail: { rejected } } as const;
  return { finding, etag, events: [auditEvent(finding, repaired)] };
}
