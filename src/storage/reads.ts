import { odata, type TableClient, type TransactionAction } from '@azure/data-tables';
import { type Asked, ask, isMissing, storageError } from './errors.js';
import type { StoredRow } from './rows.js';

/** A row and its version. */
export type VersionedRow = StoredRow & { readonly etag: string };

/**
 * One row, by its keys.
 * @param select properties to transfer; all where it is left out
 * @returns undefined where there is no such row
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
    throw storageError(error, asked(table, 'read a row'));
  }
}

/**
 * All rows that pass a filter, page by page; a page may be empty and yet not the last.
 * @throws ConsentinelError `storage-unavailable` or `storage-rejected`
 */
export async function* readRows(table: TableClient, filter: string, select?: string[]): AsyncGenerator<VersionedRow> {
  const pages = table.listEntities({ queryOptions: { filter, ...(select && { select }) } }).byPage();
  try {
    for await (const page of pages) for (const row of page) yield row as VersionedRow;
  } catch (error) {
    throw storageError(error, asked(table, 'list rows'));
  }
}

/** The first row that passes a filter. */
export async function firstRow(table: TableClient, filter: string): Promise<VersionedRow | undefined> {
  const pages = table.listEntities({ queryOptions: { filter } }).byPage({ maxPageSize: 1 });
  return ask(asked(table, 'look for a row'), async () => {
    for await (const page of pages) for (const row of page) return row as VersionedRow;
    return undefined;
  });
}

/**
 * The keys of all partitions with a row that passes a filter. One look per partition: the next is the one of the first
 * row behind this one.
 */
export async function* partitionKeys(table: TableClient, filter?: string): AsyncGenerator<string> {
  for (let behind = ''; ; ) {
    const where = [filter, odata`PartitionKey gt ${behind}`].filter(Boolean).join(' and ');
    const row = await firstRow(table, where);
    if (!row?.partitionKey) return;
    behind = row.partitionKey;
    yield behind;
  }
}

/** Rows of all rules of a tenant: their partitions lie between two keys. */
export function inTenant(tenantId: string): string {
  return odata`PartitionKey ge ${`${tenantId}_`} and PartitionKey lt ${after(`${tenantId}_`)}`;
}

/** Rows whose key begins so. */
export function keyBegins(prefix: string): string {
  return odata`RowKey ge ${prefix} and RowKey lt ${after(prefix)}`;
}

/** The versions that a transaction gave its rows, by row key. */
export type Versions = ReadonlyMap<string, string>;

/** All of it or nothing; throws what the SDK throws, for the caller to look at. */
export async function transact(table: TableClient, actions: TransactionAction[]): Promise<Versions> {
  const { subResponses } = await table.submitTransaction(actions);
  return new Map(subResponses.map((answer, i) => [actions[i]?.[1].rowKey ?? '', answer.etag ?? '']));
}

export function asked(table: TableClient, doing: string): Asked {
  return { doing, target: `table ${table.tableName}` };
}

/** The least text that is greater than all that begin with `prefix`. */
function after(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
}
