import { afterEach, describe, expect, it } from '@jest/globals';
import { examineInstallation } from '../../src/jobs/doctor/doctor.js';
import { scanTenant } from '../../src/jobs/scan/scan-tenant.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { ConsentinelError } from '../../src/model/errors.js';
import { anApp } from '../../src/rules/testing/cases.js';
import type { SimulatorOptions } from '../../src/simulator/http/server.js';
import { aDeltaLaptop } from '../support/delta-laptop.js';
import type { Laptop } from '../support/laptop.js';

const laptops: Laptop[] = [];
afterEach(() => Promise.all(laptops.splice(0).map((laptop) => laptop.close())));

const apps = [1, 2, 3, 4].map((n) => anApp(`App ${n}`));
const [first = '', second = ''] = apps.map(({ application }) => application?.id);

async function deltaLaptop(options: Partial<SimulatorOptions> = {}, settings: Record<string, string> = {}) {
  const { night: runNight, ...parts } = await aDeltaLaptop({ tenant: simulatedTenantOf(apps), ...options }, settings);
  const { laptop } = parts;
  laptops.push(laptop);
  /** Runs a scan, and returns it with its listings of objects. */
  const night = async (days: number) => {
    const { scan, requests } = await runNight(days);
    const listings = requests.filter(
      ({ path, inBatch }) => !inBatch && /^\/(applications|servicePrincipals)$/.test(path),
    );
    return { ...scan, listings: listings.length, requested: requests };
  };
  const symmetricKeys = async () =>
    (await laptop.stored()).filter(({ ruleId, status }) => ruleId === 'no-symmetric-signing-key' && status === 'open')
      .length;
  return { ...parts, night, symmetricKeys };
}

