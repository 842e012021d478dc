import { randomBytes } from 'node:crypto';
import { connectStorage, ensureStorage, type Storage } from '../../src/storage/connection.js';

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

/** Creates tables and queues with a random prefix, for one test file. */
export async function freshStorage(): Promise<Storage> {
  const storage = connectStorage(
    { kind: 'connection-string', connectionString: azuriteConnectionString() },
    { prefix: `t${randomBytes(5).toString('hex')}` },
  );
  await ensureStorage(storage);
  return storage;
}
