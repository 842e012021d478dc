import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it, jest } from '@jest/globals';
import { TableFindingStore } from '../../../src/storage/finding-store.js';
import { closeSqlite, sqliteFolder, sqliteIn } from '../../support/sqlite.js';
import { all, appearances, tenantId } from '../examples.js';
import { type Writer, writerProgram } from './writer.js';

// Each test starts several processes, which takes long on a busy machine. Nothing asserts how long.
jest.setTimeout(300_000);
const program = await writerProgram();
afterAll(() => program.remove());
const writers: Writer[] = [];
afterEach(async () => {
  await Promise.all(writers.splice(0).map((writer) => writer.kill()));
  await closeSqlite();
});

const start = (folder: string, from: number) => {
  const writer = program.start(folder, from);
  writers.push(writer);
  return writer;
};

/** Checks that every transaction is whole: each finding with its event, and an intact chain. */
async function expectWhole(folder: string, committed: readonly string[]): Promise<number> {
  const storage = await sqliteIn(folder);
  const store = new TableFindingStore(storage.findings, { ruleIds: ['no-a'] });
  const ids = (await all(store.findings(tenantId))).map(({ value }) => value.id);
  const events = await all(store.auditTrail(tenantId, 'no-a'));
  expect(events.map(({ findingId }) => findingId).sort()).toEqual([...ids].sort());
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, i) => i + 1));
  for (const { fault } of await all(store.verifyAudit(tenantId))) expect(fault).toBeUndefined();
  expect(committed.filter((id) => !ids.includes(id))).toEqual([]);
  await storage.close();
  return ids.length;
}

describe('a process that is killed', () => {
  it('at 20 random moments leaves every transaction whole, and loses nothing that it reported', async () => {
    const folder = await sqliteFolder();
    const committed: string[] = [];
    for (let round = 0; round < 20; round += 1) {
      const writer = start(folder, round * 1_000_000);
      // Some are killed while they open the file.
      if (round % 4 > 0) await writer.lines(1 + (round % 3));
      await pause(Math.random() * 150);
      await writer.kill();
      committed.push(...writer.committed);
      await expectWhole(folder, committed);
    }
    expect(committed.length).toBeGreaterThan(0);
  });
});

describe('processes that write at the same time', () => {
  it('to one rule lose nothing, and build one chain', async () => {
    const folder = await sqliteFolder();
    const [one, two] = [start(folder, 0), start(folder, 1_000_000)];
    const mine = new TableFindingStore((await sqliteIn(folder)).findings, { ruleIds: ['no-a'] });
    await mine.commit(appearances('no-a', 300, 2_000_000));
    await Promise.all([one.lines(10), two.lines(10)]);
    await Promise.all([one.kill(), two.kill()]);
    expect(await expectWhole(folder, [...one.committed, ...two.committed])).toBeGreaterThanOrEqual(300 + 54);
  });
});
