import { TableFindingStore } from '../../src/storage/finding-store.js';
import { StorageQueues } from '../../src/storage/outbox.js';
import { TableScanStore } from '../../src/storage/scan-store.js';
import { freshStorage } from '../support/storage.js';
import { describeFindingStore } from './contract/finding-store.js';
import { describeOutbox } from './contract/outbox.js';
import { describeScanStore } from './contract/scan-store.js';

describeFindingStore('Table Storage', async (ruleIds) => {
  const { findings } = await freshStorage();
  return () => new TableFindingStore(findings, { ruleIds });
});

describeScanStore('Table Storage', async (setup) => {
  const { scans } = await freshStorage();
  return () => new TableScanStore(scans, setup);
});

describeOutbox('Queue Storage', async () => {
  const queues = new StorageQueues(await freshStorage());
  return { outbox: queues, inbox: queues };
});
