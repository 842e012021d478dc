import type { FindingChange } from '../jobs/ports/index.js';
import { ConsentinelError } from '../model/errors.js';
import { chainStart } from './audit-chain.js';
import { toAuditRow, toFindingRow } from './finding-rows.js';
import type { Row } from './rows.js';

/** A change with its row, and the space that it needs in a transaction. */
export interface PlannedChange {
  readonly change: FindingChange;
  readonly row: Row;
  readonly operations: number;
  readonly bytes: number;
}

/** A transaction has at most 100 operations, including the head row, and less than 4 MiB. Source: Table service limits. */
const transactionLimits = { operations: 99, bytes: 3_500_000 };

/** New findings that fill four transactions: each takes two operations, its row and its audit event. */
export const batchSize = 4 * Math.floor(transactionLimits.operations / 2);

/** An upper bound for the headers of one operation in the multipart body. */
const operationHeaderBytes = 1000;

/**
 * Divides the changes of one partition into transactions, in order. A transaction contains a finding at most once.
 * @throws ConsentinelError `storage-rejected` for a change that is too large for a row or a transaction
 */
export function toChunks(changes: readonly FindingChange[]): PlannedChange[][] {
  const chunks: PlannedChange[][] = [];
  let room = { operations: 0, bytes: 0, ids: new Set<string>() };
  for (const planned of changes.map(plan)) {
    const id = planned.change.finding.id;
    const fits = planned.operations <= room.operations && planned.bytes <= room.bytes && !room.ids.has(id);
    if (!fits) {
      chunks.push([]);
      room = { ...transactionLimits, ids: new Set() };
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
  // The real hashes depend on the head. For the size, any hash is enough.
  const link = { sequence: 1, previousHash: chainStart.hash, hash: chainStart.hash };
  const rows = [row, ...change.events.map((event) => toAuditRow({ ...event, ...link }))];
  const bytes = rows.reduce((sum, each) => sum + Buffer.byteLength(JSON.stringify(each)) + operationHeaderBytes, 0);
  if (rows.length > transactionLimits.operations || bytes > transactionLimits.bytes)
    throw changeTooLarge(change, rows.length, bytes);
  return { change, row, operations: rows.length, bytes };
}

function changeTooLarge({ finding, events }: FindingChange, operations: number, bytes: number): ConsentinelError {
  return new ConsentinelError(
    'storage-rejected',
    `Finding ${finding.id} of rule ${finding.ruleId} with ${events.length} audit events takes ${operations} rows and ${bytes} bytes, more than the limit of one transaction (${transactionLimits.operations}, ${transactionLimits.bytes}).`,
    'Write its events in several changes.',
  );
}
