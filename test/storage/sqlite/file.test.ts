import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { databaseFile, openSqlite } from '../../../src/storage/sqlite/open-sqlite.js';
import { inPartition } from '../../../src/storage/table.js';
import { rejection } from '../../graph/scripted-graph.js';
import { itOnPosix } from '../../support/left-out.js';
import { closeSqlite, sqliteFolder, sqliteIn } from '../../support/sqlite.js';

const Sqlite = createRequire(import.meta.url)('libsql');

afterEach(closeSqlite);

const row = { partitionKey: 'p', rowKey: 'r', text: 'x' };

describe('the file of the embedded storage', () => {
  it('keeps its rows and messages after it is closed, and nothing else is left', async () => {
    const folder = await sqliteFolder();
    const first = await sqliteIn(folder);
    await first.findings.write({ kind: 'create', row });
    await first.queue('alerts').send('{}', 0);
    await first.close();
    expect(await readdir(folder)).toEqual([databaseFile]);
    const second = await sqliteIn(folder);
    expect(await second.findings.get(row)).toMatchObject(row);
    expect(await second.queue('alerts').length()).toBe(1);
  });

  itOnPosix('and its folder are for this user only, while it is open too', async () => {
    const folder = path.join(await sqliteFolder(), 'data');
    const storage = await sqliteIn(folder);
    await storage.findings.write({ kind: 'create', row });
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    const names = await readdir(folder);
    expect(names.sort()).toEqual([databaseFile, `${databaseFile}-shm`, `${databaseFile}-wal`]);
    for (const name of names) expect([name, (await stat(path.join(folder, name))).mode & 0o777]).toEqual([name, 0o600]);
  });

  it('keeps every UTF-16 unit of a text', async () => {
    const storage = await sqliteIn(await sqliteFolder());
    for (let block = 0; block < 64; block += 1) {
      const text = String.fromCharCode(...Array.from({ length: 1024 }, (_, i) => block * 1024 + i));
      await storage.findings.transact([{ kind: 'put', row: { ...row, text } }]);
      expect((await storage.findings.get(row))?.text).toBe(text);
    }
  });

  itOnPosix('keeps a write that is committed, if the checkpoint after it cannot open the file', async () => {
    const folder = path.join(await sqliteFolder(), 'data');
    const storage = await sqliteIn(folder);
    await rename(folder, `${folder}-moved`);
    const text = 'x'.repeat(30_000);
    for (let i = 0; i < 3; i += 1) {
      const rows = Array.from({ length: 30 }, (_, j) => ({ ...row, rowKey: `${i}-${j}`, text }));
      await storage.findings.transact(rows.map((one) => ({ kind: 'create', row: one })));
    }
    expect(await storage.findings.get({ ...row, rowKey: '2-29' })).toMatchObject({ text });
  });

  it('is read in pages of bounded size', async () => {
    const storage = await sqliteIn(await sqliteFolder());
    const rows = Array.from({ length: 40 }, (_, i) => ({ ...row, rowKey: `row-${i}`, text: 'x'.repeat(30_000) }));
    await storage.findings.transact(rows.map((one) => ({ kind: 'create', row: one })));
    const pages: number[] = [];
    for await (const page of storage.findings.pages(inPartition('p'))) pages.push(page.length);
    expect(pages).toEqual([16, 16, 8]);
  });

  it('separates prefixes', async () => {
    const folder = await sqliteFolder();
    const [one, other] = [await sqliteIn(folder, { prefix: 'a' }), await sqliteIn(folder, { prefix: 'b' })];
    await one.findings.write({ kind: 'create', row });
    await one.queue('alerts').send('{}', 0);
    expect(await other.findings.get(row)).toBeUndefined();
    expect(await other.queue('alerts').length()).toBe(0);
  });

  it('of a newer version is refused, and not changed', async () => {
    const folder = await sqliteFolder();
    await (await sqliteIn(folder)).close();
    const database = new Sqlite(path.join(folder, databaseFile));
    database.exec('PRAGMA user_version = 2');
    database.close();
    const before = await readFile(path.join(folder, databaseFile));
    expect(await rejection(openSqlite(folder))).toMatchObject({
      code: 'storage-newer',
      message: expect.stringContaining('has version 2, and this program knows 1'),
    });
    expect((await readFile(path.join(folder, databaseFile))).equals(before)).toBe(true);
  });

  it('of another program is refused', async () => {
    const folder = await sqliteFolder();
    const database = new Sqlite(path.join(folder, databaseFile));
    database.exec('CREATE TABLE other (id INTEGER)');
    database.close();
    expect(await rejection(openSqlite(folder))).toMatchObject({
      code: 'storage-unavailable',
      message: expect.stringContaining('is a database of another program'),
    });
  });

  it('that is damaged is refused with the remedy', async () => {
    const folder = await sqliteFolder();
    await writeFile(path.join(folder, databaseFile), 'This is not a database.'.repeat(100));
    expect(await rejection(openSqlite(folder))).toMatchObject({
      code: 'storage-unavailable',
      message: expect.stringContaining('SQLITE_NOTADB'),
      remedy: expect.stringContaining('Restore it from a backup'),
    });
  });

  it('that cannot be opened is refused with the remedy', async () => {
    const folder = await sqliteFolder();
    await mkdir(path.join(folder, databaseFile));
    expect(await rejection(openSqlite(folder))).toMatchObject({
      code: 'storage-unavailable',
      remedy: expect.stringContaining('Check that this user can write to the file'),
    });
  });

  it('in a folder that cannot be made is refused with the remedy', async () => {
    const folder = await sqliteFolder();
    await writeFile(path.join(folder, 'file'), '');
    expect(await rejection(openSqlite(path.join(folder, 'file', 'data')))).toMatchObject({
      code: 'storage-unavailable',
      remedy: expect.stringContaining('Check that this user can write to the file'),
    });
  });
});
