import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Storage } from '../../src/storage/connection.js';
import { openSqlite, type SqliteOptions } from '../../src/storage/sqlite/open-sqlite.js';

const opened: (() => Promise<void>)[] = [];

/** A new folder for a file of SQLite. `closeSqlite` removes it. */
export async function sqliteFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'consentinel-sqlite-'));
  opened.unshift(() => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));
  return folder;
}

/** Opens the file of a folder until `closeSqlite`. */
export async function sqliteIn(folder: string, options: SqliteOptions = {}): Promise<Storage> {
  const storage = await openSqlite(folder, options);
  opened.unshift(() => storage.close());
  return storage;
}

/** Two connections to a new file, as two processes have them. */
export async function sqlitePair(): Promise<readonly [Storage, Storage]> {
  const folder = await sqliteFolder();
  return [await sqliteIn(folder), await sqliteIn(folder)];
}

/** For `afterEach`: closes what the test opened, and removes its folders. */
export async function closeSqlite(): Promise<void> {
  for (const close of opened.splice(0)) await close();
}
