import { systemClock } from '../clock.js';
import type { RowTransfer } from '../jobs/ports/index.js';
import type { Storage } from '../storage/connection.js';
import { StorageTransfer } from '../storage/transfer/storage-transfer.js';
import { version } from '../version.js';

/** What moves rows between storages. */
export function transferOf(data: Storage, state: Storage | undefined): RowTransfer {
  return new StorageTransfer(data, state, systemClock, version);
}
