import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { queueNames } from '../../src/jobs/ports/index.js';
import { resumableScan } from '../../src/jobs/scan/checkpoint/resumable-scan.js';
import { type ContinuedScan, type ScanDelivery, scanOnRequest } from '../../src/jobs/scan/request-scan.js';
import type { ScanContext } from '../../src/jobs/scan/scan-context.js';
import { scanTenant } from '../../src/jobs/scan/scan-tenant.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { ConsentinelError } from '../../src/model/errors.js';
import type { Finding } from '../../src/model/finding/finding.js';
import type { Scan } from '../../src/model/scan/scan.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { rejection } from '../graph/scripted-graph.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

const laptops: Laptop[] = [];
afterEach(async () => {
  for (const laptop of laptops.splice(0)) await laptop.close();
});

const minutes = 30;
const orphan = anApp('Without a service principal', { servicePrincipal: null });
const partner = anApp('Partner App', {
  application: null,
  servicePrincipal: {
    appOwnerOrganizationId: 'f0000000-0000-4000-a000-000000000001',
    keyCredentials: [aSymmetricSigningKey('partner')],
  },
});
const tenant = { ...simulatedTenantOf([orphan, partner]), filler: { objects: 1_000, seed: 7, plantEvery: 25 } };
/** Each page is a checkpoint. */
const eachPage = { leastObjects: 100, leastLatency: 0, leastPages: 1, shareOfPages: 0, seconds: 3_600 };

async function aTenant(checkpoints: ScanContext['checkpoints'] = eachPage): Promise<Laptop> {
  const laptop = await aLaptop({ tenant, latency: 3 }, {}, { graphCalls: { pageSize: 20 }, checkpoints });
  laptops.push(laptop);
  return laptop;
}

type Request = typeof scanOnRequest extends (context: infer C, ...rest: never[]) => unknown ? C : never;

function contextOf({ runtime }: Laptop, changes: Partial<ScanContext> = {}): Request {
  return { ...runtime, knownTenantId: tenant.id, ...changes };
}

/** A signal that aborts when the scan has read so many pages. */
function abortAfter(pages: number, laptop: Laptop) {
  const abort = new AbortController();
  const before = laptop.simulator.requests.length;
  const isReached = () => laptop.simulator.requests.slice(before).filter(isListing).length > pages;
  const timer = setInterval(() => isReached() && abort.abort(stopped), 1);
  abort.signal.addEventListener('abort', () => clearInterval(timer));
  return abort.signal;
}

const stopped = new ConsentinelError('aborted', 'Stopped.');

type Logged = Laptop['simulator']['requests'][number];
const isListing = ({ path, query }: Logged) => /^\/(applications|servicePrincipals)$/.test(path) && query !== '';

/** A request of a part of the tenant. The organization is read at each start, too. */
const isOfPart = ({ path }: Logged) =>
  /^\/(policies|domains|oauth2PermissionGrants|auditLogs\/signIns|directory\/(onPremises|deletedItems.*application$))/.test(
    path,
  );

/** How many requests of the listings a scan sent more than one that nothing disturbs. */
function repeatedIn(requests: readonly Logged[]): number {
  return requests.filter(isListing).length - undisturbed.listed;
}

const delivery = (count: number): ScanDelivery['delivery'] => ({
  messageId: 'm1',
  count,
  insertedAt: new Date().toISOString(),
});
const message = { scanId: 'night', requestedBy: 'timer' };

/** Takes the only message of the queue. */
async function nextMessage({ runtime }: Laptop): Promise<Record<string, string>> {
  const [first, ...others] = await runtime.inbox.receive(queueNames.scanRequests, 32, 60);
  expect(others).toEqual([]);
  if (!first) throw new Error('The queue is empty.');
  await runtime.inbox.remove(queueNames.scanRequests, first);
  return JSON.parse(first.text);
}

