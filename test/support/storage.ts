import { randomBytes } from 'node:crypto';
import { TableClient } from '@azure/data-tables';
import { type QueueClient, QueueServiceClient } from '@azure/storage-queue';
import { connectStorage } from '../../src/storage/azure/connect-storage.js';
import { type AnyQueueName, ensureStorage, namesOf, type Storage } from '../../src/storage/connection.js';

/**
 * The connection string of the Azurite of this test run.
 * @throws Error outside jest
 */
export function azuriteConnectionString(): string {
  const connectionString = process.env.AZURITE_CONNECTION_STRING;
  if (!connectionString)
    throw new Error('The tests need the Azurite that jest starts: see test/support/azurite-setup.ts.');
  return connectionString;
}

/**
 * The connection string of another account of the same Azurite.
 * @param account `hostaccount` stands for the account of a Functions host; only one test file uses `newaccount`
 */
export function otherAccount(account: 'hostaccount' | 'newaccount'): string {
  return azuriteConnectionString().replaceAll('devstoreaccount1', account);
}

/** The clients of the SDKs for the tables and queues of an installation, for a writer that is not the product. */
interface RawStorage {
  readonly findings: TableClient;
  readonly scans: TableClient;
  readonly remediatorState: TableClient;
  readonly inventory: TableClient;
  queue(name: AnyQueueName): QueueClient;
}

function rawStorage(connectionString: string, prefix: string): RawStorage {
  const names = namesOf(prefix);
  const queues = QueueServiceClient.fromConnectionString(connectionString);
  const table = (name: Parameters<typeof names.table>[0]) =>
    TableClient.fromConnectionString(connectionString, names.table(name), { allowInsecureConnection: true });
  return {
    findings: table('findings'),
    scans: table('scans'),
    remediatorState: table('remediatorState'),
    inventory: table('inventory'),
    queue: (name) => queues.getQueueClient(names.queue(name)),
  };
}

/** The tables and queues of an installation, also for a writer that is not the product. */
export interface TestStorage extends Storage {
  readonly raw: RawStorage;
}

/** @param prefix as for `connectStorage` */
export function testStorage(connectionString: string, prefix: string): TestStorage {
  const storage = connectStorage({ kind: 'connection-string', connectionString }, { prefix });
  return { ...storage, raw: rawStorage(connectionString, prefix) };
}

/** Creates tables and queues with a random prefix, for one test file. */
export async function freshStorage(): Promise<TestStorage> {
  const storage = testStorage(azuriteConnectionString(), `t${randomBytes(5).toString('hex')}`);
  await ensureStorage(storage);
  return storage;
}
