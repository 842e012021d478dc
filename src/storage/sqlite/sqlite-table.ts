import { TableConflict } from '../errors.js';
import { requireAllowed } from '../row-limits.js';
import type { Comparison, Filter, PageOptions, RowKeys, Table, TableAction, VersionedRow } from '../table.js';
import type { Database } from './database.js';
import { propertiesOf, rowOf, satisfies, selected, versionOf } from './stored-rows.js';
import type { Step, Value } from './worker-client.js';

/** At most this number of rows in a page, as in Table Storage. */
const mostRows = 1000;

/** At most this number of partitions in an answer. */
const mostPartitions = 100;

const operators = { eq: '=', gt: '>', ge: '>=', lt: '<', le: '<=' } as const;

const itsPartition = '(SELECT id FROM partitions WHERE table_name = ? AND partition_key = ?)';
const itsVersion = '(SELECT last FROM versions)';

/** A table in the file of the embedded storage. */
export class SqliteTable implements Table {
  constructor(
    private readonly database: Database,
    readonly name: string,
  ) {}

  /** A table is only a name. */
  async create(): Promise<void> {}

  async get({ partitionKey, rowKey }: RowKeys, select?: readonly string[]): Promise<VersionedRow | undefined> {
    const sql = `SELECT row_key, version, properties FROM entities WHERE partition = ${itsPartition} AND row_key = ?`;
    const [row] = await this.database.read(sql, [this.name, partitionKey, rowKey]);
    return row && rowOf(partitionKey, row, select);
  }

  async *pages(filter: Filter, options: PageOptions = {}): AsyncGenerator<readonly VersionedRow[]> {
    const { select, maxPageSize = mostRows } = options;
    const ofProperties = filter.filter(({ name }) => name !== 'PartitionKey' && name !== 'RowKey');
    // Every row is read once. A comparison of properties reads more rows than it finds.
    const limit = ofProperties.length > 0 ? mostRows : Math.min(maxPageSize, mostRows);
    for await (const partition of this.#partitions(filter)) {
      for await (const page of this.#pagesOf(partition.id, filter, limit)) {
        const rows = page.map((row) => rowOf(partition.key, row)).filter((row) => satisfies(row, ofProperties));
        yield select ? rows.map((row) => selected(row, select)) : rows;
      }
    }
  }

  async write(action: TableAction): Promise<string> {
    const [version = ''] = await this.transact([action]);
    return version;
  }

  async transact(actions: readonly TableAction[]): Promise<readonly string[]> {
    requireAllowed(actions);
    const before: Step[] = [{ sql: 'UPDATE versions SET last = last + 1 RETURNING last', params: [], returns: true }];
    const [first] = actions;
    if (first && actions.some(({ kind }) => kind === 'create' || kind === 'put'))
      before.push({
        sql: 'INSERT INTO partitions (table_name, partition_key) VALUES (?, ?) ON CONFLICT DO NOTHING',
        params: [this.name, first.row.partitionKey],
      });
    const result = await this.database.write([...before, ...actions.map((action) => this.#step(action))]);
    if ('failed' in result) throw conflictOf(actions, result.failed - before.length);
    return actions.map(({ kind }) => (kind === 'delete' ? '' : String(result.rows[0]?.[0])));
  }

  #step(action: TableAction): Step {
    const { partitionKey, rowKey } = action.row;
    const partition = [this.name, partitionKey];
    const insert = `INSERT INTO entities (partition, row_key, version, properties) VALUES (${itsPartition}, ?, ${itsVersion}, ?)`;
    switch (action.kind) {
      case 'create':
        return {
          sql: `${insert} ON CONFLICT DO NOTHING`,
          params: [...partition, rowKey, propertiesOf(action.row)],
          changes: 1,
        };
      case 'put':
        return {
          sql: `${insert} ON CONFLICT (partition, row_key) DO UPDATE SET version = excluded.version, properties = excluded.properties`,
          params: [...partition, rowKey, propertiesOf(action.row)],
        };
      case 'replace':
        return {
          sql: `UPDATE entities SET version = ${itsVersion}, properties = ? WHERE partition = ${itsPartition} AND row_key = ? AND version = ?`,
          params: [propertiesOf(action.row), ...partition, rowKey, versionOf(action.etag)],
          changes: 1,
        };
      case 'delete':
        return {
          sql: `DELETE FROM entities WHERE partition = ${itsPartition} AND row_key = ?`,
          params: [...partition, rowKey],
          changes: 1,
        };
    }
  }

  /** The partitions of a filter, in order. A statement reads a bounded number of index entries. */
  async *#partitions(filter: Filter): AsyncGenerator<{ id: number; key: string }> {
    const { sql, params } = comparisonsOf(filter, 'PartitionKey', 'partition_key');
    for (let last = ''; ; ) {
      const rows = await this.database.read(
        `SELECT id, partition_key FROM partitions WHERE table_name = ? AND partition_key > ?${sql} ORDER BY partition_key LIMIT ?`,
        [this.name, last, ...params, mostPartitions],
      );
      for (const [id, key] of rows) yield { id: Number(id), key: String(key) };
      if (rows.length < mostPartitions) return;
      last = String(rows.at(-1)?.[1]);
    }
  }

  async *#pagesOf(partition: number, filter: Filter, limit: number): AsyncGenerator<readonly (readonly Value[])[]> {
    const { sql, params } = comparisonsOf(filter, 'RowKey', 'row_key');
    const from = `FROM entities WHERE partition = ? AND row_key > ?${sql} ORDER BY row_key LIMIT ?`;
    for (let last = ''; ; ) {
      const rows = await this.database.read(
        `SELECT row_key, version, properties ${from}`,
        [partition, last, ...params, limit],
        `SELECT octet_length(properties) ${from}`,
      );
      if (rows.length === 0) return;
      yield rows;
      last = String(rows.at(-1)?.[0]);
    }
  }
}

/** The comparisons of a key, after another condition. SQLite compares texts as UTF-8, which keeps the order of ASCII. */
function comparisonsOf(filter: Filter, name: string, column: string): { sql: string; params: Value[] } {
  const own = filter.filter((one: Comparison) => one.name === name);
  return {
    sql: own.map(({ is }) => ` AND ${column} ${operators[is]} ?`).join(''),
    params: own.map(({ value }) => value),
  };
}

function conflictOf(actions: readonly TableAction[], index: number): TableConflict {
  const kinds = { create: 'exists', put: 'changed', replace: 'changed', delete: 'missing' } as const;
  return new TableConflict(kinds[actions[index]?.kind ?? 'replace'], index);
}
