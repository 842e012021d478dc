import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { InventoryLog, InventoryName } from '../../src/jobs/ports/index.js';
import { inventoryKeyIn } from '../../src/storage/inventory-key-file.js';
import { TableInventory } from '../../src/storage/inventory-store.js';
import { itOnPosix } from '../support/left-out.js';
import { freshStorage, type TestStorage } from '../support/storage.js';

const key = randomBytes(32);
const name: InventoryName = {
  tenantId: 't1',
  purpose: 'scan',
  id: 'nightly-1',
  collection: 'applications',
  select: ['keyCredentials', 'tags'],
};

let storage: TestStorage;
beforeAll(async () => {
  storage = await freshStorage();
});

let scans = 0;
/** A name that no other test uses. */
const fresh = (): InventoryName => ({ ...name, id: `scan-${++scans}` });

function inventory({ with: withKey = key, version = '1', at = '2026-11-01T02:00:00.000Z' } = {}) {
  return new TableInventory(storage.inventory, { key: async () => withKey, version, now: () => at });
}

async function entriesOf(log: InventoryLog): Promise<unknown[]> {
  const entries = [];
  for await (const chunk of log.chunks()) entries.push(...chunk);
  return entries;
}

/** A log with the chunks [1], [2], [3], committed one by one. */
async function threeChunks(of: InventoryName): Promise<InventoryLog> {
  const log = await inventory().open(of);
  for (const number of [1, 2, 3]) {
    await log.append([{ number }]);
    await log.commit({ next: number });
  }
  return log;
}

/** Changes stored rows as an attacker can. */
const rowOf = async (of: InventoryName, suffix: string) =>
  storage.raw.inventory.getEntity<Record<string, unknown>>(of.tenantId, rowKeyOf(of, suffix));
const rowKeyOf = (of: InventoryName, suffix: string) => `scan_${of.id}_${of.collection}_${suffix}`;
async function put(of: InventoryName, suffix: string, row: Record<string, unknown>): Promise<void> {
  const { etag: _etag, timestamp: _timestamp, 'odata.metadata': _metadata, ...properties } = row;
  await storage.raw.inventory.upsertEntity(
    { ...properties, partitionKey: of.tenantId, rowKey: rowKeyOf(of, suffix) },
    'Replace',
  );
}

