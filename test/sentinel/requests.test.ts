import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { processPoison } from '../../src/jobs/poison/process-poison.js';
import { queueNames } from '../../src/jobs/ports/index.js';
import { scanOnRequest } from '../../src/jobs/scan/request-scan.js';
import { scanTenant } from '../../src/jobs/scan/scan-tenant.js';
import { isSentinelRequest, requestSentinel, sentinelOnRequest } from '../../src/jobs/sentinel/request-sentinel.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { blankScan, type Scan } from '../../src/model/scan/scan.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { loanDesk, payroll, runAt } from './sentinel-world.js';

const tenant = simulatedTenantOf([payroll, loanDesk]);
let laptop: Laptop;
beforeEach(async () => {
  laptop = await aLaptop({ tenant });
});
afterEach(() => laptop.close());

const message = { kind: 'sentinel', scanId: 'sentinel-1', requestedBy: 'timer' };

async function requested(content: object = message, count = 1) {
  const skipped: string[] = [];
  const insertedAt = new Date(Date.now() - 60_000).toISOString();
  const delivery = { messageId: 'm1', insertedAt, count };
  const run = await sentinelOnRequest(laptop.runtime.scanContext(), content, { delivery }, (why) => skipped.push(why));
  return { run, skipped };
}

function begun(id: string, more: Partial<Scan> = {}): Scan {
  const startedAt = laptop.runtime.clock.now();
  return {
    ...blankScan({ id, tenantId: tenant.id, status: 'running', requestedBy: 'x', startedAt, since: startedAt }),
    ...more,
  };
}

describe('the timer of the sentinel', () => {
  it('requests one run of each tenant; its id follows from the occurrence', async () => {
    const sent: object[] = [];
    const outbox = { lengths: async () => [], send: async (_: string, content: object) => void sent.push(content) };
    const context = { outbox, clock: laptop.runtime.clock };
    const occurrence = { last: '2026-11-26T10:00:00Z', next: '2026-11-26T11:00:00Z' };
    const scanId = await requestSentinel(context, occurrence);
    expect(await requestSentinel(context, occurrence, ['a', 'b'])).toBe(scanId);
    const base = { kind: 'sentinel', scanId, requestedBy: 'timer' };
    expect(sent).toEqual([base, { ...base, tenantId: 'a' }, { ...base, tenantId: 'b' }]);
    expect(isSentinelRequest(sent[0])).toBe(true);
    expect(isSentinelRequest({ scanId: 'nightly-1', requestedBy: 'timer' })).toBe(false);
  });
});

describe('a message for the sentinel', () => {
  it('runs it once, also if the queue delivers it again', async () => {
    const { run } = await requested();
    expect(run).toMatchObject({ id: 'sentinel-1', status: 'complete', findings: { new: 1 } });
    expect((await requested(message, 2)).run).toEqual(run);
  });

  it('runs it although a row of its id says that it has finished: another writer may have stored the row', async () => {
    const forged = begun('sentinel-1');
    await laptop.runtime.scans.finish(await laptop.runtime.scans.begin(forged), {
      ...forged,
      status: 'complete',
      finishedAt: forged.startedAt,
    });
    const { run } = await requested();
    expect(run?.id).not.toBe('sentinel-1');
    expect(run).toMatchObject({ status: 'complete', findings: { new: 1 } });
  });

  it.each([
    [{ ...message, scanId: 'nightly-1' }, 'scanId'],
    [{ ...message, requestedBy: '' }, 'requestedBy'],
    [{ ...message, tenantId: 'other' }, 'names the tenant'],
  ])('is refused: %j', async (content, text) => {
    await expect(requested(content)).rejects.toMatchObject({
      code: 'usage-invalid',
      message: expect.stringContaining(text),
    });
  });

  it('a request for a scan cannot have the id of a run of the sentinel, which no list of scans contains', async () => {
    const forged = { scanId: 'sentinel-2', requestedBy: 'timer' };
    await expect(scanOnRequest(laptop.runtime.scanContext(), forged)).rejects.toMatchObject({ code: 'usage-invalid' });
  });

  it('that was abandoned changes nothing', async () => {
    const open = async () => laptop.runtime.poison();
    const before = await laptop.rows();
    expect(await processPoison(open, queueNames.scanRequests, message)).toContain('The next run of the sentinel');
    expect(await laptop.rows()).toEqual(before);
  });
});

describe('a scan and the sentinel', () => {
  it('the sentinel skips its run while a scan runs', async () => {
    const lease = await laptop.runtime.scans.begin(begun('nightly-1'));
    const { run, skipped } = await requested();
    expect(run).toBeUndefined();
    expect(skipped).toEqual([expect.stringContaining('Scan nightly-1 of this tenant is in progress')]);
    await laptop.runtime.scans.finish(lease, begun('nightly-1', { status: 'complete' }));
    expect((await requested()).run).toMatchObject({ status: 'complete' });
  });

  it('a scan waits for a run of the sentinel, and starts after it', async () => {
    const { scans, clock } = laptop.runtime;
    const run = begun('sentinel-9');
    const lease = await scans.begin(run);
    let waits = 0;
    const wait: typeof clock.wait = async (milliseconds, signal) => {
      if (milliseconds !== 2_000) return clock.wait(milliseconds, signal);
      waits += 1;
      await scans.finish(lease, { ...run, status: 'complete', finishedAt: clock.now() });
    };
    const scan = await scanTenant({ ...laptop.runtime, clock: { ...clock, wait } }, { requestedBy: 'test' });
    expect(waits).toBe(1);
    expect(scan).toMatchObject({ status: 'complete' });
    const ended = await scans.scan(tenant.id, 'sentinel-9');
    expect(scan.startedAt > (ended?.finishedAt ?? '')).toBe(true);
  });

  it('a scan does not wait for another scan', async () => {
    await laptop.runtime.scans.begin(begun('nightly-1'));
    await expect(laptop.scan()).rejects.toMatchObject({ code: 'scan-in-progress' });
  });

  it('old runs that wrote nothing are deleted, and the others stay', async () => {
    const week = 8 * 24 * 60;
    const first = await runAt(laptop, -week);
    const quiet = await runAt(laptop, -week + 1);
    await runAt(laptop);
    const { scans } = laptop.runtime;
    expect(await scans.scan(tenant.id, quiet.id)).toBeUndefined();
    expect(await scans.scan(tenant.id, first.id)).toMatchObject({ writes: 1 });
  });
});
