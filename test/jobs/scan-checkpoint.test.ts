import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { DirectoryPage, ListedId } from '../../src/jobs/ports/index.js';
import { defaultCheckpoints } from '../../src/jobs/scan/checkpoint/checkpoint-settings.js';
import { ScanCheckpoint } from '../../src/jobs/scan/checkpoint/scan-checkpoint.js';
import { TableInventory } from '../../src/storage/inventory-store.js';
import { MemoryTable } from '../support/memory-table.js';

const startedAt = '2026-11-26T02:00:00.000Z';
const clock = { now: () => startedAt };
const select = { application: [], servicePrincipal: [] };
const state = { startedAt, isFirst: true, counts: { applications: 5, servicePrincipals: 0 } };

/** A page with one object, and where the listing continues after it. */
const pageOf = (number: number): DirectoryPage<ListedId> => ({
  items: [{ id: `id-${number}`, appId: undefined }],
  unreadable: [],
  repeated: [],
  size: 1,
  position: { next: [`/applications?$skiptoken=${number}`], withoutId: 0, longest: 1, longestLast: 0 },
});

/** A promise, and what resolves it. */
function aGate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

/** A checkpoint after every second page, in a table whose requests can be held. */
function aCheckpoint() {
  const requests = { held: Promise.resolve() };
  const inventory = new TableInventory(
    new MemoryTable().client(() => requests.held),
    {
      key: async () => randomBytes(32),
      version: '1',
      now: clock.now,
    },
  );
  const settings = { ...defaultCheckpoints, leastObjects: 1, leastPages: 2 };
  const stats = () => ({ pages: 0, requests: 0, retries: 0, resourceUnits: 0 });
  const others = { rules: [], fastestAnswer: () => 100 };
  const context = { ...others, inventory, settings, clock, tenantId: 't1', scanId: 'night', stats };
  return { requests, context, checkpoint: ScanCheckpoint.begin(context) };
}

describe('the checkpoint of a scan that stops', () => {
  it('is stored although pages still arrive', async () => {
    const { requests, context, checkpoint } = aCheckpoint();
    const listings = await checkpoint.listings(select, state);
    const later = aGate();
    const listed = listings?.applications.pages(async function* () {
      yield pageOf(1);
      await later.opened;
      for (const number of [2, 3, 4, 5]) yield pageOf(number);
    });
    const pages = listed?.[Symbol.asyncIterator]();
    await pages?.next();

    const storage = aGate();
    requests.held = storage.opened;
    const stored = checkpoint.store();
    later.open();
    for (let taken = 0; taken < 4; taken++) await pages?.next();
    await setImmediate();
    storage.open();
    expect(await stored).toBe(true);
    expect(checkpoint.warnings).toEqual([]);

    const resumed = await ScanCheckpoint.resume(context);
    expect(resumed.resumed).toMatchObject({ recorded: 1 });
    expect((await resumed.listings(select, state))?.applications.seen.size).toBe(1);
  });
});