describe('a log', () => {
  it('is empty before the first commit', async () => {
    const log = await inventory().open(fresh());
    await log.append([{ a: 1 }]);
    expect([log.committed, log.rejected, await entriesOf(log)]).toEqual([undefined, undefined, []]);
  });

  it('returns the committed chunks in order, with the position, to another process', async () => {
    const of = fresh();
    await threeChunks(of);
    const log = await inventory().open({ ...of, select: [...of.select].reverse() });
    expect(log.committed).toEqual({ chunks: 3, position: { next: 3 }, at: '2026-11-01T02:00:00.000Z' });
    expect(await entriesOf(log)).toEqual([{ number: 1 }, { number: 2 }, { number: 3 }]);
  });

  it('keeps the order of appends that run at the same time, and the values of their time', async () => {
    const of = fresh();
    const log = await inventory().open(of);
    const changing = { number: 1 };
    const appended = [log.append([changing, 'x'.repeat(200_000)]), log.append([{ number: 2 }])];
    changing.number = 9;
    await Promise.all(appended);
    await log.commit({});
    expect((await entriesOf(await inventory().open(of))).filter((one) => typeof one === 'object')).toEqual([
      { number: 1 },
      { number: 2 },
    ]);
  });

  it('leaves out what was appended and not committed, and continues over it', async () => {
    const of = fresh();
    const killed = await threeChunks(of);
    await killed.append([{ number: 'lost' }]);
    const log = await inventory().open(of);
    await log.append([{ number: 4 }]);
    await log.commit('end');
    expect(await entriesOf(await inventory().open(of))).toHaveLength(4);
  });

  it('divides a large chunk, and stores any number of chunks in one commit', async () => {
    const of = fresh();
    const log = await inventory().open(of);
    const large = Array.from({ length: 40 }, () => randomBytes(30_000).toString('base64'));
    const appended = await log.append(large);
    expect(appended.bytes).toBeGreaterThan(1_000_000);
    expect(await appended.entries()).toEqual(large);
    for (let number = 0; number < 250; number++) await log.append([number]);
    await log.commit('end');
    const read = await inventory().open(of);
    expect(read.committed?.chunks).toBeGreaterThan(253);
    expect(await entriesOf(read)).toEqual([...large, ...Array.from({ length: 250 }, (_, number) => number)]);
  });

  it('keeps every character', async () => {
    const of = fresh();
    const log = await inventory().open(of);
    const names = ['\u2028\u0000\ud800 "key\\":', '𝒦é日本', '"secretText":'];
    await log.append(names);
    await log.commit({ names });
    const read = await inventory().open(of);
    expect([await entriesOf(read), read.committed?.position]).toEqual([names, { names }]);
  });

  it('stores no member that can hold a secret', async () => {
    const log = await inventory().open(fresh());
    for (const member of ['key', 'secretText', 'hint'])
      await expect(log.append([{ keyCredentials: [{ keyId: 'k', [member]: null }] }])).rejects.toThrow(member);
    await expect(log.commit('without them')).rejects.toThrow('"key"');
    await (await inventory().open(fresh())).append([
      { keyCredentials: [{ keyId: 'key', customKeyIdentifier: 'hint' }] },
    ]);
  });

  it('keeps what is appended during a commit for the next one', async () => {
    const of = fresh();
    const log = await inventory().open(of);
    await log.append([1]);
    const commit = log.commit('one');
    const appended = log.append([2]);
    await commit;
    await appended;
    await log.commit('two');
    expect(await entriesOf(await inventory().open(of))).toEqual([1, 2]);
  });

  it('rejects an object that no row can hold', async () => {
    const log = await inventory().open(fresh());
    const large = [randomBytes(400_000).toString('base64')];
    await expect(log.append(large)).rejects.toMatchObject({ code: 'storage-rejected' });
  });

  it('is not written by two processes', async () => {
    const of = fresh();
    const [one, other] = [await inventory().open(of), await inventory().open(of)];
    await one.append([1]);
    await one.commit('one');
    await other.append([2]);
    await expect(other.commit('other')).rejects.toMatchObject({ code: 'lease-lost' });
  });

  it('starts again, and is removed', async () => {
    const of = fresh();
    const log = await threeChunks(of);
    log.restart();
    await log.append([{ number: 'new' }]);
    await log.commit({});
    expect(await entriesOf(await inventory().open(of))).toEqual([{ number: 'new' }]);
    await log.remove();
    expect((await inventory().open(of)).committed).toBeUndefined();
    await log.append([{ number: 'later' }]);
    await log.commit({});
    expect(await entriesOf(await inventory().open(of))).toEqual([{ number: 'later' }]);
  });
});

