import { spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { TableScanStore } from '../../src/storage/scan-store.js';
import { freshStorage } from '../support/storage.js';
import { aScan, tenantId } from './examples.js';

const clock = { now: () => '2026-11-01T02:00:00.000Z' };

/** A store, and one whose lease belongs to a process of the given host that has ended. */
async function stores(host: string) {
  const { scans: table } = await freshStorage();
  const { pid } = spawnSync(process.execPath, ['--version']);
  const ended = new TableScanStore(table, { ...clock, newOwner: () => `${host}:${pid}:x` });
  return { store: new TableScanStore(table, clock), ended };
}

describe('a valid lease', () => {
  it('is taken over at once when its process on this host has ended', async () => {
    const { store, ended } = await stores(hostname());
    await ended.begin(aScan('s1'));
    await store.begin(aScan('s2'));
    expect(await store.scan(tenantId, 's1')).toMatchObject({ status: 'failed' });
  });

  it('is kept when it belongs to another host, whatever its process id', async () => {
    const { store, ended } = await stores('elsewhere');
    await ended.begin(aScan('s1'));
    await expect(store.begin(aScan('s2'))).rejects.toMatchObject({ code: 'scan-in-progress' });
  });
});
