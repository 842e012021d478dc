import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { deliveryOf, type QueueDelivery } from '../../src/jobs/queues/queue-delivery.js';
import { newestScans } from '../../src/jobs/scan/newest-scans.js';
import { requestNightlyScan, scanOnRequest } from '../../src/jobs/scan/request-scan.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { FunctionsCore } from '../../src/local/functions-core.js';
import { blankScan, type Scan } from '../../src/model/scan/scan.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { environment } from '../../src/runtime.js';
import { toLeaseRow } from '../../src/storage/scan-rows.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { runtimeOfNewProcess, writerOf } from './writer.js';

// An attacker who can write to the tables and queues tries to make the scan of tonight unnecessary, and to keep the alert
// "no complete scan" quiet. That alert reads the lines `scan-finished`.

const app = anApp('Payroll Sync', { application: { keyCredentials: [aSymmetricSigningKey('payroll')] } });
const tenant = { ...simulatedTenantOf([app]), id: randomUUID() };
const tonight = { last: '2026-11-23T02:00:00Z', next: '2026-11-24T02:00:00Z' };

let laptop: Laptop;
afterEach(() => laptop.close());

/** Sends the request of the timer, and receives it as the Functions host does. */
async function request(): Promise<{ message: { scanId: string }; delivery: QueueDelivery }> {
  const { outbox, inbox, clock } = laptop.runtime;
  await requestNightlyScan({ outbox, clock }, tonight);
  const [taken] = await inbox.receive('scan-requests', 1, 60);
  if (!taken) throw new Error('The queue is empty.');
  const delivery = { messageId: taken.id, count: taken.dequeueCount, insertedAt: taken.insertedAt };
  return { message: JSON.parse(taken.text), delivery };
}

/** Processes a message; returns what is logged. */
async function process(message: unknown, delivery: QueueDelivery | undefined, runtime = laptop.runtime) {
  const finished: string[] = [];
  const replays: object[] = [];
  await scanOnRequest(runtime, message, {
    delivery,
    onEnded: ({ id }) => finished.push(id),
    onReplay: (replay) => replays.push(replay),
  });
  return { finished, replays };
}

const finishedScan = (scanId: string, at: string): Scan => ({
  ...blankScan({ id: scanId, tenantId: tenant.id, status: 'complete', requestedBy: 'timer', startedAt: at, since: at }),
  finishedAt: at,
});

describe('a finished scan of the id of tonight', () => {
  it.each([
    ['an hour ago', -3_600_000],
    ['just now, as if this request had caused it', 1],
    ['in the future', 86_400_000],
  ])('that a writer of the table created %s does not replace the scan', async (_, offset) => {
    laptop = await aLaptop({ tenant });
    const { message, delivery } = await request();
    const at = new Date(Date.parse(delivery.insertedAt) + offset).toISOString();
    await writerOf(laptop).createScan(finishedScan(message.scanId, at));
    const { finished, replays } = await process(message, delivery);
    expect(finished).toEqual([expect.stringMatching(/^repeated-/)]);
    expect(replays).toMatchObject([{ scanId: message.scanId, newScanId: finished[0], reason: 'not-of-this-request' }]);
    expect(await laptop.stored()).toHaveLength(1);
  });

  it('with a damaged row does not stop the scan', async () => {
    laptop = await aLaptop({ tenant });
    const { message, delivery } = await request();
    await writerOf(laptop).createScan(finishedScan(message.scanId, delivery.insertedAt));
    await writerOf(laptop).mergeScan(message.scanId, { counts: 'none' });
    const { finished } = await process(message, delivery);
    expect(finished).toHaveLength(1);
    const scan = await laptop.runtime.scans.scan(tenant.id, finished[0] ?? '');
    expect(scan?.notes).toEqual([expect.stringContaining('property counts')]);
  });

  it('that a copy of the message caused earlier does not replace the scan', async () => {
    laptop = await aLaptop({ tenant });
    const { message, delivery } = await request();
    const early = await process(message, { ...delivery, messageId: 'early' });
    expect(early.finished).toEqual([message.scanId]);
    const later = { ...delivery, insertedAt: new Date(Date.now() + 3_600_000).toISOString() };
    expect((await process(message, later, await runtimeOfNewProcess(laptop))).finished).toHaveLength(1);
  });
});

