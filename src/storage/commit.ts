import { setTimeout as pause } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { CommitResult, FindingChange } from '../jobs/ports/index.js';
import { ConsentinelError } from '../model/errors.js';
import { chainEvents } from './audit-chain.js';
import { type Head, readCommittedHead } from './chain-head.js';
import { type PlannedChange, toChunks } from './chunks.js';
import { failedOperation, isConflict, storageError } from './errors.js';
import { headKey, toAuditRow, toHeadRow } from './finding-rows.js';
import { readRow, tableOperation, transact } from './reads.js';
import { type Table, type TableAction, writeAction } from './table.js';

/** The partition that a commit writes to. */
interface Partition {
  readonly table: Table;
  readonly key: string;
}

/** Concurrent writers of one partition repeat their transactions. More conflicts in a row indicate another problem. */
const maxAttempts = 200;

/** A conflict without another writer: the service reports it although neither the head nor a finding has changed. */
const maxIdleAttempts = 10;

const concurrentReads = 8;

/**
 * Commits the changes of one partition, one transaction after the other. A transaction contains findings, their audit
 * events and the head of the audit chain.
 * @param verifiedHeads by partition, the version of the last head that is known to be of a whole transaction; updated
 * @throws ConsentinelError; earlier transactions remain, and a repeated call writes the rest
 */
export async function commitPartition(
  table: Table,
  key: string,
  changes: readonly FindingChange[],
  verifiedHeads: Map<string, string | undefined>,
): Promise<CommitResult> {
  const partition = { table, key };
  const chunks = toChunks(changes);
  const conflicts: string[] = [];
  let head = await readCommittedHead(table, key, verifiedHeads.get(key));
  for (const chunk of chunks) head = await commitChunk(partition, chunk, head, conflicts);
  verifiedHeads.set(key, head.etag);
  return { written: changes.length - conflicts.length, conflicts };
}

/** Commits one chunk except the changes that are written already or in conflict. @returns the new end of the chain */
async function commitChunk(
  partition: Partition,
  chunk: readonly PlannedChange[],
  from: Head,
  conflicts: string[],
): Promise<Head> {
  let [rest, head] = [chunk, from];
  let idle = 0;
  for (let attempt = 1; rest.length > 0; attempt++) {
    const { actions, end } = transactionOf(partition, rest, head);
    try {
      const versions = await transact(partition.table, actions);
      return { ...end, etag: versions.get(headKey) };
    } catch (error) {
      const failed = conflictingRow(error, actions, partition, attempt);
      const before = { changes: rest.length, etag: head.etag };
      if (failed === headKey) await pause(Math.random() * Math.min(10 * attempt, 250));
      else rest = await remainingChanges(partition.table, rest, conflicts);
      head = await readCommittedHead(partition.table, partition.key);
      idle = rest.length === before.changes && head.etag === before.etag ? idle + 1 : 0;
      if (idle >= maxIdleAttempts) throw unexplainedConflict(partition.key, idle);
    }
  }
  return head;
}

/** The head is the first operation: after a commit of another writer, the service reports the conflict of that row. */
function transactionOf({ key }: Partition, changes: readonly PlannedChange[], head: Head) {
  const chained = chainEvents(
    changes.flatMap(({ change }) => change.events),
    head,
  );
  const { sequence, hash } = chained.at(-1) ?? head;
  const transaction = {
    previous: { sequence: head.sequence, hash: head.hash },
    firstEventOf: chained[0]?.findingId ?? '',
    changes: Object.fromEntries(changes.map(({ row, change }) => [change.finding.id, String(row.changeId)])),
  };
  const actions: TableAction[] = [
    writeAction(toHeadRow(key, { sequence, hash, transaction }), head.etag),
    ...changes.map(({ row, change }) => writeAction(row, change.etag)),
    ...chained.map((event) => writeAction(toAuditRow(event), undefined)),
  ];
  return { actions, end: { sequence, hash } };
}

/**
 * The key of the row with the version conflict; undefined if the service does not report it.
 * @throws ConsentinelError if a retry cannot solve the problem
 */
function conflictingRow(
  error: unknown,
  actions: readonly TableAction[],
  { table, key }: Partition,
  attempt: number,
): string | undefined {
  if (!isConflict(error)) throw storageError(error, tableOperation(table, 'write findings'));
  if (attempt >= maxAttempts) throw tooManyWriters(key, attempt);
  const failed = actions[failedOperation(error) ?? -1]?.row.rowKey;
  if (failed?.startsWith('audit_')) throw rowBeyondHead(key, failed);
  return failed;
}

/** The changes that are still to be written. Adds those with another version of their row to `conflicts`. */
async function remainingChanges(table: Table, changes: readonly PlannedChange[], conflicts: string[]) {
  const limit = pLimit(concurrentReads);
  const states = await limit.map(changes, (planned) => stateOf(table, planned)).finally(() => limit.clearQueue());
  conflicts.push(...changes.filter((_, i) => states[i] === 'conflict').map(({ change }) => change.finding.id));
  return changes.filter((_, i) => states[i] === 'to-write');
}

async function stateOf(table: Table, { row, change }: PlannedChange) {
  const stored = await readRow(table, [row.partitionKey, row.rowKey], ['changeId']);
  if (stored?.changeId === row.changeId) return 'written';
  return stored?.etag === change.etag ? 'to-write' : 'conflict';
}

function tooManyWriters(key: string, attempts: number): ConsentinelError {
  return new ConsentinelError(
    'storage-unavailable',
    `Other writers changed partition ${key} during ${attempts} consecutive attempts.`,
    'Run the command again when fewer scans of the tenant are in progress.',
  );
}

function unexplainedConflict(key: string, attempts: number): ConsentinelError {
  return new ConsentinelError(
    'storage-unavailable',
    `Storage reported a conflict in the unchanged partition ${key} in ${attempts} consecutive attempts.`,
    'Run the command again. If the error repeats, check the status of the storage account.',
  );
}

function rowBeyondHead(key: string, row: string): ConsentinelError {
  return new ConsentinelError(
    'storage-malformed',
    `The audit trail of partition ${key} already has ${row}, after the end that its head row names.`,
    'Another program changed the table. Run `consentinel verify-audit`, and restore the partition from a backup.',
  );
}
