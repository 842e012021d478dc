import { setTimeout as pause } from 'node:timers/promises';
import type { TableClient, TransactionAction } from '@azure/data-tables';
import pLimit from 'p-limit';
import type { CommitResult, FindingChange } from '../jobs/ports/index.js';
import { ConsentinelError } from '../model/errors.js';
import { type ChainHead, chainEvents, chainStart } from './audit-chain.js';
import { type PlannedChange, toChunks } from './chunks.js';
import { failedOperation, isConflict, storageError } from './errors.js';
import { fromHeadRow, headKey, toAuditRow, toHeadRow } from './finding-rows.js';
import { asked, readRow, transact } from './reads.js';

/** Where transactions go. */
interface Partition {
  readonly table: TableClient;
  readonly key: string;
}

/** The end of the chain and the version of its row; no version where the partition has no chain yet. */
interface Head extends ChainHead {
  readonly etag: string | undefined;
}

/** Writers of one partition take turns; so many turns lost in a row means that something else is wrong. */
const mostAttempts = 200;

const concurrentReads = 8;

/**
 * Commits changes of one partition, transaction after transaction: a finding, the events that explain it and the head
 * of the audit chain are written together or not at all.
 * @throws ConsentinelError; what was committed before it stays, and the same call again does the rest
 */
export async function commitPartition(
  table: TableClient,
  key: string,
  changes: readonly FindingChange[],
): Promise<CommitResult> {
  const partition = { table, key };
  const chunks = toChunks(changes);
  const conflicts: string[] = [];
  let head = await readHead(table, key);
  for (const chunk of chunks) head = await commitChunk(partition, chunk, head, conflicts);
  return { written: changes.length - conflicts.length, conflicts };
}

/** The end of a partition's chain; its start where there is no head row. */
export async function readHead(table: TableClient, key: string): Promise<Head> {
  const row = await readRow(table, [key, headKey]);
  return row ? { ...fromHeadRow(row), etag: row.etag } : { ...chainStart, etag: undefined };
}

/** Commits one chunk, without what turns out to be in conflict or written already; gives the chain's new end. */
async function commitChunk(
  partition: Partition,
  chunk: readonly PlannedChange[],
  from: Head,
  conflicts: string[],
): Promise<Head> {
  let [rest, head] = [chunk, from];
  for (let attempt = 1; rest.length > 0; attempt++) {
    const { actions, end } = transactionOf(partition, rest, head);
    try {
      const versions = await transact(partition.table, actions);
      return { ...end, etag: versions.get(headKey) };
    } catch (error) {
      const failed = conflictingRow(error, actions, partition, attempt);
      if (failed === headKey) await pause(Math.random() * Math.min(10 * attempt, 250));
      else rest = await withoutSettled(partition.table, rest, conflicts);
      head = await readHead(partition.table, partition.key);
    }
  }
  return head;
}

/** The head goes first: where another writer was faster, the service names that row and no other. */
function transactionOf({ key }: Partition, changes: readonly PlannedChange[], head: Head) {
  const chained = chainEvents(
    changes.flatMap(({ change }) => change.events),
    head,
  );
  const { sequence, hash } = chained.at(-1) ?? head;
  const actions: TransactionAction[] = [
    writing(toHeadRow(key, { sequence, hash }), head.etag),
    ...changes.map(({ row, change }) => writing(row, change.etag)),
    ...chained.map((event): TransactionAction => ['create', toAuditRow(event)]),
  ];
  return { actions, end: { sequence, hash } };
}

function writing(row: { partitionKey: string; rowKey: string }, etag: string | undefined): TransactionAction {
  return etag === undefined ? ['create', row] : ['update', row, 'Replace', { etag }];
}

/**
 * The key of the row that was not as expected; undefined where the service does not say which.
 * @throws the error, where it is none that another attempt can mend
 */
function conflictingRow(
  error: unknown,
  actions: readonly TransactionAction[],
  { table, key }: Partition,
  attempt: number,
): string | undefined {
  if (!isConflict(error)) throw storageError(error, asked(table, 'write findings'));
  if (attempt >= mostAttempts) throw tooBusy(key, attempt);
  const failed = actions[failedOperation(error) ?? -1]?.[1].rowKey;
  if (failed?.startsWith('audit_')) throw beyondHead(key, failed);
  return failed;
}

/** Drops the changes that are written already, and those whose row is another version: these are conflicts. */
async function withoutSettled(table: TableClient, changes: readonly PlannedChange[], conflicts: string[]) {
  const limit = pLimit(concurrentReads);
  const states = await limit.map(changes, (planned) => stateOf(table, planned)).finally(() => limit.clearQueue());
  conflicts.push(...changes.filter((_, i) => states[i] === 'conflict').map(({ change }) => change.finding.id));
  return changes.filter((_, i) => states[i] === 'to-write');
}

async function stateOf(table: TableClient, { row, change }: PlannedChange) {
  const stored = await readRow(table, [row.partitionKey, row.rowKey], ['changeId']);
  if (stored?.changeId === row.changeId) return 'written';
  return stored?.etag === change.etag ? 'to-write' : 'conflict';
}

function tooBusy(key: string, attempts: number): ConsentinelError {
  return new ConsentinelError(
    'storage-unavailable',
    `Other writers of partition ${key} were faster ${attempts} times in a row.`,
    'Run it again when fewer scans of the tenant are under way.',
  );
}

function beyondHead(key: string, row: string): ConsentinelError {
  return new ConsentinelError(
    'storage-malformed',
    `The audit trail of partition ${key} already holds ${row}, beyond the end that its head row names.`,
    'Somebody changed the table. Run `consentinel verify-audit`, and restore the partition from a backup.',
  );
}
