import { afterAll } from '@jest/globals';
import type { Storage } from '../../src/storage/connection.js';
import { TableFindingStore } from '../../src/storage/finding-store.js';
import { StorageQueues } from '../../src/storage/outbox.js';
import { TableScanStore } from '../../src/storage/scan-store.js';
import { closeSqlite, sqlitePair } from '../support/sqlite.js';
import { freshStorage } from '../support/storage.js';
import { describeFindingStore } from './contract/finding-store.js';
import { describeLargePartition } from './contract/large-partition.js';
import { describeOutbox } from './contract/outbox.js';
import { describeQueue } from './contract/queue.js';
import { acceptedByAzurite, refusedActions } from './contract/refused-actions.js';
import { describeScanStore } from './contract/scan-store.js';
import { describeTable } from './contract/table.js';

/** Each storage with two clients, as two processes have them. */
const storages: readonly (readonly [string, () => Promise<readonly [Storage, Storage]>])[] = [
  [
    'Azurite',
    async () => {
      const storage = await freshStorage();
      return [storage, storage];
    },
  ],
  ['SQLite', sqlitePair],
];

/** Azurite needs up to a minute for 100,000 rows: CONTRACT_ROWS sets their number for it. */
const largePartition = (name: string) => (name === 'Azurite' ? Number(process.env.CONTRACT_ROWS ?? 10_000) : 100_000);

afterAll(closeSqlite);

for (const [name, create] of storages) {
  /** Each use gets the other client. */
  const clients = async () => {
    const pair = await create();
    let uses = 0;
    return () => pair[uses++ % 2] ?? pair[0];
  };

  describeFindingStore(name, async (ruleIds) => {
    const next = await clients();
    return () => new TableFindingStore(next().findings, { ruleIds });
  });

  describeScanStore(name, async (setup) => {
    const next = await clients();
    return () => new TableScanStore(next().scans, setup);
  });

  describeOutbox(name, async () => {
    const [one, other] = await create();
    return { outbox: new StorageQueues(one), inbox: new StorageQueues(other) };
  });

  describeTable(name, create, name === 'Azurite' ? refusedActions : [...refusedActions, ...acceptedByAzurite]);
  describeQueue(name, create);
  describeLargePartition(name, largePartition(name), create);
}