describe('a redelivered message', () => {
  it('of a finished scan does not scan again, in the same process and in another', async () => {
    laptop = await aLaptop({ tenant });
    const { message, delivery } = await request();
    expect((await process(message, delivery)).finished).toEqual([message.scanId]);
    const again = { ...delivery, count: 2 };
    for (const runtime of [laptop.runtime, await runtimeOfNewProcess(laptop)]) {
      const { finished, replays } = await process(message, again, runtime);
      expect(finished).toEqual([]);
      expect(replays).toMatchObject([{ scanId: message.scanId, servedBy: message.scanId }]);
    }
  });

  it('whose id belongs to another scan causes one new scan for all its deliveries', async () => {
    laptop = await aLaptop({ tenant });
    const { message, delivery } = await request();
    const old = new Date(Date.parse(delivery.insertedAt) - 86_400_000).toISOString();
    await writerOf(laptop).createScan(finishedScan(message.scanId, old));
    const [newId] = (await process(message, delivery)).finished;
    const { finished, replays } = await process(message, { ...delivery, count: 2 }, await runtimeOfNewProcess(laptop));
    expect(finished).toEqual([]);
    expect(replays).toMatchObject([{ servedBy: newId, reason: 'redelivered' }]);
  });
});

describe('other rows of the table of scans', () => {
  it('a scan in the future is neither the newest nor complete, and the next scan reports it', async () => {
    laptop = await aLaptop({ tenant });
    const future = finishedScan('forged', '9999-01-01T00:00:00.000Z');
    await writerOf(laptop).createScan(future);
    expect(await newestScans(laptop.runtime.scans, tenant.id)).toEqual({});
    const scan = await laptop.scan();
    expect(scan.notes).toEqual([expect.stringContaining('The stored scan forged has a time that is in the future')]);
  });

  it('a lease without an end does not stop the scans', async () => {
    laptop = await aLaptop({ tenant });
    await writerOf(laptop).storage.raw.scans.upsertEntity(
      toLeaseRow(tenant.id, {
        scanId: 'forged',
        owner: 'elsewhere:1:a',
        takenAt: '2026-11-24T02:00:00.000Z',
        renewedAt: '2026-11-24T02:00:00.000Z',
        expiresAt: '9999-01-01T00:00:00.000Z',
      }),
    );
    expect(await laptop.scan()).toMatchObject({ status: 'complete' });
  });
});

it('many replays cause one scan', async () => {
  laptop = await aLaptop({ tenant });
  const { message, delivery } = await request();
  await writerOf(laptop).createScan(finishedScan(message.scanId, '2026-11-01T02:00:00.000Z'));
  const finished: string[] = [];
  for (let i = 0; i < 20; i++)
    finished.push(...(await process(message, { ...delivery, messageId: `forged-${i}` })).finished);
  expect(finished).toHaveLength(1);
});

describe('the values of the queue', () => {
  const metadata = { id: 'm1', dequeueCount: 2, insertionTime: '2026-11-24T02:00:00+00:00' };

  it('come from the metadata of the host', () => {
    expect(deliveryOf({ scanId: 's1' }, metadata)).toEqual({
      messageId: 'm1',
      count: 2,
      insertedAt: '2026-11-24T02:00:00.000Z',
    });
  });

  it.each(['id', 'dequeueCount', 'DequeueCount', 'insertionTime'])('are unknown if the message names %s', (name) => {
    expect(deliveryOf({ scanId: 's1', [name]: '9' }, metadata)).toBeUndefined();
  });
});

describe('the functions', () => {
  let core: FunctionsCore;
  beforeAll(async () => {
    core = new FunctionsCore();
    jest.mock('@azure/functions-core', () => core, { virtual: true });
    await import('../../src/functions/all.js');
  });
  const saved = { ...environment };
  afterAll(() => {
    for (const name of Object.keys(environment)) if (!(name in saved)) delete environment[name];
  });

  it('log a replay as an event of its own, and only scans that they ran as finished', async () => {
    laptop = await aLaptop({ tenant }, { TENANT_ID: tenant.id }, { tablePrefix: '' });
    Object.assign(environment, laptop.settings);
    await writerOf(laptop, '').createScan(finishedScan('nightly-forged', '2026-11-24T02:00:00.000Z'));
    const message = { json: JSON.stringify({ scanId: 'nightly-forged', requestedBy: 'timer' }) };
    const metadata = { Id: randomUUID(), DequeueCount: '1', InsertionTime: '"2026-11-25T02:00:00+00:00"' };
    const events = async (values: object) =>
      (await core.invoke('scanRequests', message, { ...metadata, ...values })).logs.map((one) => JSON.parse(one));
    const newScanId = expect.stringMatching(/^repeated-/);
    expect(await events({})).toMatchObject([
      { event: 'scan-replayed', scanId: 'nightly-forged', newScanId, tenantId: tenant.id },
      { event: 'scan-finished', scanId: newScanId, status: 'complete' },
    ]);
    expect(await events({ DequeueCount: '2' })).toMatchObject([{ event: 'scan-replayed', servedBy: newScanId }]);
  });
});
