import { spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { TableScanStore } from '../../src/storage/scan-store.js';
import { freshStorage } from '../support/storage.js';
import { all, aScan, tenantId } from './examples.js';

const { scans: table } = await freshStorage();
let now: Date;
const clock = { now: () => now.toISOString() };
const store = new TableScanStore(table, clock);
const pass = (seconds: number) => {
  now = new Date(now.getTime() + seconds * 1000);
};

/** Each test has a tenant of its own. */
let tests = 0;
let tenant: string;
const scanOf = (id: string, other = {}) => aScan(id, { tenantId: tenant, startedAt: clock.now(), ...other });

beforeEach(() => {
  now = new Date('2026-11-01T02:00:00.000Z');
  tenant = `${tenantId.slice(0, -3)}${String(++tests).padStart(3, '0')}`;
});

describe('begin', () => {
  it('writes the scan as running', async () => {
    const scan = scanOf('s1');
    const lease = await store.begin(scan);
    expect(lease).toMatchObject({ tenantId: tenant, scanId: 's1' });
    expect(await store.scan(tenant, 's1')).toEqual(scan);
    expect(await store.tenants()).toContain(tenant);
  });

  it('refuses a second scan, and says which is under way, since when, and what to do', async () => {
    const lease = await store.begin(scanOf('s1'));
    pass(60);
    await lease.renew();
    pass(60);
    await expect(store.begin(scanOf('s2'))).rejects.toMatchObject({
      code: 'scan-in-progress',
      message: expect.stringMatching(/Scan s1 .* 2026-11-01T02:00:00.000Z.* 2026-11-01T02:01:00.000Z/),
      remedy: expect.stringContaining('2026-11-01T02:02:30.000Z'),
    });
    expect(await store.scan(tenant, 's2')).toBeUndefined();
  });

  it('refuses the same scan, delivered twice, while it is alive', async () => {
    await store.begin(scanOf('s1'));
    await expect(store.begin(scanOf('s1'))).rejects.toMatchObject({ code: 'scan-in-progress' });
  });

  it('lets one of many win', async () => {
    const results = await Promise.allSettled(Array.from({ length: 10 }, (_, i) => store.begin(scanOf(`s${i}`))));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'scan-in-progress' });
    expect(await all(store.scans(tenant))).toHaveLength(1);
  });

  it('takes over a lease whose heartbeat has stopped, and marks its scan failed', async () => {
    await store.begin(scanOf('s1'));
    pass(91);
    await store.begin(scanOf('s2'));
    expect(await store.scan(tenant, 's1')).toMatchObject({
      status: 'failed',
      finishedAt: clock.now(),
      errors: [{ code: 'lease-lost', message: expect.stringContaining('2026-11-01T02:00:00.000Z') }],
    });
    expect(await store.scan(tenant, 's2')).toMatchObject({ status: 'running' });
  });

  it('takes over at once from a process of this machine that is no more', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    const killed = new TableScanStore(table, { ...clock, newOwner: () => `${hostname()}:${pid}:x` });
    await killed.begin(scanOf('s1'));
    await store.begin(scanOf('s2'));
    expect(await store.scan(tenant, 's1')).toMatchObject({ status: 'failed' });
  });

  it('waits for the heartbeat of a process of another machine, whatever its number', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    const elsewhere = new TableScanStore(table, { ...clock, newOwner: () => `elsewhere:${pid}:x` });
    await elsewhere.begin(scanOf('s1'));
    await expect(store.begin(scanOf('s2'))).rejects.toMatchObject({ code: 'scan-in-progress' });
  });

  it('continues a scan that stopped and is delivered again', async () => {
    await store.begin(scanOf('s1'));
    pass(91);
    const lease = await store.begin(scanOf('s1'));
    await store.finish(lease, scanOf('s1', { status: 'complete' }));
    expect(await all(store.scans(tenant))).toMatchObject([{ id: 's1', status: 'complete', errors: [] }]);
  });
});

