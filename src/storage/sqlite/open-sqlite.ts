import { chmod, mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { namesOf, type Storage } from '../connection.js';
import { Database, type Waiting } from './database.js';
import { failure } from './database-errors.js';
import { enterProcess, leaveProcess } from './processes.js';
import { SqliteQueue } from './sqlite-queue.js';
import { SqliteTable } from './sqlite-table.js';

/** The name of the file in its folder. */
export const databaseFile = 'consentinel.db';

export interface SqliteOptions extends Partial<Waiting> {
  /** As for `connectStorage`. */
  readonly prefix?: string;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

/**
 * Opens the storage in a folder of this machine: one file that several processes can use at the same time. Only this
 * user can read folder and file.
 * @throws ConsentinelError `storage-unavailable`, `storage-newer`
 */
export async function openSqlite(folder: string, options: SqliteOptions = {}): Promise<Storage> {
  const { prefix, now = Date.now, ...waiting } = options;
  const file = path.join(folder, databaseFile);
  await createFile(folder, file);
  const database = new Database(file, waiting);
  try {
    await database.open();
    await enterProcess(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  const names = namesOf(prefix);
  let closed: Promise<void> | undefined;
  const table = (name: Parameters<typeof names.table>[0]) => new SqliteTable(database, names.table(name));
  return {
    place: file,
    findings: table('findings'),
    scans: table('scans'),
    remediatorState: table('remediatorState'),
    inventory: table('inventory'),
    queue: (name) => new SqliteQueue(database, names.queue(name), now),
    close() {
      closed ??= leaveProcess(database).then(() => database.close());
      return closed;
    },
  };
}

/**
 * Creates the file if it does not exist; SQLite gives its other files the same mode. An existing file is not opened here:
 * closing it would release the locks that this process has on it (POSIX; source: sqlite.org/howtocorrupt.html, 2.2).
 */
async function createFile(folder: string, file: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await (await open(file, 'wx', 0o600)).close();
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST') throw failure(file, { code, message });
    await chmod(file, 0o600).catch(() => {});
  }
}
