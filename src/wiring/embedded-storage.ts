import type { Storage } from '../storage/connection.js';
import { openSqlite } from '../storage/sqlite/open-sqlite.js';
import type { RuntimeOptions } from './installation.js';

/**
 * Opens the storage in a folder of this machine.
 * @returns undefined where the caller names no folder: a function app has a storage account
 * @throws ConsentinelError `storage-unavailable`, `storage-newer`
 */
export function embeddedStorageIn({
  storageFolder,
  tablePrefix,
  onNotice,
}: RuntimeOptions): Promise<Storage> | undefined {
  if (storageFolder === undefined) return undefined;
  return openSqlite(storageFolder, { ...(tablePrefix && { prefix: tablePrefix }), ...(onNotice && { onNotice }) });
}
