import { type StorageOperation, storageError, withStorageErrors } from './errors.js';
import type { Filter, Table, TableAction, VersionedRow } from './table.js';

/**
 * Reads one row by its keys.
 * @param select the properties to read. @default all
 * @returns undefined if the row does not exist
 * @throws ConsentinelError `storage-unavailable` or `storage-rejected`
 */
export function readRow(
  table: Table,
  [partitionKey, rowKey]: readonly [string, string],
  select?: readonly string[],
): Promise<VersionedRow | undefined> {
  return withStorageErrors(tableOperation(table, 'read a row'), () => table.get({ partitionKey, rowKey }, select));
}

/**
 * Reads all rows that match a filter. The service may return an empty page before the last page.
 * @param select as for `readRow`
 * @throws ConsentinelError `storage-unavailable` or `storage-rejected`
 */
export async function* readRows(
  table: Table,
  filter: Filter,
  select?: readonly string[],
): AsyncGenerator<VersionedRow> {
  try {
    for await (const page of table.pages(filter, select && { select })) yield* page;
  } catch (error) {
    throw storageError(error, tableOperation(table, 'list rows'));
  }
}

/** Reads the first row that matches a filter. */
export function firstRow(table: Table, filter: Filter): Promise<VersionedRow | undefined> {
  return withStorageErrors(tableOperation(table, 'find a row'), async () => {
    for await (const page of table.pages(filter, { maxPageSize: 1 })) for (const row of page) return row;
    return undefined;
  });
}

/**
 * The keys of all partitions with a row that matches a filter, in order. It makes one call per partition, for the first
 * row of the next partition.
 */
export async function* partitionKeys(table: Table, filter: Filter = []): AsyncGenerator<string> {
  for (let previous = ''; ; ) {
    const row = await firstRow(table, [...filter, { name: 'PartitionKey', is: 'gt', value: previous }]);
    if (!row?.partitionKey) return;
    previous = row.partitionKey;
    yield previous;
  }
}

/** The versions of the rows after a transaction, by row key. */
export type Versions = ReadonlyMap<string, string>;

/** Runs one transaction. @throws the error of the table, from which the caller detects conflicts */
export async function transact(table: Table, actions: readonly TableAction[]): Promise<Versions> {
  const versions = await table.transact(actions);
  return new Map(versions.map((etag, i) => [actions[i]?.row.rowKey ?? '', etag]));
}

/** @param action a verb phrase, for example `write findings` */
export function tableOperation(table: Table, action: string): StorageOperation {
  return { action, target: `table ${table.name}` };
}