describe('an attacker who writes to the table', () => {
  it.each([
    ['another key', {}, { with: randomBytes(32) }],
    ['another version', {}, { version: '2' }],
    ['another selection', { select: ['keyCredentials'] }, {}],
  ])('gains nothing from the state of %s', async (_, changedName, options) => {
    const of = fresh();
    await threeChunks(of);
    const log = await inventory(options).open({ ...of, ...changedName });
    expect(log.committed).toBeUndefined();
    expect(log.rejected).toMatch(/not authentic/);
  });

  it.each([
    ['tenant', { tenantId: 't2' }],
    ['scan', { id: 'other-scan' }],
    ['collection', { collection: 'servicePrincipals' }],
  ])('cannot move the rows to another %s', async (_, changed) => {
    const of = fresh();
    await threeChunks(of);
    const other = { ...of, ...changed };
    for (const suffix of ['head', '00000000', '00000001', '00000002'])
      await put(other, suffix, await rowOf(of, suffix));
    expect(await inventory().open(other)).toMatchObject({ committed: undefined, rejected: expect.any(String) });
  });

  it.each(['chunks', 'lastMac', 'position', 'at', 'mac'])('cannot change %s of the head', async (property) => {
    const of = fresh();
    await threeChunks(of);
    const row = await rowOf(of, 'head');
    await put(of, 'head', { ...row, [property]: property === 'chunks' ? 2 : '"forged"' });
    expect(await inventory().open(of)).toMatchObject({ committed: undefined, rejected: expect.any(String) });
  });

  it.each([
    [
      'swap',
      async (of: InventoryName) => {
        const [first, second] = [await rowOf(of, '00000000'), await rowOf(of, '00000001')];
        await put(of, '00000000', second);
        await put(of, '00000001', first);
      },
    ],
    ['delete', (of: InventoryName) => storage.raw.inventory.deleteEntity(of.tenantId, rowKeyOf(of, '00000001'))],
    ['repeat', async (of: InventoryName) => put(of, '00000002', await rowOf(of, '00000001'))],
    ['forge', async (of: InventoryName) => put(of, '00000001', { ...(await rowOf(of, '00000001')), data: 'AAAA' })],
    ['empty', async (of: InventoryName) => put(of, '00000002', {})],
  ])('cannot %s chunks', async (_, attack) => {
    const of = fresh();
    await threeChunks(of);
    await attack(of);
    const log = await inventory().open(of);
    await expect(entriesOf(log)).rejects.toMatchObject({ code: 'storage-malformed' });
  });

  it('cannot join an earlier last chunk to a later head', async () => {
    const of = fresh();
    const first = await threeChunks(of);
    await first.append([{ number: 'earlier' }]);
    await first.commit('earlier');
    const earlier = await rowOf(of, '00000003');
    first.restart();
    for (const number of [1, 2, 3, 'later']) await first.append([{ number }]);
    await first.commit('later');
    await put(of, '00000003', earlier);
    await expect(entriesOf(await inventory().open(of))).rejects.toMatchObject({ code: 'storage-malformed' });
  });

  it('cannot put an earlier chunk into the middle', async () => {
    const of = fresh();
    const log = await threeChunks(of);
    const earlier = await rowOf(of, '00000001');
    log.restart();
    for (const number of [1, 'later', 3]) await log.append([{ number }]);
    await log.commit('later');
    await put(of, '00000001', earlier);
    await expect(entriesOf(await inventory().open(of))).rejects.toMatchObject({ code: 'storage-malformed' });
  });

  it('can put back an earlier state, which is whole', async () => {
    const of = fresh();
    const log = await threeChunks(of);
    const earlier = await rowOf(of, 'head');
    await log.append([{ number: 4 }]);
    await log.commit({ next: 4 });
    await put(of, 'head', earlier);
    const old = await inventory().open(of);
    expect(old.committed?.position).toEqual({ next: 3 });
    expect(await entriesOf(old)).toHaveLength(3);
  });
});

describe('leftovers', () => {
  it('are deleted by age, but only those of scans', async () => {
    const [old, young] = [fresh(), fresh()];
    const delta = { ...name, purpose: 'delta', id: 'current' } as const;
    for (const [of, at] of [
      [old, '2026-10-01T00:00:00.000Z'],
      [young, '2026-11-01T00:00:00.000Z'],
      [delta, '2026-10-01T00:00:00.000Z'],
    ] as const) {
      const log = await inventory({ at }).open(of);
      await log.append([1]);
      await log.commit({});
    }
    await inventory().prune(name.tenantId, '2026-10-15T00:00:00.000Z');
    const kept = await Promise.all(
      [old, young, delta].map(async (of) => (await inventory().open(of)).committed?.chunks),
    );
    expect(kept).toEqual([undefined, 1, 1]);
  });

  it('are deleted with their scan, in all collections', async () => {
    const [of, other] = [fresh(), fresh()];
    await threeChunks(of);
    await threeChunks({ ...of, collection: 'servicePrincipals' });
    await threeChunks(other);
    await inventory().remove(of);
    const rows = [];
    for await (const { rowKey } of storage.raw.inventory.listEntities()) rows.push(String(rowKey));
    expect(rows.filter((rowKey) => rowKey.startsWith(`scan_${of.id}_`))).toEqual([]);
    expect(rows.filter((rowKey) => rowKey.startsWith(`scan_${other.id}_`))).toHaveLength(4);
  });
});

describe('the key file', () => {
  it('is created once, for its user only', async () => {
    const folder = path.join(await mkdtemp(path.join(tmpdir(), 'inventory-')), 'data');
    const keys = await Promise.all([inventoryKeyIn(folder), inventoryKeyIn(folder)]);
    expect(keys[0]?.equals(keys[1] as Buffer)).toBe(true);
    expect(keys[0]).toHaveLength(32);
    expect(await readFile(path.join(folder, 'inventory-key'), 'utf8')).toBe(keys[0]?.toString('base64'));
  });

  itOnPosix('is not used if others can read it, or if it is too short', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'inventory-'));
    await inventoryKeyIn(folder);
    const file = path.join(folder, 'inventory-key');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await writeFile(file, 'c2hvcnQ=');
    await expect(inventoryKeyIn(folder)).rejects.toMatchObject({ code: 'config-invalid' });
  });
});
