import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { PauseStore } from '../jobs/ports/index.js';
import { ConsentinelError } from '../model/errors.js';
import { auditEvent } from '../model/finding/audit.js';
import {
  installationName,
  type PauseStatement,
  type SignedPause,
  type StoredPause,
} from '../model/remediation/pause.js';
import { chainEvents } from './audit-chain.js';
import { readCommittedHead } from './chain-head.js';
import { isConflict, storageError } from './errors.js';
import { partitionOf, toAuditRow, toHeadRow } from './finding-rows.js';
import { readRow, tableOperation, transact } from './reads.js';
import { fromRow, jsonColumn, type StoredRow, toRow } from './rows.js';
import { type Table, type TableAction, writeAction } from './table.js';

const subject = { tenantId: installationName, ruleId: 'remediation', id: 'pause' };
const partition = partitionOf(subject);
const pauseKey = 'pause';

const statementSchema = jsonColumn(
  z.object({
    kind: z.enum(['pause', 'resume']),
    id: z.string(),
    author: z.object({ id: z.string(), name: z.string(), roles: z.array(z.string()) }),
    at: z.string(),
    reason: z.string(),
  }),
) satisfies z.ZodType<PauseStatement>;

export const signedPauseSchema = z.object({
  statement: statementSchema,
  keyId: z.string(),
  signature: z.string(),
}) satisfies z.ZodType<SignedPause>;

const storedPauseSchema = signedPauseSchema.extend({
  keyId: z.string().exactOptional(),
  signature: z.string().exactOptional(),
}) satisfies z.ZodType<StoredPause>;

/** People pause and resume one at a time. */
const maxAttempts = 20;

/** The pauses of an installation, with their audit events, in the table `findings`. */
export class TablePauseStore implements PauseStore {
  constructor(private readonly table: Table) {}

  async latest(): Promise<StoredPause | undefined> {
    const row = await readRow(this.table, [partition, pauseKey]);
    return row && pauseIn(row);
  }

  async record(stored: StoredPause): Promise<void> {
    for (let attempts = 1; ; attempts += 1) {
      try {
        await transact(this.table, await this.#transactionOf(stored));
        return;
      } catch (error) {
        if (!isConflict(error)) throw storageError(error, tableOperation(this.table, 'record a pause'));
        if (attempts >= maxAttempts) throw keepsChanging(attempts);
        await pause(Math.random() * 20 * attempts);
      }
    }
  }

  async #transactionOf(stored: StoredPause): Promise<TableAction[]> {
    const head = await readCommittedHead(this.table, partition);
    const { statement, keyId = null, signature = null } = stored;
    const { kind, at, author, reason, id } = statement;
    const event = auditEvent(subject, {
      at,
      type: kind === 'pause' ? 'paused' : 'resumed',
      author: author.id === author.name ? author.name : `${author.name} (${author.id})`,
      summary: `${kind === 'pause' ? 'Paused' : 'Resumed'}: ${reason}`,
      detail: { id, keyId, signature },
    });
    const chained = chainEvents([event], head);
    const { sequence, hash } = chained[0] ?? head;
    const previous = { sequence: head.sequence, hash: head.hash };
    const transaction = { previous, firstEventOf: subject.id, changes: {} };
    const headRow = toHeadRow(partition, { sequence, hash, transaction });
    return [
      writeAction(headRow, head.etag),
      { kind: 'put', row: toRow(partition, pauseKey, stored) },
      ...chained.map((one) => writeAction(toAuditRow(one), undefined)),
    ];
  }
}

/** A damaged row is an unsigned pause: stopping is always safe. */
function pauseIn(row: StoredRow): StoredPause {
  try {
    return fromRow(row, storedPauseSchema);
  } catch {
    const author = { id: 'unknown', name: 'unknown', roles: [] };
    const reason = `The row ${pauseKey} of partition ${partition} is damaged. Pause and resume again.`;
    return { statement: { kind: 'pause', id: 'damaged', author, at: '', reason } };
  }
}

function keepsChanging(attempts: number): ConsentinelError {
  return new ConsentinelError(
    'storage-unavailable',
    `Other writers changed the audit trail of the installation during ${attempts} attempts.`,
    'Run the command again.',
  );
}
