import { z } from 'zod';
import type { CatchUpState, ScanStore } from '../jobs/ports/index.js';
import { codeOf } from '../model/errors.js';
import { isConflict, storageError } from './errors.js';
import { readRow, tableOperation } from './reads.js';
import { fromRow, keyPart, toRow } from './rows.js';
import { requestsPartition } from './scan-requests.js';
import { type Table, writeAction } from './table.js';

const schema = z.object({
  since: z.string(),
  requestedAt: z.string().exactOptional(),
}) satisfies z.ZodType<CatchUpState>;

/** No id of a scan begins like this: `recordRequest` uses the same partition. */
const rowKey = (tenant: string): string => `state~catch-up_${keyPart(tenant)}`;

/** The state of the catch-up of a tenant; without value if the row is damaged, so that the next write replaces it. */
export async function catchUpState(table: Table, tenant: string): ReturnType<ScanStore['catchUpState']> {
  const row = await readRow(table, [requestsPartition, rowKey(tenant)]);
  if (!row) return undefined;
  try {
    return { value: fromRow(row, schema), etag: row.etag };
  } catch (error) {
    if (codeOf(error) !== 'storage-malformed') throw error;
    return { value: undefined, etag: row.etag };
  }
}

/** @returns false if another writer was faster */
export async function replaceCatchUpState(
  table: Table,
  tenant: string,
  state: CatchUpState,
  etag: string | undefined,
): Promise<boolean> {
  const row = toRow(requestsPartition, rowKey(tenant), state);
  try {
    await table.write(writeAction(row, etag));
    return true;
  } catch (error) {
    if (isConflict(error)) return false;
    throw storageError(error, tableOperation(table, 'record a catch-up'));
  }
}
