import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { RemediatorState, Reservation, ReservationRequest } from '../jobs/ports/index.js';
import { ConsentinelError } from '../model/errors.js';
import { installationName, newer, type SignedPause } from '../model/remediation/pause.js';
import { isConflict, storageError } from './errors.js';
import { signedPauseSchema } from './pause-store.js';
import { deleteRows } from './prune.js';
import { readRow, readRows, tableOperation, transact } from './reads.js';
import {
  type Budget,
  budgetProblem,
  emptyBudget,
  expiredBefore,
  isPruneDue,
  withFailure,
  withReservation,
} from './reservations.js';
import { fromRow, jsonColumn, keyPart, toRow } from './rows.js';
import { inPartition, keyBegins, type Table, type TableAction, writeAction } from './table.js';

/** The row of a tenant's budget, and the rows of its used approvals, which share its partition. */
const budgetKey = 'budget';
const approvalKey = (id: string): string => `approval_${keyPart(id)}`;

const pauseKey = 'pause';

/** A conflict means that another worker succeeded. More conflicts in a row indicate another problem. */
const maxAttempts = 200;

const budgetSchema = z.object({
  reserved: jsonColumn(z.array(z.string())),
  failedAt: z.string().exactOptional(),
  prunedAt: z.string().exactOptional(),
}) satisfies z.ZodType<Budget>;

const approvalSchema = z.object({ approvalId: z.string(), attempt: z.string(), at: z.string() });

/** The state of the remediator, in the table `remediatorState` of its own account. */
export class TableRemediatorState implements RemediatorState {
  /** @param random a number from 0 to below 1, for the jitter of repeated writes */
  constructor(
    private readonly table: Table,
    private readonly random: () => number = Math.random,
  ) {}

  async check(request: ReservationRequest): Promise<Reservation> {
    const { answer } = await this.answerTo(request);
    return answer;
  }

  async reserve(request: ReservationRequest): Promise<Reservation> {
    const { tenantId, approvalId, attempt, at } = request;
    for (let attempts = 1; ; attempts += 1) {
      const { answer, budget, etag, known } = await this.answerTo(request);
      if (known || !answer.reserved) return answer;
      const prunes = isPruneDue(budget, at);
      const next = { ...withReservation(budget, at), ...(prunes && { prunedAt: at }) };
      // One transaction: an approval is never used without its reservation, nor the reverse.
      const written = await this.attempt(
        [
          writeAction(toRow(tenantId, budgetKey, next), etag),
          writeAction(toRow(tenantId, approvalKey(approvalId), { approvalId, attempt, at }), undefined),
        ],
        'reserve a remediation',
      );
      if (written) {
        if (prunes) await this.prune(tenantId, expiredBefore(at));
        return { reserved: true };
      }
      await this.beforeNext(attempts, `the budget of tenant ${tenantId}`);
    }
  }

  async recordFailure(tenantId: string, at: string): Promise<void> {
    for (let attempts = 1; ; attempts += 1) {
      const { budget, etag } = await this.budgetOf(tenantId);
      const row = toRow(tenantId, budgetKey, withFailure(budget, at));
      if (await this.attempt([writeAction(row, etag)], 'record a failure')) return;
      await this.beforeNext(attempts, `the budget of tenant ${tenantId}`);
    }
  }

  async newestPause(): Promise<SignedPause | undefined> {
    const row = await readRow(this.table, [installationName, pauseKey]);
    return row && fromRow(row, signedPauseSchema);
  }

  async rememberPause(signed: SignedPause): Promise<void> {
    for (let attempts = 1; ; attempts += 1) {
      const row = await readRow(this.table, [installationName, pauseKey]);
      const remembered = row && fromRow(row, signedPauseSchema);
      if (remembered && newer(remembered, signed) === remembered) return;
      const next = writeAction(toRow(installationName, pauseKey, signed), row?.etag);
      if (await this.attempt([next], 'remember a pause')) return;
      await this.beforeNext(attempts, 'the stored pause');
    }
  }

  private async prune(tenantId: string, before: string): Promise<void> {
    const used = { name: 'at', is: 'lt', value: before } as const;
    const where = [...inPartition(tenantId), ...keyBegins(approvalKey('')), used];
    const keys: [string, string][] = [];
    for await (const row of readRows(this.table, where, [])) keys.push([tenantId, row.rowKey]);
    await deleteRows(this.table, keys);
  }

  private async answerTo(request: ReservationRequest) {
    const { tenantId, approvalId, attempt } = request;
    // The budget first: an approval that another worker uses after this read changes the version of the budget.
    const stored = await this.budgetOf(tenantId);
    const row = await readRow(this.table, [tenantId, approvalKey(approvalId)]);
    const used = row && fromRow(row, approvalSchema);
    return { ...stored, known: used !== undefined, answer: answerOf(stored.budget, used, request, attempt) };
  }

  private async budgetOf(tenantId: string): Promise<{ budget: Budget; etag: string | undefined }> {
    const row = await readRow(this.table, [tenantId, budgetKey]);
    return { budget: row ? fromRow(row, budgetSchema) : emptyBudget, etag: row?.etag };
  }

  /** @returns false after a conflict with another worker */
  private async attempt(actions: TableAction[], action: string): Promise<boolean> {
    try {
      await transact(this.table, actions);
      return true;
    } catch (error) {
      if (isConflict(error)) return false;
      throw storageError(error, tableOperation(this.table, action));
    }
  }

  private async beforeNext(attempts: number, what: string): Promise<void> {
    if (attempts >= maxAttempts) {
      throw new ConsentinelError(
        'storage-unavailable',
        `Other writers changed ${what} during ${attempts} attempts.`,
        'Run the command again when fewer workers execute remediations.',
      );
    }
    await pause(this.random() * Math.min(5 * 2 ** Math.min(attempts, 6), 200));
  }
}

function answerOf(
  budget: Budget,
  used: z.infer<typeof approvalSchema> | undefined,
  request: ReservationRequest,
  attempt: string,
): Reservation {
  if (used) return used.attempt === attempt ? { reserved: true } : { reserved: false, reason: 'approval-used' };
  return budgetProblem(budget, request) ?? { reserved: true };
}
