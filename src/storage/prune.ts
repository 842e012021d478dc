import { odata, type TableClient } from '@azure/data-tables';
import { storageError } from './errors.js';
import { findingKey } from './finding-rows.js';
import { inTenant, keyBegins, readRows, tableOperation, transact } from './reads.js';
import { indexKey } from './scan-rows.js';

/** Source: Table Storage, entity group transactions: 100 operations of one partition. */
const maxOperations = 100;

/**
 * Deletes the findings of a tenant that were resolved before a time. Their audit events stay.
 * @param before ISO 8601 UTC
 * @returns the number of findings
 */
export async function pruneFindings(table: TableClient, tenantId: string, before: string): Promise<number> {
  const where = [
    inTenant(tenantId),
    keyBegins(findingKey('')),
    odata`status eq 'resolved' and resolvedAt lt ${before}`,
  ];
  const keys: Key[] = [];
  for await (const row of readRows(table, where.join(' and '), ['PartitionKey', 'RowKey'])) {
    keys.push([row.partitionKey ?? '', row.rowKey ?? '']);
  }
  await deleteRows(table, keys);
  return keys.length;
}

/**
 * Deletes the scans of a tenant that started before a time, with their index rows.
 * @param before ISO 8601 UTC
 * @returns the number of scans
 */
export async function pruneScans(table: TableClient, tenantId: string, before: string): Promise<number> {
  const where = [odata`PartitionKey eq ${tenantId}`, keyBegins('scan_'), odata`startedAt lt ${before}`];
  const keys: Key[] = [];
  let scans = 0;
  for await (const row of readRows(table, where.join(' and '), ['PartitionKey', 'RowKey', 'id'])) {
    keys.push([tenantId, row.rowKey ?? ''], [tenantId, indexKey(String(row.id))]);
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
  table: TableClient,
  partitionKey: string,
  prefix: string,
  writtenBefore?: string,
): Promise<void> {
  const where = [odata`PartitionKey eq ${partitionKey}`, keyBegins(prefix)];
  if (writtenBefore !== undefined) where.push(odata`at lt ${writtenBefore}`);
  const keys: Key[] = [];
  for await (const { rowKey = '' } of readRows(table, where.join(' and '), ['PartitionKey', 'RowKey']))
    keys.push([partitionKey, rowKey]);
  await deleteRows(table, keys);
}

type Key = readonly [partitionKey: string, rowKey: string];

/** Deletes rows, in transactions of one partition each. */
export async function deleteRows(table: TableClient, keys: readonly Key[]): Promise<void> {
  for (const partition of new Set(keys.map(([partitionKey]) => partitionKey))) {
    const rows = keys.filter(([partitionKey]) => partitionKey === partition);
    for (let at = 0; at < rows.length; at += maxOperations) {
      const actions = rows
        .slice(at, at + maxOperations)
        .map(
          ([partitionKey, rowKey]) =>
            ['delete', { partitionKey, rowKey }] as ['delete', { partitionKey: string; rowKey: string }],
        );
      try {
        await transact(table, actions);
      } catch (error) {
        throw storageError(error, tableOperation(table, 'delete old rows'));
      }
    }
  }
}
