import { ConsentinelError } from '../../model/errors.js';
import { isConflict, storageError } from '../errors.js';
import { tableOperation } from '../reads.js';
import type { Table, TableAction } from '../table.js';
import { isOfInstallation, TargetPartition, type TargetTables } from './compare-rows.js';
import { kindOf, type RowKind, type TableName, type TransferRow } from './row-kinds.js';

/** Below the limits of a transaction of Table Storage: 100 writes and 4 MiB. */
const transactionLimits = { writes: 100, bytes: 3_000_000 };

/** Table Storage answers a transaction in some 50 ms; several at a time use the account better. */
const concurrentTransactions = 4;

/** What an import has done. */
export interface WrittenRows {
  written: number;
  present: number;
  withoutState: number;
}

interface OpenPartition {
  readonly name: TableName;
  readonly key: string;
  kind: RowKind | undefined;
  readonly target: TargetPartition;
  readonly batch: Batch;
}

/**
 * Writes the rows that the target does not have. A row is created and never replaced. The rows of one kind are written
 * before those of the next, so that a chain is whole before its findings are visible.
 */
export class RowImport {
  readonly counts: WrittenRows = { written: 0, present: 0, withoutState: 0 };
  #open: OpenPartition | undefined;

  /** @param ownPauses leaves out the pauses of the file */
  constructor(
    private readonly tables: TargetTables,
    private readonly ownPauses: boolean,
  ) {}

  /** @throws ConsentinelError `transfer-refused` for a row that another process wrote meanwhile */
  async add(entry: TransferRow): Promise<void> {
    const { table: name, row } = entry;
    const table = this.tables[name];
    if (!table) this.counts.withoutState += 1;
    if (!table || (this.ownPauses && isOfInstallation(entry))) return;
    const { target, batch } = await this.#partition(name, table, row);
    const found = target.take(row);
    if (found === 'different') throw changed(name, row);
    this.counts[found === 'equal' ? 'present' : 'written'] += 1;
    if (found === 'missing') await batch.create(row);
  }

  /** Waits until all rows are written. */
  async end(): Promise<void> {
    await this.#open?.batch.end();
    this.#open = undefined;
  }

  /** After a failure: writes no more rows, and waits for the writes under way. */
  async abandon(): Promise<void> {
    await this.#open?.batch.abandon();
    this.#open = undefined;
  }

  async #partition(name: TableName, table: Table, { partitionKey: key, rowKey }: TransferRow['row']) {
    const kind = kindOf(name, rowKey);
    const open = this.#open;
    if (open?.name === name && open.key === key) {
      if (open.kind !== kind) await open.batch.end();
      open.kind = kind;
      return open;
    }
    await this.end();
    const target = await TargetPartition.read(table, name, key);
    const opened = { name, key, kind, target, batch: new Batch(table) };
    this.#open = opened;
    return opened;
  }
}

/** Writes rows of one partition in transactions, several at a time. */
class Batch {
  #actions: TableAction[] = [];
  #bytes = 0;
  #running: Promise<void>[] = [];

  constructor(private readonly table: Table) {}

  async create(row: TableAction['row'] & TransferRow['row']): Promise<void> {
    const bytes = 2 * JSON.stringify(row).length + 1000;
    if (this.#actions.length >= transactionLimits.writes || this.#bytes + bytes > transactionLimits.bytes)
      await this.#send();
    this.#actions.push({ kind: 'create', row });
    this.#bytes += bytes;
  }

  /** Waits until all rows are written. */
  async end(): Promise<void> {
    if (this.#actions.length > 0) await this.#send();
    await this.#settle();
  }

  async abandon(): Promise<void> {
    this.#actions = [];
    await Promise.allSettled(this.#running);
  }

  async #send(): Promise<void> {
    if (this.#running.length >= concurrentTransactions) await this.#settle();
    const transaction = this.#transact(this.#actions);
    // `#settle` reports a failure. Until then the next rows are read, and it must not be an unhandled rejection.
    transaction.catch(() => {});
    this.#running.push(transaction);
    this.#actions = [];
    this.#bytes = 0;
  }

  /** No write is under way when the caller learns of a failure. */
  async #settle(): Promise<void> {
    const running = this.#running;
    this.#running = [];
    await Promise.allSettled(running);
    await Promise.all(running);
  }

  async #transact(actions: readonly TableAction[]): Promise<void> {
    try {
      await this.table.transact(actions);
    } catch (error) {
      const [first] = actions;
      if (isConflict(error) && first) throw changed(this.table.name, first.row);
      throw storageError(error, tableOperation(this.table, 'import rows'));
    }
  }
}

function changed(table: string, { partitionKey, rowKey }: { partitionKey: string; rowKey: string }): ConsentinelError {
  return new ConsentinelError(
    'transfer-refused',
    `Another process wrote to table ${table}, partition ${partitionKey}, at or after row ${rowKey}, during the import.`,
    'Stop the apps of the target, delete the rows of the tenant, and import again.',
  );
}
