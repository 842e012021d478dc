import { z } from 'zod';
import { ConsentinelError } from '../model/errors.js';
import { isConflict, storageError } from './errors.js';
import { readRow, tableOperation } from './reads.js';
import { fromRow, type Row, schemaVersion, toRow } from './rows.js';
import { type Table, writeAction } from './table.js';

/** The partition of the row with the version of a table. It is the id of no tenant. */
export const schemaPartition = 'schema';
const rowKey = 'version';

/** Other processes upgrade the same table at the same time, at most a few. */
const maxAttempts = 20;

/**
 * Checks that this program may write to a table, and records its own version there. Each row has a version too
 * (`schemaVersion`), for a process that still runs when a newer one has upgraded the table.
 * @throws ConsentinelError `storage-newer` if a newer version of the program has written to the table;
 *   `storage-rejected` if the row cannot be read as it is stored
 */
export async function requireKnownSchema(table: Table): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const row = await readRow(table, [schemaPartition, rowKey]);
    if (row) fromRow(row, z.object({}));
    if (row?.schemaVersion === schemaVersion) return;
    if (await write(table, toRow(schemaPartition, rowKey, {}), row?.etag)) return;
    if (attempt >= maxAttempts) throw keepsChanging(table);
  }
}

/** More conflicts than processes can cause: storage returns another row than it has. */
function keepsChanging({ name }: Table): ConsentinelError {
  return new ConsentinelError(
    'storage-rejected',
    `Storage refused, to record the version of the table (table ${name}): in ${maxAttempts} attempts, the row was another one than storage had returned.`,
    'Check for a proxy between this machine and storage, and run the command again.',
  );
}

/** @returns false if another process was faster */
async function write(table: Table, row: Row, etag: string | undefined): Promise<boolean> {
  try {
    await table.write(writeAction(row, etag));
    return true;
  } catch (error) {
    if (isConflict(error)) return false;
    throw storageError(error, tableOperation(table, 'record the version of the table'));
  }
}