async function inventoryRows({ storage }: Laptop): Promise<string[]> {
  const keys: string[] = [];
  for await (const { rowKey } of storage.raw.inventory.listEntities()) keys.push(String(rowKey));
  return keys;
}

/** What does not depend on the time and the id of the scan. */
const facts = ({ id, ruleId, objectId, key, message: text, status, severity, evidence }: Finding) => ({
  id,
  ruleId,
  objectId,
  key,
  text,
  status,
  severity,
  evidence,
});

/** A scan that nothing disturbs, and its findings. */
let undisturbed: { scan: Scan; findings: unknown[]; listed: number };
beforeAll(async () => {
  const laptop = await aTenant();
  const scan = await laptop.scan();
  const listed = laptop.simulator.requests.filter(isListing).length;
  undisturbed = { scan, findings: (await laptop.stored()).map(facts), listed };
  await laptop.close();
  laptops.length = 0;
});

async function expectSame(laptop: Laptop, scan: Scan | undefined): Promise<void> {
  const expected = undisturbed;
  expect(expected.findings.length).toBeGreaterThan(10);
  expect((await laptop.stored()).map(facts)).toEqual(expected.findings);
  expect(scan).toMatchObject({
    status: expected.scan.status,
    counts: expected.scan.counts,
    findings: expected.scan.findings,
    notExamined: expected.scan.notExamined,
    errors: [],
  });
}

/** Runs a scan that the platform stops. */
async function stoppedScan(laptop: Laptop, pages: number, changes: Partial<ScanContext> = {}) {
  const continued: ContinuedScan[] = [];
  const scan = await scanOnRequest(contextOf(laptop, changes), message, {
    delivery: delivery(1),
    signal: abortAfter(pages, laptop),
    onContinued: (one) => continued.push(one),
  });
  return { scan, continued };
}

