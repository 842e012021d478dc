import { z } from 'zod';
import { storageError } from './errors.js';
import { readRow, readRows, tableOperation } from './reads.js';
import { fromRow, keyPart, toRow } from './rows.js';
import { inPartition, type Table } from './table.js';

/** The partition of the requests in the table `scans`. It is no tenant: the timer may not know the tenant's id. */
export const requestsPartition = 'requests';

/** A request is processed or abandoned long before. */
const keptMilliseconds = 8 * 86_400_000;

const schema = z.object({ requestedAt: z.string() });

/**
 * Records that this program requested a scan, and deletes old records.
 * @param at ISO 8601 UTC
 */
export async function recordRequest(table: Table, scanId: string, at: string): Promise<void> {
  const row = toRow(requestsPartition, keyPart(scanId), { requestedAt: at });
  try {
    await table.write({ kind: 'put', row });
    const before = new Date(Date.parse(at) - keptMilliseconds).toISOString();
    const old = [...inPartition(requestsPartition), { name: 'requestedAt', is: 'lt', value: before } as const];
    for await (const row of readRows(table, old)) await table.write({ kind: 'delete', row });
  } catch (error) {
    throw storageError(error, tableOperation(table, 'record a scan request'));
  }
}

/** When this program requested a scan; undefined if it did not. @throws ConsentinelError `storage-malformed` */
export async function requestedAt(table: Table, scanId: string): Promise<string | undefined> {
  const row = await readRow(table, [requestsPartition, keyPart(scanId)]);
  return row && fromRow(row, schema).requestedAt;
}