describe('the lease', () => {
  it('lives for as long as it is renewed', async () => {
    const lease = await store.begin(scanOf('s1'));
    for (let i = 0; i < 5; i++) {
      pass(60);
      await lease.renew();
    }
    await expect(store.begin(scanOf('s2'))).rejects.toMatchObject({ code: 'scan-in-progress' });
  });

  it('may be renewed late, if nobody took it', async () => {
    const lease = await store.begin(scanOf('s1'));
    pass(600);
    await expect(lease.renew()).resolves.toBeUndefined();
  });

  it('is lost once another has it: it renews no more, and finishes nothing', async () => {
    const lost = await store.begin(scanOf('s1'));
    pass(91);
    await store.begin(scanOf('s2'));
    await expect(lost.renew()).rejects.toMatchObject({
      code: 'lease-lost',
      message: expect.stringContaining('scan s2 took it over'),
    });
    await expect(store.finish(lost, scanOf('s1', { status: 'complete' }))).rejects.toMatchObject({
      code: 'lease-lost',
    });
    expect(await store.scan(tenant, 's1')).toMatchObject({ status: 'failed' });
    expect(await store.scan(tenant, 's2')).toMatchObject({ status: 'running' });
  });

  it('bears renewals that overtake each other and the end', async () => {
    const lease = await store.begin(scanOf('s1'));
    const renewals = Array.from({ length: 5 }, () => lease.renew());
    await store.finish(lease, scanOf('s1', { status: 'complete' }));
    await expect(Promise.all([...renewals, lease.renew()])).resolves.toHaveLength(6);
    expect(await store.scan(tenant, 's1')).toMatchObject({ status: 'complete' });
  });
});

describe('finish', () => {
  it('writes the final row and makes room for the next scan', async () => {
    const final = scanOf('s1', {
      status: 'incomplete',
      finishedAt: '2026-11-01T02:05:00.000Z',
      counts: { applications: 3, servicePrincipals: 4 },
      notExamined: [{ ruleId: 'no-a', reason: 'The permission Policy.Read.All is missing.' }],
      errors: [{ code: 'permission-missing', message: 'Grant it.' }],
    });
    const lease = await store.begin(scanOf('s1'));
    await store.finish(lease, final);
    expect(await store.scan(tenant, 's1')).toEqual(final);
    await expect(store.begin(scanOf('s2'))).resolves.toMatchObject({ scanId: 's2' });
    expect(await store.scan(tenant, 's1')).toEqual(final);
  });

  it('knows its own end again when the answer to it was lost', async () => {
    const lease = await store.begin(scanOf('s1'));
    const final = scanOf('s1', { status: 'complete' });
    await store.finish(lease, final);
    await expect(store.finish(lease, final)).resolves.toBeUndefined();
    await store.begin(scanOf('s2'));
    await expect(store.finish(lease, final)).resolves.toBeUndefined();
  });
});

describe('scans', () => {
  it('come newest first', async () => {
    for (const id of ['s1', 's2', 's3']) {
      await store.finish(await store.begin(scanOf(id)), scanOf(id, { status: 'complete' }));
      pass(3600);
    }
    expect((await all(store.scans(tenant))).map(({ id }) => id)).toEqual(['s3', 's2', 's1']);
  });

  it('are found by an id of any characters', async () => {
    const ids = ['timer:2026-11-01T02:00:00.000+00:00', 'a/b', 'a\\b', 'a#b?c', 'a b', "a'b", 'ä_~'];
    for (const id of ids) await store.finish(await store.begin(scanOf(id)), scanOf(id, { status: 'complete' }));
    for (const id of ids) expect(await store.scan(tenant, id)).toMatchObject({ id });
    expect(await store.scan(tenant, 'never')).toBeUndefined();
  });
});

describe('amend', () => {
  const note = (what: string) => ({ queue: 'alerts', at: clock.now(), what });

  it('changes the row, and leaves it where the change declines', async () => {
    await store.finish(await store.begin(scanOf('s1')), scanOf('s1', { status: 'complete' }));
    expect(await store.amend(tenant, 's1', (scan) => ({ ...scan, givenUp: [note('a')] }))).toMatchObject({
      status: 'complete',
      givenUp: [{ what: 'a' }],
    });
    expect(await store.amend(tenant, 's1', () => undefined)).toBeUndefined();
    expect(await store.amend(tenant, 'unknown', (scan) => scan)).toBeUndefined();
    expect(await store.scan(tenant, 's1')).toMatchObject({ givenUp: [{ what: 'a' }] });
  });

  it('loses no change of writers that come together', async () => {
    await store.finish(await store.begin(scanOf('s1')), scanOf('s1', { status: 'complete' }));
    const names = Array.from({ length: 8 }, (_, i) => `n${i}`);
    await Promise.all(
      names.map((what) => store.amend(tenant, 's1', (s) => ({ ...s, givenUp: [...(s.givenUp ?? []), note(what)] }))),
    );
    const noted = (await store.scan(tenant, 's1'))?.givenUp?.map(({ what }) => what);
    expect(noted?.sort()).toEqual(names);
  });
});
