import { odata, type TableClient, type TransactionAction } from '@azure/data-tables';
import { isMissing, type StorageOperation, storageError, withStorageErrors } from './errors.js';
import type { StoredRow } from './rows.js';

/** A row and its version. */
export type VersionedRow = StoredRow & { readonly etag: string };

/**
 * Reads one row by its keys.
 * @param select the properties to read. @default all
 * @returns undefined if the row does not exist
 * @throws ConsentinelError `storage-unavailable` or `storage-rejected`
 */
export async function readRow(
  table: TableClient,
  [partitionKey, rowKey]: readonly [string, string],
  select?: string[],
): Promise<VersionedRow | undefined> {
  const options = select && { queryOptions: { select } };
  try {
    return (await table.getEntity(partitionKey, rowKey, options)) as VersionedRow;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw storageError(error, tableOperation(table, 'read a row'));
  }
}

/**
 * Reads all rows that match a filter. The service may return an empty page before the last page.
 * @throws ConsentinelError `storage-unavailable` or `storage-rejected`
 */
export async function* readRows(table: TableClient, filter: string, select?: string[]): AsyncGenerator<VersionedRow> {
  const pages = table.listEntities({ queryOptions: { filter, ...(select && { select }) } }).byPage();
  try {
    for await (const page of pages) for (const row of page) yield row as VersionedRow;
  } catch (error) {
    throw storageError(error, tableOperation(table, 'list rows'));
  }
}

/** Reads the first row that matches a filter. */
export async function firstRow(table: TableClient, filter: string): Promise<VersionedRow | undefined> {
  const pages = table.listEntities({ queryOptions: { filter } }).byPage({ maxPageSize: 1 });
  return withStorageErrors(tableOperation(table, 'find a row'), async () => {
    for await (const page of pages) for (const row of page) return row as VersionedRow;
    return undefined;
  });
}

/**
 * The keys of all partitions with a row that matches a filter, in order. It makes one call per partition, for the first
 * row of the next partition.
 */
export async function* partitionKeys(table: TableClient, filter?: string): AsyncGenerator<string> {
  for (let previous = ''; ; ) {
    const where = [filter, odata`PartitionKey gt ${previous}`].filter(Boolean).join(' and ');
    const row = await firstRow(table, where);
    if (!row?.partitionKey) return;
    previous = row.partitionKey;
    yield previous;
  }
}

/** A filter for the rows of all rules of a tenant. Their partitions are a range of keys. */
export function inTenant(tenantId: string): string {
  return odata`PartitionKey ge ${`${tenantId}_`} and PartitionKey lt ${successorOf(`${tenantId}_`)}`;
}

/** A filter for the rows whose key starts with a prefix. */
export function keyBegins(prefix: string): string {
  return odata`RowKey ge ${prefix} and RowKey lt ${successorOf(prefix)}`;
}

/** The versions of the rows after a transaction, by row key. */
export type Versions = ReadonlyMap<string, string>;

/** Runs one transaction. @throws the error of the SDK, from which the caller detects conflicts */
export async function transact(table: TableClient, actions: TransactionAction[]): Promise<Versions> {
  const { subResponses } = await table.submitTransaction(actions);
  return new Map(subResponses.map(({ etag }, i) => [actions[i]?.[1].rowKey ?? '', etag ?? '']));
}

/** @param action a verb phrase, for example `write findings` */
export function tableOperation(table: TableClient, action: string): StorageOperation {
  return { action, target: `table ${table.tableName}` };
}

/** The smallest text that is greater than every text with this prefix. */
function successorOf(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
}
