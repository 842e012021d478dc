import { RestError } from '@azure/data-tables';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { TableFindingStore } from '../../src/storage/finding-store.js';
import type { Table, TableAction } from '../../src/storage/table.js';
import { freshStorage, type TestStorage } from '../support/storage.js';
import { resolutionOf } from './contract/resolution.js';
import { all, appearances, tenantId } from './examples.js';

const partitionKey = `${tenantId}_no-a`;
let storage: TestStorage;
let store: TableFindingStore;
beforeEach(async () => {
  storage = await freshStorage();
  store = storeOn(storage.findings);
});

function storeOn(table: Table): TableFindingStore {
  return new TableFindingStore(table, { ruleIds: ['no-a'] });
}

/** A table that writes only the first rows of each transaction and then fails, as Azurite does for some texts. */
function tableThatWrites(rows: number): Table {
  const transact = async (actions: readonly TableAction[]) => {
    if (rows > 0) await storage.findings.transact(actions.slice(0, rows));
    throw new RestError('Internal error', { statusCode: 500 });
  };
  return Object.assign(Object.create(storage.findings), { transact });
}

const fault = async () => (await all(store.verifyAudit(tenantId)))[0]?.fault;
const sequences = async () => (await all(store.auditTrail(tenantId, 'no-a'))).map(({ sequence }) => sequence);
const failToCommit = (rows: number, from: number) =>
  expect(storeOn(tableThatWrites(rows)).commit(appearances('no-a', 3, from))).rejects.toMatchObject({
    code: 'storage-unavailable',
  });

describe('a transaction of which only the head was written', () => {
  it.each([0, 5])('after %d events is reported as never committed', async (before) => {
    await store.commit(appearances('no-a', before));
    await failToCommit(1, 10);
    expect(await fault()).toMatchObject({
      kind: 'uncommitted',
      sequence: before + 1,
      summary: expect.stringContaining(`Rows ${before + 1} to ${before + 3} were never committed`),
    });
  });

  it.each([0, 5])('after %d events leaves no gap when the next commit succeeds', async (before) => {
    await store.commit(appearances('no-a', before));
    await failToCommit(1, 10);
    expect(await storeOn(storage.findings).commit(appearances('no-a', 2, 20))).toEqual({ written: 2, conflicts: [] });
    expect(await fault()).toBeUndefined();
    expect(await sequences()).toEqual(Array.from({ length: before + 2 }, (_, i) => i + 1));
  });

  it('leaves no gap when the same store goes on', async () => {
    let isBroken = false;
    const broken = tableThatWrites(1);
    const transact = (actions: readonly TableAction[]) => (isBroken ? broken : storage.findings).transact(actions);
    const one = storeOn(Object.assign(Object.create(storage.findings), { transact }));
    await one.commit(appearances('no-a', 5));
    isBroken = true;
    await expect(one.commit(appearances('no-a', 3, 10))).rejects.toMatchObject({ code: 'storage-unavailable' });
    isBroken = false;
    await one.commit(appearances('no-a', 3, 10));
    expect(await fault()).toBeUndefined();
    expect(await sequences()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('leaves no gap when it fails twice in a row', async () => {
    await store.commit(appearances('no-a', 5));
    await failToCommit(1, 10);
    await failToCommit(1, 20);
    expect(await fault()).toMatchObject({ kind: 'uncommitted', sequence: 6 });
    await store.commit(appearances('no-a', 2, 30));
    expect(await fault()).toBeUndefined();
  });
});

describe('rows that were removed', () => {
  const remove = async (from: number) => {
    for (const { sequence, findingId } of await all(store.auditTrail(tenantId, 'no-a')))
      if (sequence >= from)
        await storage.raw.findings.deleteEntity(
          partitionKey,
          `audit_${findingId}_${String(sequence).padStart(10, '0')}`,
        );
  };

  it('are not taken for never committed: the findings have what the removed events explain', async () => {
    await store.commit(appearances('no-a', 2));
    await store.commit(appearances('no-a', 3, 10));
    await remove(3);
    expect(await fault()).toMatchObject({ kind: 'removed', sequence: 3, summary: 'Rows 3 to 5 were removed.' });
  });

  it('are not taken for never committed: a change of a stored finding', async () => {
    const [change] = appearances('no-a', 1);
    if (!change) throw new Error('no change');
    await store.commit([change]);
    await store.commit([await resolutionOf(store, change.finding.id)]);
    await remove(2);
    expect(await fault()).toMatchObject({ kind: 'removed', sequence: 2, summary: 'Row 2 was removed.' });
  });

  it('stay reported after the next commit, which continues after them', async () => {
    await store.commit(appearances('no-a', 2));
    await store.commit(appearances('no-a', 3, 10));
    await remove(3);
    await storeOn(storage.findings).commit(appearances('no-a', 1, 20));
    expect(await sequences()).toEqual([1, 2, 6]);
    expect(await fault()).toMatchObject({ kind: 'removed', sequence: 3, summary: 'Rows 3 to 5 were removed.' });
  });

  it('cannot be told from events that a half-written transaction lacks, and their numbers are named', async () => {
    await store.commit(appearances('no-a', 2));
    await failToCommit(3, 10);
    expect(await fault()).toMatchObject({ kind: 'removed', sequence: 3, summary: 'Rows 3 to 5 were removed.' });
    await store.commit(appearances('no-a', 1, 20));
    expect(await sequences()).toEqual([1, 2, 6]);
  });
});

it('a head of an older version of the program is verified as before', async () => {
  await store.commit(appearances('no-a', 2));
  const head = await storage.raw.findings.getEntity(partitionKey, 'audit-head');
  const { sequence, hash } = head;
  await storage.raw.findings.updateEntity({ partitionKey, rowKey: 'audit-head', sequence, hash }, 'Replace');
  expect(await fault()).toBeUndefined();
  await storeOn(storage.findings).commit(appearances('no-a', 1, 10));
  expect(await fault()).toBeUndefined();
});
