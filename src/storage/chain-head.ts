import { setTimeout as pause } from 'node:timers/promises';
import pLimit from 'p-limit';
import { type ChainHead, chainStart } from './audit-chain.js';
import { auditKey, findingKey, fromHeadRow, headKey, type StoredHead } from './finding-rows.js';
import { firstRow, readRow } from './reads.js';
import { inPartition, keyBegins, type Table } from './table.js';

/** The end of the chain and the version of its row; without a version if the partition has no chain yet. */
export interface Head extends StoredHead {
  readonly etag: string | undefined;
}

/** Azurite shows a transaction while it is being written; it takes milliseconds. */
const settlingMilliseconds = 1000;

const concurrentReads = 16;

/** The end of a partition's chain; `chainStart` if there is no head row. */
export async function readHead(table: Table, partition: string): Promise<Head> {
  const row = await readRow(table, [partition, headKey]);
  return row ? { ...fromHeadRow(row), etag: row.etag } : { ...chainStart, etag: undefined };
}

/**
 * The end of a partition's chain to continue from. The service writes a transaction completely or not at all, but
 * Azurite can fail after its first row, the head. If nothing else of that transaction was written, the chain continues
 * from the head before it, so that no gap remains.
 * @param verified the version of a head that needs no check
 */
export async function readCommittedHead(table: Table, partition: string, verified?: string): Promise<Head> {
  for (let head = await readHead(table, partition); ; ) {
    if (head.etag === verified || (await isCommitted(table, partition, head))) return head;
    await pause(settlingMilliseconds);
    const after = await readHead(table, partition);
    const isSettled = after.etag === head.etag && !(await isCommitted(table, partition, after));
    if (isSettled && after.transaction) return { ...after.transaction.previous, etag: after.etag };
    head = after;
  }
}

/**
 * Whether anything of the transaction that wrote a head was written besides the head: an event, or the new version of a
 * finding. A finding that has it proves that missing events were removed later. A head of an older version of the program
 * does not name its transaction and counts as committed.
 */
export async function isCommitted(table: Table, partition: string, head: StoredHead): Promise<boolean> {
  const { transaction } = head;
  if (!transaction || transaction.previous.sequence === head.sequence) return true;
  const { previous, firstEventOf, changes } = transaction;
  const firstEvent = auditKey({ findingId: firstEventOf, sequence: previous.sequence + 1 });
  if (await readRow(table, [partition, firstEvent], ['sequence'])) return true;
  if (await hasEventAfter(table, partition, previous)) return true;
  const limit = pLimit(concurrentReads);
  const written = limit.map(Object.entries(changes), async ([id, changeId]) => {
    const row = await readRow(table, [partition, findingKey(id)], ['changeId']);
    return row?.changeId === changeId;
  });
  return (await written.finally(() => limit.clearQueue())).includes(true);
}

async function hasEventAfter(table: Table, partition: string, { sequence }: ChainHead): Promise<boolean> {
  const later = { name: 'sequence', is: 'gt', value: sequence } as const;
  return (await firstRow(table, [...inPartition(partition), ...keyBegins('audit_'), later])) !== undefined;
}
