import { createRequire } from 'node:module';
import path from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Storage } from '../../../src/storage/connection.js';
import { databaseFile } from '../../../src/storage/sqlite/open-sqlite.js';
import { inPartition } from '../../../src/storage/table.js';
import { rejection } from '../../graph/scripted-graph.js';
import { closeSqlite, sqliteFolder, sqliteIn } from '../../support/sqlite.js';
import { all } from '../examples.js';

const Sqlite = createRequire(import.meta.url)('libsql') as new (
  file: string,
) => { exec(sql: string): void; close(): void };
type Lock = InstanceType<typeof Sqlite>;

afterEach(closeSqlite);

/** A storage whose time passes only while it waits. `onWait` is called before each pause. */
async function aStorage(onWait: (waited: number, lock: Lock) => void = () => {}) {
  const folder = await sqliteFolder();
  const notices: string[] = [];
  let [elapsed, start] = [0, 0];
  // Opens and prepares the file before another program has it.
  await (await sqliteIn(folder)).close();
  const storage: Storage = await sqliteIn(folder, {
    elapsed: () => elapsed,
    async wait(milliseconds) {
      onWait(elapsed - start, lock);
      elapsed += milliseconds;
    },
    onNotice: (line) => notices.push(line),
  });
  const lock = new Sqlite(path.join(folder, databaseFile));
  const hold = () => {
    start = elapsed;
    lock.exec('BEGIN IMMEDIATE');
  };
  return { storage, folder, notices, lock, hold, waited: () => elapsed - start };
}

const row = { partitionKey: 'p', rowKey: 'r', text: 'x' };

describe('a write while another process writes', () => {
  it('waits, and succeeds when the other one is done', async () => {
    const { storage, notices, hold } = await aStorage((waited, lock) => {
      if (waited > 500) lock.exec('ROLLBACK');
    });
    hold();
    await storage.findings.write({ kind: 'create', row });
    expect(await storage.findings.get(row)).toMatchObject(row);
    expect(notices).toEqual([]);
  });

  it('tells the user after two seconds, once, and names the processes that may have the lock', async () => {
    let released = false;
    const { storage, folder, notices, hold } = await aStorage((waited, lock) => {
      if (waited > 20_000 && !released) {
        released = true;
        lock.exec('ROLLBACK');
      }
    });
    const file = path.join(folder, databaseFile);
    // The parent of this process runs, and is another process.
    await inFile(file, `INSERT INTO processes VALUES (${process.ppid}, 'consentinel serve')`);
    hold();
    await storage.findings.write({ kind: 'create', row });
    // The writer of this test is another program, which the file does not know.
    const maybe = `It may be process ${process.ppid} (consentinel serve), or another program.`;
    expect(notices).toEqual([`Waiting: another process is writing to ${file}. ${maybe}`]);
  });

  it('gives up after 60 seconds with the file and the remedy, and has written nothing', async () => {
    const { storage, folder, notices, lock, hold, waited } = await aStorage();
    hold();
    const file = path.join(folder, databaseFile);
    expect(await rejection(storage.findings.write({ kind: 'create', row }))).toMatchObject({
      code: 'storage-unavailable',
      message: expect.stringMatching(/^For 60 seconds, another process has been writing to .*consentinel\.db\.$/),
      remedy: expect.stringContaining('End that process'),
    });
    expect(waited()).toBeGreaterThanOrEqual(60_000);
    expect(notices).toEqual([`Waiting: another process is writing to ${file}.`]);
    lock.exec('ROLLBACK');
    expect(await storage.findings.get(row)).toBeUndefined();
  });

  it('does not delay or fail the close of a command that is done', async () => {
    const { storage, notices, lock, hold, waited } = await aStorage();
    hold();
    await storage.close();
    expect(waited()).toBe(0);
    expect(notices).toEqual([]);
    lock.exec('ROLLBACK');
  });

  it('does not delay reads', async () => {
    const { storage, lock, hold } = await aStorage();
    await storage.findings.write({ kind: 'create', row });
    hold();
    expect(await storage.findings.get(row)).toMatchObject(row);
    expect((await all(storage.findings.pages(inPartition('p')))).flat()).toHaveLength(1);
    lock.exec('ROLLBACK');
  });
});

describe('a connection that ends', () => {
  it('leaves no process behind in the file', async () => {
    const folder = await sqliteFolder();
    const file = path.join(folder, databaseFile);
    const storage = await sqliteIn(folder);
    await storage.close();
    // A process that has ended without a close.
    await inFile(file, `INSERT INTO processes VALUES (${2 ** 30}, 'consentinel scan')`);
    await (await sqliteIn(folder)).close();
    const database = new (createRequire(import.meta.url)('libsql'))(file);
    expect(database.prepare('SELECT pid FROM processes').all()).toEqual([]);
    database.close();
  });
});

async function inFile(file: string, sql: string): Promise<void> {
  const database = new Sqlite(file);
  database.exec(sql);
  database.close();
}
