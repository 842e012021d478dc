import { describe, expect, it } from '@jest/globals';
import type { AzureQueue } from '../../src/storage/azure/azure-queue.js';
import { connectStorage } from '../../src/storage/azure/connect-storage.js';
import { ensureStorage } from '../../src/storage/connection.js';
import { TableFindingStore } from '../../src/storage/finding-store.js';
import { StorageQueues } from '../../src/storage/outbox.js';
import { azuriteConnectionString, freshStorage } from '../support/storage.js';
import { all, appearances, tenantId } from './examples.js';

const at = (connectionString: string, prefix?: string) =>
  connectStorage({ kind: 'connection-string', connectionString }, prefix === undefined ? {} : { prefix });

/** The same storage with a wrong key. */
const wrongKey = 'd3JvbmcgYnV0IHNlY3JldA==';
const withWrongKey = azuriteConnectionString().replace(/AccountKey=[^;]+/, `AccountKey=${wrongKey}`);

/** The error of a call. */
async function refusal(call: Promise<unknown>): Promise<Error> {
  return call.then(
    () => new Error('It was not refused.'),
    (error: Error) => error,
  );
}

describe('ensureStorage', () => {
  it('creates tables and queues, also when they exist', async () => {
    const storage = await freshStorage();
    await expect(ensureStorage(storage)).resolves.toBeUndefined();
    expect(await all(new TableFindingStore(storage.findings, { ruleIds: [] }).findings(tenantId))).toEqual([]);
    const queues = new StorageQueues(storage);
    for (const name of ['scan-requests', 'remediations', 'alerts'] as const)
      expect([await queues.length(name), await queues.length(`${name}-poison`)]).toEqual([0, 0]);
  });
});

describe('connectStorage', () => {
  it('separates installations with different prefixes', async () => {
    const [one, other] = [await freshStorage(), await freshStorage()];
    await new StorageQueues(one).send('alerts', { scanId: 's1' });
    expect(await new StorageQueues(other).length('alerts')).toBe(0);
    expect(one.findings.name).not.toBe(other.findings.name);
  });

  it('connects to the emulator’s default port for UseDevelopmentStorage=true', () => {
    expect(at('UseDevelopmentStorage=true').place).toBe('http://127.0.0.1:10002/devstoreaccount1');
  });

  it('uses the service addresses of an identity, and the table names of the product', () => {
    const storage = connectStorage(
      {
        kind: 'identity',
        tableServiceUri: 'https://a.table.core.windows.net',
        queueServiceUri: 'https://a.queue.core.windows.net',
      },
      { credential: { getToken: async () => null } },
    );
    expect(storage.findings.name).toBe('findings');
    expect((storage.queue('alerts-poison') as AzureQueue).url).toBe('https://a.queue.core.windows.net/alerts-poison');
  });

  it('rejects an invalid connection string without showing it', () => {
    expect(() => at('AccountName=a;AccountKey=c2VjcmV0')).toThrow(
      expect.objectContaining({ code: 'config-invalid', message: expect.not.stringContaining('c2VjcmV0') }),
    );
  });
});

describe('a storage error', () => {
  it('has operation, target, code, request and the required role, but never the key', async () => {
    const store = new TableFindingStore(at(withWrongKey).findings, { ruleIds: ['no-a'] });
    const calls = [() => store.commit(appearances('no-a', 1)), () => all(store.findings(tenantId))];
    for (const call of calls) {
      const error = await refusal(call());
      expect(error).toMatchObject({
        code: 'storage-rejected',
        message: expect.stringMatching(/table findings.*HTTP 403.*request [0-9a-f-]{36}/),
        remedy: expect.stringContaining('Storage Table Data Contributor'),
      });
      expect(JSON.stringify([error, error.message, error.cause])).not.toContain(wrongKey);
    }
  });

  it('has the role for queues', async () => {
    expect(await refusal(new StorageQueues(at(withWrongKey)).send('alerts', {}))).toMatchObject({
      code: 'storage-rejected',
      message: expect.stringMatching(/queue alerts.*HTTP 403/),
      remedy: expect.stringContaining('Storage Queue Data Contributor'),
    });
  });

  it('distinguishes a missing table or queue from a missing row', async () => {
    const nowhere = at(azuriteConnectionString(), 'nowhere');
    const store = new TableFindingStore(nowhere.findings, { ruleIds: ['no-a'] });
    const calls = [
      () => store.finding(tenantId, 'x'),
      () => store.commit(appearances('no-a', 1)),
      () => all(store.findings(tenantId)),
    ];
    for (const call of calls)
      expect(await refusal(call())).toMatchObject({
        code: 'storage-rejected',
        message: expect.stringContaining('TableNotFound'),
      });
    expect(await refusal(new StorageQueues(nowhere).length('alerts'))).toMatchObject({
      code: 'storage-rejected',
      message: expect.stringContaining('QueueNotFound'),
    });
  });

  it('reports unreachable storage', async () => {
    const closed = azuriteConnectionString().replace(
      /TableEndpoint=http:\/\/127.0.0.1:\d+/,
      'TableEndpoint=http://127.0.0.1:9',
    );
    const store = new TableFindingStore(at(closed).findings, { ruleIds: ['no-a'] });
    expect(await refusal(store.finding(tenantId, 'x'))).toMatchObject({
      code: 'storage-unavailable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  }, 30_000);
});
