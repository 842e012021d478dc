import type { FindingChange } from '../jobs/ports/index.js';
import { ConsentinelError } from '../model/errors.js';
import { chainStart } from './audit-chain.js';
import { toAuditRow, toFindingRow } from './finding-rows.js';
import type { Row } from './rows.js';

/** A change with its row made, and what it takes of a transaction. */
export interface PlannedChange {
  readonly change: FindingChange;
  readonly row: Row;
  readonly operations: number;
  readonly bytes: number;
}

/** A transaction has at most 100 operations, one of them the head row, and less than 4 MiB; source: Table service limits. */
const most = { operations: 99, bytes: 3_500_000 };

/** New findings that fill four transactions: each takes two operations, its row and its audit event. */
export const batchSize = 4 * Math.floor(most.operations / 2);

/** What the headers of one operation take in the multipart body, generously. */
const bytesOfHeaders = 1000;

/**
 * Cuts the changes of one partition into transactions, in order. One finding is never twice in a transaction.
 * @throws ConsentinelError `storage-rejected` where a single change fits no row or no transaction; nothing is written
 */
export function toChunks(changes: readonly FindingChange[]): PlannedChange[][] {
  const chunks: PlannedChange[][] = [];
  let room = { operations: 0, bytes: 0, ids: new Set<string>() };
  for (const planned of changes.map(plan)) {
    const id = planned.change.finding.id;
    const fits = planned.operations <= room.operations && planned.bytes <= room.bytes && !room.ids.has(id);
    if (!fits) {
      chunks.push([]);
      room = { ...most, ids: new Set() };
    }
    chunks.at(-1)?.push(planned);
    room.operations -= planned.operations;
    room.bytes -= planned.bytes;
    room.ids.add(id);
  }
  return chunks;
}

function plan(change: FindingChange): PlannedChange {
  const row = toFindingRow(change);
  // Links of the right length are enough to measure by; the real ones depend on the head.
  const link = { sequence: 1, previousHash: chainStart.hash, hash: chainStart.hash };
  const rows = [row, ...change.events.map((event) => toAuditRow({ ...event, ...link }))];
  const bytes = rows.reduce((sum, each) => sum + Buffer.byteLength(JSON.stringify(each)) + bytesOfHeaders, 0);
  if (rows.length > most.operations || bytes > most.bytes) throw tooMuch(change, rows.length, bytes);
  return { change, row, operations: rows.length, bytes };
}

function tooMuch({ finding, events }: FindingChange, operations: number, bytes: number): ConsentinelError {
  return new ConsentinelError(
    'storage-rejected',
    `Finding ${finding.id} of rule ${finding.ruleId} with ${events.length} audit events takes ${operations} rows and ${bytes} bytes, more than one transaction holds (${most.operations}, ${most.bytes}).`,
    'Write its events in several changes.',
  );
}
