import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { embeddedFolder } from '../src/cli/open-runtime.js';
import { readConfig } from '../src/config.js';
import { createRuntime, type Runtime } from '../src/runtime.js';
import { connectStorage } from '../src/storage/azure/connect-storage.js';
import { ensureStorage, type Storage } from '../src/storage/connection.js';
import { openSqlite } from '../src/storage/sqlite/open-sqlite.js';
import { startAzurite } from '../test/support/azurite-setup.js';

const names = ['sqlite', 'azurite', 'azurite-in-memory'] as const;
type StorageName = (typeof names)[number];

/** An empty storage for one measurement. */
export interface BenchStorage {
  /** The settings of a process that uses it. */
  readonly settings: Readonly<Record<string, string>>;
  /** The working directory of a command that uses it. */
  readonly folder: string;
  open(): Promise<Storage>;
  close(): Promise<void>;
}

/** The value of `--storage`. @default sqlite */
export function storageName(args: readonly string[]): StorageName {
  const value = args.includes('--storage') ? args[args.indexOf('--storage') + 1] : 'sqlite';
  const known = names.find((name) => name === value);
  if (!known) throw new Error(`--storage ${value}: give one of ${names.join(', ')}.`);
  return known;
}

/** Makes a storage. Azurite runs in a process of its own. Version 0.1 embedded it with its data in files, as `azurite` does here. */
export async function benchStorage(name: StorageName): Promise<BenchStorage> {
  const folder = await mkdtemp(path.join(tmpdir(), 'consentinel-bench-'));
  const remove = () => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  if (name === 'sqlite') {
    const open = () => openSqlite(path.join(folder, embeddedFolder));
    return { settings: { [folderVariable]: path.join(folder, embeddedFolder) }, folder, open, close: remove };
  }
  const azurite = await startAzurite(undefined, name === 'azurite' ? folder : undefined);
  const { connectionString } = azurite;
  return {
    settings: { AzureWebJobsStorage: connectionString },
    folder,
    async open() {
      const storage = connectStorage({ kind: 'connection-string', connectionString });
      await ensureStorage(storage);
      return storage;
    },
    async close() {
      await azurite.close();
      await remove();
    },
  };
}

/** Passes the folder of SQLite's file to the process that scans. */
const folderVariable = 'BENCH_STORAGE_FOLDER';

/** The runtime over the storage of the settings. */
export function benchRuntime(settings: Readonly<Record<string, string | undefined>>): Promise<Runtime> {
  const { [folderVariable]: storageFolder, ...rest } = settings;
  const options = storageFolder === undefined ? {} : { storageFolder };
  return createRuntime(readConfig(rest), rest, options);
}
