import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { queueNames } from '../../src/jobs/ports/index.js';
import { type CatchUpContext, requestMissedScans } from '../../src/jobs/scan/catch-up.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { ConsentinelError } from '../../src/model/errors.js';
import { blankScan } from '../../src/model/scan/scan.js';
import { anApp } from '../../src/rules/testing/cases.js';
import { TableScanStore } from '../../src/storage/scan-store.js';
import { rejection } from '../graph/scripted-graph.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

const tenant = simulatedTenantOf([anApp('Payroll Sync')]);
const other = { ...tenant, id: 'bbbbbbbb-0000-4000-8000-00000000000b' };
const hour = 3_600_000;

let laptop: Laptop;
beforeEach(async () => {
  laptop = await aLaptop({ tenant });
});
afterEach(() => laptop.close());

/** The scans as they are stored some hours from now. */
const scansIn = (hours: number) => new TableScanStore(laptop.storage.scans, { now: () => timeIn(hours) });
const timeIn = (hours: number) => new Date(Date.now() + hours * hour).toISOString();

/** The catch-up some hours from now. */
function inHours(hours: number, others: Partial<CatchUpContext> = {}) {
  const clock = { now: () => timeIn(hours) };
  return requestMissedScans({ ...laptop.installation.catchUp(), scans: scansIn(hours), clock, ...others });
}

async function messages(): Promise<unknown[]> {
  const taken = await laptop.runtime.inbox.receive(queueNames.scanRequests, 32, 1);
  for (const message of taken) await laptop.runtime.inbox.remove(queueNames.scanRequests, message);
  return taken.map(({ text }) => JSON.parse(text));
}

describe('the catch-up', () => {
  it('requests a scan after 26 hours without a complete one, once in 24 hours', async () => {
    await laptop.scan();
    expect(await inHours(0)).toEqual([]);
    expect(await inHours(25.9)).toEqual([]);
    const [missed] = await inHours(26.1);
    expect(missed).toEqual({
      scanId: expect.stringMatching(/^catch-up-\d{17}$/),
      requestedBy: 'catch-up',
      tenantId: undefined,
    });
    expect(await messages()).toEqual([{ scanId: missed?.scanId, requestedBy: 'catch-up' }]);
    expect(await inHours(27)).toEqual([]);
    expect(await inHours(50)).toEqual([]);
    expect(await inHours(50.2)).toHaveLength(1);
  });

  it('records its request, so that one that never begins is reported', async () => {
    await laptop.scan();
    const [missed] = await inHours(30);
    expect(await laptop.runtime.scans.requestedAt(missed?.scanId ?? '')).toBeDefined();
  });

  it('requests one scan, however many instances check at the same time', async () => {
    await laptop.scan();
    const requested = await Promise.all(Array.from({ length: 6 }, () => inHours(30)));
    expect(requested.flat()).toHaveLength(1);
    expect(await messages()).toHaveLength(1);
    // The next night they replace a row.
    const again = await Promise.all(Array.from({ length: 6 }, () => inHours(60)));
    expect(again.flat()).toHaveLength(1);
  });

  it('counts a failed and an incomplete scan as missed', async () => {
    await laptop.scan();
    laptop.simulator.order({ kind: 'status', status: 403, match: { path: '/applications' }, times: 99 });
    expect(await laptop.scan()).toMatchObject({ status: 'incomplete' });
    expect(await inHours(27)).toHaveLength(1);
  });

  it('requests nothing while a scan runs, unless it began long ago', async () => {
    await laptop.scan();
    const startedAt = timeIn(23);
    const begun = { id: 'long', tenantId: tenant.id, status: 'running', requestedBy: 'cli', startedAt } as const;
    await scansIn(23).begin(blankScan({ ...begun, since: startedAt }));
    expect(await inHours(26.5)).toEqual([]);
    expect(await inHours(27.5)).toHaveLength(1);
  });

  it('gives a tenant that was never scanned 26 hours from the first check', async () => {
    expect(await inHours(0)).toEqual([]);
    expect(await inHours(25)).toEqual([]);
    expect(await inHours(27)).toHaveLength(1);
  });

  it('tries again if the queue did not take the request', async () => {
    await laptop.scan();
    const send = () => Promise.reject(new ConsentinelError('storage-unavailable', 'The queue is away.'));
    expect(await rejection(inHours(30, { outbox: { send } }))).toMatchObject({ code: 'storage-unavailable' });
    expect(await inHours(30)).toHaveLength(1);
  });

  it.each([
    { since: '2999-01-01T00:00:00.000Z' },
    { since: '2026-01-01T00:00:00.000Z', requestedAt: '2999-01-01T00:00:00.000Z' },
    { since: 7 },
  ])('is not stopped by a foreign row: %j', async (state) => {
    await laptop.scan();
    await inHours(30);
    const [row] = (await laptop.rows())
      .map((text) => JSON.parse(text))
      .filter(({ rowKey }) => /catch-up_/.test(rowKey));
    const { partitionKey, rowKey } = row;
    await laptop.storage.raw.scans.updateEntity({ partitionKey, rowKey, ...state }, 'Replace');
    expect(await inHours(30)).toHaveLength(1);
  });
});

it('the catch-up of several tenants names each tenant that is overdue', async () => {
  await laptop.close();
  laptop = await aLaptop({ tenant, others: [other] });
  await laptop.scan();
  laptop.simulator.tenant(other.id).consent();
  const late = await inHours(0);
  expect(late).toEqual([]);
  const [first, second] = await inHours(27);
  expect([first?.tenantId, second?.tenantId].sort()).toEqual([tenant.id, other.id].sort());
  expect((await messages()).map((message) => (message as { tenantId: string }).tenantId).sort()).toEqual(
    [tenant.id, other.id].sort(),
  );
});