describe('a scan with delta queries', () => {
  it('lists everything first, then reads changes only, and finds what changed', async () => {
    const { directory, night, symmetricKeys } = await deltaLaptop();
    const listed = await night(0);
    expect(listed).toMatchObject({
      status: 'complete',
      delta: { used: false, reason: expect.stringContaining('first') },
    });
    expect(listed.listings).toBeGreaterThan(0);

    directory.addKey('applications', first);
    const added = await night(1);
    expect(added).toMatchObject({ status: 'complete', delta: { used: true, changes: 1 }, listings: 0 });
    expect(added.counts).toEqual(listed.counts);
    expect(await symmetricKeys()).toBe(1);

    expect(await night(2)).toMatchObject({ delta: { used: true, changes: 1 }, listings: 0 });
    expect(await night(3)).toMatchObject({ delta: { used: true, changes: 0 }, listings: 0, writes: 0 });

    directory.delete('applications', first);
    const removed = await night(4);
    expect(removed).toMatchObject({ status: 'complete', delta: { used: true, changes: 2 }, listings: 0 });
    expect(removed.counts.applications).toBe(listed.counts.applications - 1);
    expect(await symmetricKeys()).toBe(0);

    directory.restore(first);
    expect(await night(5)).toMatchObject({ delta: { used: true, changes: 2 }, counts: listed.counts, listings: 0 });
    expect(await symmetricKeys()).toBe(1);
  });

  it('lists everything after a week, for expired tokens, and after a reset', async () => {
    const { directory, night, simulator } = await deltaLaptop();
    await night(0);
    expect(await night(6.9)).toMatchObject({ delta: { used: false, reason: expect.stringContaining('a week old') } });
    simulator.order({ kind: 'delta-expired', times: 1 });
    directory.addKey('applications', first);
    expect(await night(8)).toMatchObject({
      status: 'complete',
      findings: { new: 1 },
      delta: { used: false, reason: expect.stringContaining('400 syncStateNotFound') },
    });
    simulator.order({ kind: 'delta-reset', times: 1 });
    expect(await night(9)).toMatchObject({ delta: { used: false, reason: expect.stringContaining('410') } });
    expect(await night(10)).toMatchObject({ delta: { used: true } });
    // No scan for longer than a token is valid.
    expect(await night(20)).toMatchObject({ status: 'complete', delta: { used: false } });
  });

  it('switches delta queries off when they miss a change of keys, until the operator resets them', async () => {
    const { directory, night, symmetricKeys, laptop } = await deltaLaptop({ keysInDelta: 'untracked' });
    await night(0);
    directory.addKey('applications', first);
    expect(await night(1)).toMatchObject({ delta: { used: true, changes: 0 } });
    expect(await symmetricKeys()).toBe(0);

    expect(await night(6.9)).toMatchObject({ delta: { used: false, suspected: 1 }, findings: { new: 1 } });
    const missed = await night(8);
    expect(missed).toMatchObject({
      status: 'complete',
      delta: { used: false, missed: 1 },
      warnings: expect.arrayContaining([expect.stringContaining(`missed changes of 1 object: ${first}`)]),
    });
    expect(missed.listings).toBeGreaterThan(0);
    const off = await night(9);
    expect(off).toMatchObject({ delta: { used: false, reason: expect.stringContaining('scan --reset-delta') } });
    expect(off.requested.filter(({ path }) => path.endsWith('/delta'))).toEqual([]);

    expect(
      (await examineInstallation(await laptop.runtime.doctor())).filter(({ check }) => check === 'delta'),
    ).toMatchObject([{ outcome: 'warning', detail: expect.stringContaining('changes of 1 object') }]);
    await laptop.scan({ resetDelta: true });
    expect(await night(10)).toMatchObject({ delta: { used: true } });
  });

  it('trusts delta queries again if Graph reports the change late', async () => {
    const { directory, night } = await deltaLaptop({ keysInDelta: 'untracked' });
    await night(0);
    directory.addKey('applications', first);
    expect(await night(6.9)).toMatchObject({ delta: { suspected: 1 } });
    directory.update('applications', first, { displayName: 'Reported now' });
    expect(await night(8)).toMatchObject({ delta: { used: true } });
  });

  it('reads objects directly if a delta shows no keys', async () => {
    const { directory, night, symmetricKeys } = await deltaLaptop({ keysInDelta: false });
    await night(0);
    directory.addKey('applications', first);
    directory.update('applications', first, { displayName: 'Changed' });
    expect(await night(1)).toMatchObject({ status: 'complete', delta: { used: true, changes: 1 } });
    expect(await symmetricKeys()).toBe(1);
  });

  it('reads objects directly if a delta shows them twice', async () => {
    const { directory, night, symmetricKeys, simulator } = await deltaLaptop();
    await night(0);
    directory.addKey('applications', first);
    simulator.order({ kind: 'delta-repeat', match: { path: '/applications/delta' }, times: 1 });
    expect(await night(1)).toMatchObject({ delta: { used: true, changes: 1 } });
    expect(await symmetricKeys()).toBe(1);
  });

  it('lists everything if the inventory was forged or deleted, and if the count differs', async () => {
    const { laptop, night, simulator } = await deltaLaptop();
    await night(0);
    const rows = [];
    for await (const row of laptop.storage.raw.inventory.listEntities<{ bytes?: unknown }>()) rows.push(row);
    const chunk = rows.find(({ rowKey }) => /applications_0/.test(rowKey ?? ''));
    expect(chunk).toBeDefined();
    for (const row of rows) {
      const forged = rows.find((other) => other !== row && other.rowKey?.slice(0, 8) === row.rowKey?.slice(0, 8));
      const { etag: _, timestamp: __, ...values } = forged ?? row;
      await laptop.storage.raw.inventory.upsertEntity(
        { ...values, partitionKey: row.partitionKey ?? '', rowKey: row.rowKey ?? '' },
        'Replace',
      );
    }
    expect(await night(1)).toMatchObject({
      status: 'complete',
      delta: { used: false, reason: expect.stringContaining('authentic') },
    });
    for await (const { partitionKey = '', rowKey = '' } of laptop.storage.raw.inventory.listEntities())
      await laptop.storage.raw.inventory.deleteEntity(partitionKey, rowKey);
    expect(await night(2)).toMatchObject({ delta: { used: false, reason: expect.stringContaining('first scan') } });
    expect(await night(3)).toMatchObject({ delta: { used: true } });
    simulator.order({ kind: 'status', status: 200, body: '99', match: { path: '/applications/$count' }, times: 2 });
    expect(await night(4)).toMatchObject({ delta: { used: false, reason: expect.stringContaining('counts 99') } });
  });

  it('sets unreadable objects aside, and reads them again in every scan', async () => {
    const { directory, night, symmetricKeys } = await deltaLaptop();
    directory.addKey('applications', second);
    const { shapes } = directory.collection('applications');
    shapes.set(second, { absent: ['keyCredentials'] });
    expect(await night(0)).toMatchObject({ status: 'incomplete', undetermined: [{ objectId: second }] });
    expect(await night(1)).toMatchObject({
      status: 'incomplete',
      delta: { used: true },
      undetermined: [{ objectId: second }],
    });
    shapes.delete(second);
    expect(await night(2)).toMatchObject({ status: 'complete', delta: { used: true } });
    expect(await symmetricKeys()).toBe(1);
  });

  it('forgets everything when the setting is off', async () => {
    const { laptop, night } = await deltaLaptop();
    await night(0);
    const rows = async () => {
      let count = 0;
      for await (const _ of laptop.storage.raw.inventory.listEntities()) count++;
      return count;
    };
    expect(await rows()).toBeGreaterThan(0);
    const settings = { ...laptop.runtime.scanContext().settings, deltaScans: false };
    const off = await scanTenant({ ...laptop.runtime.scanContext(), settings }, { requestedBy: 'test' });
    expect(off).not.toHaveProperty('delta');
    expect(await rows()).toBe(0);
  });

  it('reads no more changes after it has failed', async () => {
    const { laptop, night } = await deltaLaptop();
    await night(0);
    const context = laptop.runtime.scanContext();
    const signals: (AbortSignal | undefined)[] = [];
    let begun = () => {};
    const reading = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const failed = async (): Promise<never> => {
      await reading;
      throw new ConsentinelError('storage-unavailable', 'The findings cannot be read.');
    };
    const changesSince: typeof context.directory.changesSince = (tracked, since, also, signal) => {
      signals.push(signal);
      begun();
      return context.directory.changesSince(tracked, since, also, signal);
    };
    const failing = {
      ...context,
      directory: { ...context.directory, changesSince },
      findings: {
        ...context.findings,
        findings: async function* () {
          yield await failed();
        },
      },
    };
    await expect(scanTenant(failing, { requestedBy: 'test' })).rejects.toMatchObject({ code: 'storage-unavailable' });
    expect(signals[0]?.aborted).toBe(true);
  });

  it('makes full scans without an inventory', async () => {
    const { laptop } = await deltaLaptop();
    const { inventory: _, ...context } = laptop.runtime.scanContext();
    const scan = await scanTenant(context, { requestedBy: 'test' });
    expect(scan).toMatchObject({
      status: 'complete',
      delta: { used: false, reason: expect.stringContaining('INVENTORY_KEY') },
    });
  });
});