describe('a scan that the platform stops', () => {
  it.each([6, 30, 40])('after %i pages continues with a new message', async (pages) => {
    const laptop = await aTenant();
    const { scan, continued } = await stoppedScan(laptop, pages);
    expect(scan).toMatchObject({ id: 'night', status: 'running', continued: 1 });
    expect(continued).toEqual([expect.objectContaining({ scanId: 'night', reason: 'stopped' })]);
    const next = await nextMessage(laptop);
    expect(next).toEqual({ ...message, recorded: String(continued[0]?.recorded) });
    expect(Number(next.recorded)).toBeGreaterThan(2);

    const done = await scanOnRequest(contextOf(laptop), next, { delivery: delivery(1) });
    expect(done).toMatchObject({ id: 'night', startedAt: scan?.startedAt, continued: 1 });
    expect(done?.requests).toBeGreaterThan(done?.pages ?? 0);
    // Each listing had a page under way, and one whose objects were not stored yet.
    expect(repeatedIn(laptop.simulator.requests)).toBeLessThanOrEqual(4);
    await expectSame(laptop, done);
    expect(await inventoryRows(laptop)).toEqual([]);
  });

  it('does not read the parts of the tenant again', async () => {
    const laptop = await aTenant();
    const { requests } = laptop.simulator;
    await stoppedScan(laptop, 40);
    const before = requests.length;
    await expectSame(
      laptop,
      await scanOnRequest(contextOf(laptop), await nextMessage(laptop), { delivery: delivery(1) }),
    );
    const ofParts = (some: readonly Logged[]) => some.filter(isOfPart).map(({ path }) => path);
    expect(new Set(ofParts(requests.slice(0, before))).size).toBeGreaterThan(10);
    expect(ofParts(requests.slice(before))).toEqual([]);
  });

  it('reads the parts of the tenant again that are not authentic', async () => {
    const laptop = await aTenant();
    await stoppedScan(laptop, 40);
    const rowKey = 'scan_night_tenant_00000001';
    await laptop.storage.raw.inventory.updateEntity({ partitionKey: tenant.id, rowKey, data: 'AAAA' }, 'Merge');
    const before = laptop.simulator.requests.length;
    const done = await scanOnRequest(contextOf(laptop), await nextMessage(laptop), { delivery: delivery(1) });
    expect(done?.warnings).toEqual([expect.stringMatching(/could not continue/)]);
    expect(laptop.simulator.requests.slice(before).filter(isOfPart).length).toBeGreaterThan(10);
    await expectSame(laptop, done);
  });

  it('reads a part again that it could not read before', async () => {
    const laptop = await aTenant();
    const { simulator } = laptop;
    simulator.order({ kind: 'status', status: 400, times: 1, match: { path: /^\/domains/ } });
    await stoppedScan(laptop, 40);
    const before = simulator.requests.length;
    const next = await nextMessage(laptop);
    await expectSame(laptop, await scanOnRequest(contextOf(laptop), next, { delivery: delivery(1) }));
    const again = simulator.requests.slice(before).filter(isOfPart);
    expect(again.map(({ path }) => path)).toEqual(['/domains']);
  });

  it('often continues each time', async () => {
    const laptop = await aTenant();
    let next: unknown = message;
    let times = 0;
    for (; times < 4; times++) {
      const scan = await scanOnRequest(contextOf(laptop), next, {
        delivery: delivery(1),
        signal: abortAfter(7, laptop),
      });
      expect(scan).toMatchObject({ status: 'running', continued: times + 1 });
      next = await nextMessage(laptop);
    }
    const done = await scanOnRequest(contextOf(laptop), next, { delivery: delivery(1) });
    expect(done?.continued).toBe(4);
    await expectSame(laptop, done);
  });

  it('before its first page fails, and its message is delivered again', async () => {
    const laptop = await aTenant();
    const signal = AbortSignal.abort(stopped);
    expect(await rejection(scanOnRequest(contextOf(laptop), message, { delivery: delivery(1), signal }))).toMatchObject(
      { code: 'aborted' },
    );
    await expectSame(laptop, await scanOnRequest(contextOf(laptop), message, { delivery: delivery(2) }));
  });

  it('after its checkpoint and before its message continues with the next delivery', async () => {
    const laptop = await aTenant();
    const failing = { ...laptop.runtime.outbox, send: async () => Promise.reject(new Error('killed')) };
    expect(await rejection(stoppedScan(laptop, 20, { outbox: failing }))).toMatchObject({ message: 'killed' });
    expect(await scanOnRequest(contextOf(laptop), message, { delivery: delivery(2) })).toBeUndefined();
    const next = await nextMessage(laptop);
    expect(next).toMatchObject({ scanId: 'night', recorded: expect.any(String) });
    await expectSame(laptop, await scanOnRequest(contextOf(laptop), next, { delivery: delivery(1) }));
    expect(repeatedIn(laptop.simulator.requests)).toBeLessThanOrEqual(4);
  });

  it.each([
    ['an expired token', { kind: 'expired-page-token', times: 2 }],
    ['a status that has another cause', { kind: 'status', status: 400, times: 1 }],
  ] as const)('reads a listing again from its start if Graph refuses the stored link: %s', async (_, fault) => {
    const laptop = await aTenant();
    await stoppedScan(laptop, 30);
    laptop.simulator.order({ ...fault, match: { path: /^\/servicePrincipals\?.*skiptoken/ } });
    const done = await scanOnRequest(contextOf(laptop), await nextMessage(laptop), { delivery: delivery(1) });
    expect(repeatedIn(laptop.simulator.requests)).toBeGreaterThan(10);
    await expectSame(laptop, done);
  });
});

