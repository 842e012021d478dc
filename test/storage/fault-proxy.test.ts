import { TableClient } from '@azure/data-tables';
import { QueueClient } from '@azure/storage-queue';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { aFaultProxy, type FaultProxy } from '../support/fault-proxy.js';
import { azuriteConnectionString } from '../support/storage.js';
import { storageCall } from '../support/storage-call.js';

const options = { allowInsecureConnection: true, retryOptions: { maxRetries: 0 } };
const row = { partitionKey: 'p', rowKey: 'lease' };

let proxy: FaultProxy;
let table: TableClient;
beforeEach(async () => {
  proxy = await aFaultProxy(azuriteConnectionString());
  table = TableClient.fromConnectionString(proxy.connectionString, 'tfadefadefaproxied', options);
  await table.createTable();
});
afterEach(async () => {
  await table.deleteTable();
  await proxy.close();
});

describe('the proxy before storage', () => {
  it('passes rows, transactions and messages on, and names them without their ids', async () => {
    await table.submitTransaction([
      ['create', row],
      ['upsert', { ...row, rowKey: 'finding_17' }],
    ]);
    expect(await table.getEntity('p', 'lease')).toMatchObject(row);
    const queue = new QueueClient(proxy.connectionString, 'tfadefadefaproxied');
    await queue.createIfNotExists();
    await queue.sendMessage('{}');
    const [message] = (await queue.receiveMessages()).receivedMessageItems;
    await queue.deleteMessage(message?.messageId ?? '', message?.popReceipt ?? '');
    expect(proxy.calls).toEqual([
      'POST /Tables',
      "POST /$batch: POST /proxied, PATCH /proxied(PartitionKey='p',RowKey='finding_*')",
      "GET /proxied(PartitionKey='p',RowKey='lease')",
      'PUT /proxied',
      'POST /proxied/messages',
      'GET /proxied/messages',
      'DELETE /proxied/messages/*',
    ]);
  });

  it('drops a request before or after storage executes it', async () => {
    proxy.inject({ act: 'drop-before', call: 'POST /proxied' });
    await expect(table.createEntity(row)).rejects.toThrow();
    proxy.inject({ act: 'drop-after', call: 'POST /proxied' });
    await expect(table.createEntity(row)).rejects.toThrow();
    expect(proxy.disturbed).toBe(2);
    expect(await table.getEntity('p', 'lease')).toMatchObject(row);
  });

  it('answers with a status, half of the body, `{}`, or not at all', async () => {
    const read = (abortSignal?: AbortSignal) => table.getEntity('p', 'lease', abortSignal && { abortSignal });
    await table.createEntity(row);
    proxy.inject({ act: 'status', status: 403, call: /^GET/, nth: 2 });
    expect(await read()).toMatchObject(row);
    await expect(read()).rejects.toMatchObject({ statusCode: 403 });
    proxy.inject({ act: 'truncate', call: /^GET/ });
    await expect(read()).rejects.toThrow(/JSON/);
    proxy.inject({ act: 'empty-object', call: /^GET/ });
    expect((await read()).partitionKey).toBeUndefined();
    proxy.inject({ act: 'hang', times: Number.POSITIVE_INFINITY });
    await expect(read(AbortSignal.timeout(50))).rejects.toMatchObject({ name: 'AbortError' });
    proxy.clear();
    expect(await read()).toMatchObject(row);
  });
});

it('the name of a call has the kinds of its keys and of its filter', () => {
  const filter = encodeURIComponent("PartitionKey eq '72f988bf-86f1-41af-91ab-2d7cd011db47' and RowKey ge 'scan_'");
  const url = `/devstoreaccount1/t0123456789abscans()?$filter=${filter}&$top=5&NextRowKey=x`;
  expect(storageCall('GET', url, '')).toBe("GET /scans()?$filter=PartitionKey eq '*' and RowKey ge 'scan_*'&next");
});
