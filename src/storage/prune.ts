import { storageError } from './errors.js';
import { findingKey } from './finding-rows.js';
import { readRows, tableOperation, transact } from './reads.js';
import { indexKey } from './scan-rows.js';
import { type Filter, inPartition, inTenant, keyBegins, type Table } from './table.js';

/** Source: Table Storage, entity group transactions: 100 operations of one partition. */
const maxOperations = 100;

/**
 * Deletes the findings of a tenant that were resolved before a time. Their audit events stay.
 * @param before ISO 8601 UTC
 * @returns the number of findings
 */
export async function pruneFindings(table: Table, tenantId: string, before: string): Promise<number> {
  const where: Filter = [
    ...inTenant(tenantId),
    ...keyBegins(findingKey('')),
    { name: 'status', is: 'eq', value: 'resolved' },
    { name: 'resolvedAt', is: 'lt', value: before },
  ];
  const keys: Key[] = [];
  for await (const row of readRows(table, where, [])) {
    keys.push([row.partitionKey, row.rowKey]);
  }
  await deleteRows(table, keys);
  return keys.length;
}

/**
 * Deletes the scans of a tenant that started before a time, with their index rows.
 * @param before ISO 8601 UTC
 * @param prefix what the keys of the rows begin with
 * @param conditions more comparisons of the row
 * @returns the number of scans
 */
export async function pruneScans(
  table: Table,
  tenantId: string,
  before: string,
  prefix: string,
  conditions: Filter = [],
): Promise<number> {
  const started = { name: 'startedAt', is: 'lt', value: before } as const;
  const filter = [...inPartition(tenantId), ...keyBegins(prefix), started, ...conditions];
  const keys: Key[] = [];
  let scans = 0;
  for await (const row of readRows(table, filter, ['id'])) {
    keys.push([tenantId, row.rowKey], [tenantId, indexKey(String(row.id))]);
    scans += 1;
  }
  await deleteRows(table, keys);
  return scans;
}

/**
 * Deletes the rows of a partition whose keys start with a prefix.
 * @param writtenBefore only those whose time `at` is earlier, ISO 8601 UTC
 */
export async function deleteRowsFrom(
  table: Table,
  partitionKey: string,
  prefix: string,
  writtenBefore?: string,
): Promise<void> {
  const old: Filter = writtenBefore === undefined ? [] : [{ name: 'at', is: 'lt', value: writtenBefore }];
  const filter = [...inPartition(partitionKey), ...keyBegins(prefix), ...old];
  const keys: Key[] = [];
  // The rows are large: only their keys are read.
  for await (const { rowKey } of readRows(table, filter, ['at'])) keys.push([partitionKey, rowKey]);
  await deleteRows(table, keys);
}

type Key = readonly [partitionKey: string, rowKey: string];

/** Deletes rows, in transactions of one partition each. */
export async function deleteRows(table: Table, keys: readonly Key[]): Promise<void> {
  for (const partition of new Set(keys.map(([partitionKey]) => partitionKey))) {
    const rows = keys.filter(([partitionKey]) => partitionKey === partition);
    for (let at = 0; at < rows.length; at += maxOperations) {
      const actions = rows
        .slice(at, at + maxOperations)
        .map(([partitionKey, rowKey]) => ({ kind: 'delete', row: { partitionKey, rowKey } }) as const);
      try {
        await transact(table, actions);
      } catch (error) {
        throw storageError(error, tableOperation(table, 'delete old rows'));
      }
    }
  }
}
