import type { Row } from '../../src/storage/rows.js';
import type { Filter, RowKeys, Table, TableAction, VersionedRow } from '../../src/storage/table.js';

/** The rows of one table, with the etags of Table Storage. Its clients make each call in one step, between two turns. */
export class MemoryTable {
  readonly #rows = new Map<string, VersionedRow>();
  #version = 0;

  /** A client whose calls wait for a turn before and after they take effect. */
  client(turn: () => Promise<void>): Table {
    const call = async <T>(work: () => T): Promise<T> => {
      await turn();
      const result = attempt(work);
      // A worker that stops here has made its change, and does not learn of it.
      await turn();
      if ('error' in result) throw result.error;
      return result.value;
    };
    const matching = (filter: Filter) => [...this.#rows.values()].filter((row) => matches(row, filter)).map(copy);
    return {
      name: 'memory',
      create: async () => {},
      get: (keys) => call(() => this.#stored(keys)),
      write: (action) => call(() => this.#transact([action])[0] ?? ''),
      transact: (actions) => call(() => this.#transact(actions)),
      pages: async function* (filter) {
        yield await call(() => matching(filter));
      },
    };
  }

  /** @throws Error for a missing row */
  get(partitionKey: string, rowKey: string): VersionedRow {
    const row = this.#stored({ partitionKey, rowKey });
    if (!row) throw new Error('The row does not exist.');
    return row;
  }

  rows(): VersionedRow[] {
    return [...this.#rows.values()].map(copy);
  }

  /** Writes a row as somebody does who knows no etag. */
  overwrite(row: Row | VersionedRow): void {
    this.#rows.set(keyOf(row), { ...row, etag: this.#nextEtag() } as VersionedRow);
  }

  #stored(keys: RowKeys): VersionedRow | undefined {
    const row = this.#rows.get(keyOf(keys));
    return row && copy(row);
  }

  #transact(actions: readonly TableAction[]): string[] {
    for (const [at, action] of actions.entries()) this.#check(action, at);
    return actions.map((action) => {
      if (action.kind === 'delete') {
        this.#rows.delete(keyOf(action.row));
        return '';
      }
      const etag = this.#nextEtag();
      this.#rows.set(keyOf(action.row), { ...action.row, etag });
      return etag;
    });
  }

  #check(action: TableAction, at: number): void {
    const stored = this.#rows.get(keyOf(action.row));
    if (action.kind === 'create' && stored) throw restError(409, 'EntityAlreadyExists', `${at}:It exists.`);
    if (action.kind !== 'replace' && action.kind !== 'delete') return;
    if (!stored) throw restError(404, 'ResourceNotFound', `${at}:It does not exist.`);
    if (action.kind === 'replace' && action.etag !== stored.etag)
      throw restError(412, 'UpdateConditionNotSatisfied', `${at}:Another version.`);
  }

  #nextEtag(): string {
    this.#version += 1;
    return `W/"${this.#version}"`;
  }
}

const keyOf = ({ partitionKey, rowKey }: RowKeys) => `${partitionKey}\n${rowKey}`;
const copy = (row: VersionedRow): VersionedRow => ({ ...row });

function attempt<T>(work: () => T): { value: T } | { error: unknown } {
  try {
    return { value: work() };
  } catch (error) {
    return { error };
  }
}

function restError(statusCode: number, code: string, message: string): Error {
  return Object.assign(new Error(message), { name: 'RestError', statusCode, code });
}

const names: Readonly<Record<string, string>> = { PartitionKey: 'partitionKey', RowKey: 'rowKey' };

function matches(row: VersionedRow, filter: Filter): boolean {
  return filter.every(({ name, is, value }) => {
    const actual = row[names[name] ?? name] as string | number | undefined;
    if (actual === undefined) return false;
    const compared = actual < value ? -1 : actual > value ? 1 : 0;
    return { eq: compared === 0, ge: compared >= 0, gt: compared > 0, le: compared <= 0, lt: compared < 0 }[is];
  });
}
