import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { connectStorage } from '../../src/storage/azure/connect-storage.js';
import { ensureStorage } from '../../src/storage/connection.js';
import { TableFindingStore } from '../../src/storage/finding-store.js';
import { aFaultProxy, type FaultProxy } from '../support/fault-proxy.js';
import { azuriteConnectionString } from '../support/storage.js';
import { all, appearances, tenantId } from './examples.js';

const query = /^GET \/findings\(\)/;

let proxy: FaultProxy;
let store: TableFindingStore;
beforeEach(async () => {
  proxy = await aFaultProxy(azuriteConnectionString());
  const { connectionString } = proxy;
  const timeouts = { attempt: 20_000, call: 20_000 };
  const storage = connectStorage(
    { kind: 'connection-string', connectionString },
    { prefix: 'tfadefadefade', timeouts },
  );
  await ensureStorage(storage);
  store = new TableFindingStore(storage.findings, { ruleIds: ['no-a'] });
  await store.commit(appearances('no-a', 2));
});
afterEach(() => proxy.close());

it('a query is repeated if its answer has no list of rows', async () => {
  proxy.inject({ act: 'empty-object', call: query });
  expect(await all(store.findings(tenantId))).toHaveLength(2);
  expect(proxy.disturbed).toBe(1);
});

it('such an answer is never an empty list', async () => {
  proxy.inject({ act: 'empty-object', call: query, times: Number.POSITIVE_INFINITY });
  await expect(all(store.findings(tenantId))).rejects.toMatchObject({ code: 'storage-unavailable' });
});