describe('a message that is delivered again', () => {
  it('is replaced as long as the scan progresses', async () => {
    const laptop = await aTenant();
    // Without an answer: the host died.
    await rejection(laptop.scan({ ...message, signal: abortAfter(10, laptop) }));
    const continued: ContinuedScan[] = [];
    const request = { delivery: delivery(2), onContinued: (one: ContinuedScan) => continued.push(one) };
    expect(await scanOnRequest(contextOf(laptop), message, request)).toBeUndefined();
    expect(continued).toEqual([expect.objectContaining({ reason: 'progressed' })]);
    const next = await nextMessage(laptop);

    // Nothing new was stored since the message: it runs, and its deliveries count.
    const done = await scanOnRequest(contextOf(laptop), next, request);
    expect(continued).toHaveLength(1);
    await expectSame(laptop, done);
  });

  it('cannot make a scan continue what it has not stored', async () => {
    const laptop = await aTenant();
    const done = await scanOnRequest(contextOf(laptop), { ...message, recorded: '999' }, { delivery: delivery(2) });
    await expectSame(laptop, done);
  });
});

/** Scans until the deadline, which passes when the condition holds. */
async function scanToDeadline(laptop: Laptop, next: unknown, isReached: () => boolean) {
  const wait: ScanContext['clock']['wait'] = async (milliseconds, signal) => {
    if (milliseconds !== minutes * 60_000) return laptop.runtime.clock.wait(milliseconds, signal);
    while (!isReached()) {
      signal?.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };
  const settings = { ...laptop.runtime.settings, deadlineMinutes: minutes };
  const context = contextOf(laptop, { clock: { ...laptop.runtime.clock, wait }, settings });
  return scanOnRequest(context, next, { delivery: delivery(1) });
}

describe('a scan that reaches its deadline', () => {
  it('continues with a new message as long as it progresses, and then ends incomplete', async () => {
    const laptop = await aTenant();
    const { requests } = laptop.simulator;
    const pages = () => requests.filter(isListing).length;
    expect(await scanToDeadline(laptop, message, () => pages() > 20)).toMatchObject({ status: 'running' });
    const first = await nextMessage(laptop);
    expect(await scanToDeadline(laptop, first, () => pages() > 35)).toMatchObject({ status: 'running', continued: 2 });
    const second = await nextMessage(laptop);
    laptop.simulator.order({ kind: 'hang', times: 99, match: { path: /^\/(applications|servicePrincipals)\?/ } });
    const before = pages();
    const done = await scanToDeadline(laptop, second, () => pages() > before);
    expect(done).toMatchObject({ status: 'incomplete', continued: 2, errors: [{ code: 'scan-deadline' }] });
    expect(await laptop.runtime.inbox.receive(queueNames.scanRequests, 1, 1)).toEqual([]);
    expect(await inventoryRows(laptop)).toEqual([]);
  });

  it('ends incomplete 24 hours after its first start', async () => {
    const laptop = await aTenant();
    const later = { ...laptop.runtime.clock, now: () => new Date(Date.now() + 25 * 3_600_000).toISOString() };
    const { scan } = await stoppedScan(laptop, 20);
    const done = await scanOnRequest(contextOf(laptop, { clock: later }), await nextMessage(laptop), {
      delivery: delivery(1),
    });
    // What is older than a day is read again, in a scan that begins then.
    expect(Date.parse(done?.startedAt ?? '') - Date.parse(scan?.startedAt ?? '')).toBeGreaterThan(24 * 3_600_000);
    expect(done).not.toHaveProperty('continued');
  });
});

describe('stored objects that are not authentic', () => {
  const attacks: [string, (laptop: Laptop, key: string) => Promise<unknown>][] = [
    [
      'changed',
      ({ storage }, rowKey) =>
        storage.raw.inventory.updateEntity({ partitionKey: tenant.id, rowKey, data: 'AAAA' }, 'Merge'),
    ],
    ['deleted', ({ storage }, rowKey) => storage.raw.inventory.deleteEntity(tenant.id, rowKey)],
  ];
  it.each(attacks)('because one was %s are read again from Graph, with a warning', async (_, attack) => {
    const laptop = await aTenant();
    await stoppedScan(laptop, 30);
    await attack(laptop, 'scan_night_servicePrincipals_00000001');
    const done = await scanOnRequest(contextOf(laptop), await nextMessage(laptop), { delivery: delivery(1) });
    expect(done?.warnings).toEqual([expect.stringMatching(/reads all objects again/)]);
    await expectSame(laptop, done);
  });

  it('because the state of the scan was changed make it start over', async () => {
    const laptop = await aTenant();
    const { scan } = await stoppedScan(laptop, 30);
    await attacks[0]?.[1](laptop, 'scan_night_scan_head');
    await laptop.storage.raw.inventory.updateEntity(
      { partitionKey: tenant.id, rowKey: 'scan_night_scan_head', position: '{"startedAt":"2020-01-01T00:00:00Z"}' },
      'Merge',
    );
    const done = await scanOnRequest(contextOf(laptop), await nextMessage(laptop), { delivery: delivery(1) });
    expect(done?.startedAt).not.toBe(scan?.startedAt);
    expect(done?.warnings).toHaveLength(1);
    await expectSame(laptop, done);
  });
});

describe('checkpoints', () => {
  it('are not stored if Graph answers so fast that reading again takes no longer', async () => {
    const laptop = await aTenant({ ...eachPage, leastLatency: 3_600_000 });
    await rejection(laptop.scan({ ...message, signal: abortAfter(20, laptop) }));
    await expect(inventoryRows(laptop)).rejects.toMatchObject({ statusCode: 404 });
    await expectSame(laptop, await laptop.scan());
  });

  it('cost a small tenant no request and no table', async () => {
    const laptop = await aTenant({});
    await laptop.scan();
    await expect(inventoryRows(laptop)).rejects.toMatchObject({ statusCode: 404 });
  });

  it('that cannot be stored do not stop the scan', async () => {
    const laptop = await aTenant();
    const { inventory } = laptop.runtime;
    if (!inventory) throw new Error('no inventory');
    const context = contextOf(laptop, {
      inventory: {
        ...inventory,
        remove: async () => undefined,
        prune: async () => undefined,
        open: async (name) => {
          const log = await inventory.open(name);
          return Object.assign(Object.create(log), {
            append: (entries: []) => log.append(entries),
            chunks: () => log.chunks(),
            restart: () => log.restart(),
            commit: () => Promise.reject(new Error('The disk is full.')),
          });
        },
      },
    });
    const done = await scanTenant(context, { requestedBy: 'test' });
    expect(done.warnings).toEqual([expect.stringMatching(/without checkpoints.*The disk is full/)]);
    await expectSame(laptop, done);
  });

  it('contain no address and no secret', async () => {
    const laptop = await aTenant();
    await stoppedScan(laptop, 30);
    const rows: string[] = [];
    for await (const row of laptop.storage.raw.inventory.listEntities()) rows.push(JSON.stringify(row));
    const heads = rows.filter((row) => row.includes('_head'));
    expect(heads.join('\n')).toContain('/servicePrincipals?');
    expect(heads.join('\n')).not.toMatch(/https?:\/\//);
  });
});

describe('a scan of the command line that was killed', () => {
  it('continues within six hours, unless another scan was started since', async () => {
    const laptop = await aTenant();
    const { runtime } = laptop;
    const find = (hours = 0, by = 'cli') => {
      const now = () => new Date(Date.now() + hours * 3_600_000).toISOString();
      return resumableScan({ ...contextOf(laptop), clock: { ...runtime.clock, now } }, by);
    };
    expect(await find()).toBeUndefined();
    await rejection(laptop.scan({ scanId: 'killed', requestedBy: 'cli', signal: abortAfter(20, laptop) }));
    expect(await find()).toMatchObject({ scanId: 'killed' });
    expect(await find(5)).toMatchObject({ scanId: 'killed' });
    expect(await find(7)).toBeUndefined();
    expect(await find(0, 'timer')).toBeUndefined();
    await expectSame(laptop, await laptop.scan({ scanId: 'killed', requestedBy: 'cli' }));
    expect(await find()).toBeUndefined();
  });
});
