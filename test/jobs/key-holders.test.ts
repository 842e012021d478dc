import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { scanTenant } from '../../src/jobs/scan/scan-tenant.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { ConsentinelError } from '../../src/model/errors.js';
import type { Finding } from '../../src/model/finding/finding.js';
import { aKey, anApp, aPassword, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import type { Fault, Simulator } from '../../src/simulator/http/server.js';
import { holdersApart, lagging, listingsIn } from '../support/holder-scans.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

const laptops: Laptop[] = [];
afterEach(async () => {
  for (const laptop of laptops.splice(0)) await laptop.close();
});

const expired = { endDateTime: '2020-01-01T00:00:00Z' };
const signing = anApp('Signing', { application: { keyCredentials: [aSymmetricSigningKey('signing')] } });
const outdated = anApp('Outdated', { application: { passwordCredentials: [aPassword('outdated', expired)] } });
const plain = anApp('Plain');
const certified = anApp('Certified', { application: { keyCredentials: [aKey('certified')] } });
const tenant = simulatedTenantOf([signing, outdated, plain, certified]);
const idOf = (app: typeof plain) => app.application?.id ?? '';

async function aTenant(options: Parameters<typeof aLaptop>[0] = {}, wiring: Parameters<typeof aLaptop>[2] = {}) {
  const settings = { MAX_RESOLVED_PERCENT: '100' };
  const laptop = await aLaptop({ tenant, ...options }, settings, { keyReading: holdersApart, ...wiring });
  laptops.push(laptop);
  // The findings of a first scan are new: it selects keys with every page.
  const first = await laptop.scan();
  expect(first.status).toBe('complete');
  return laptop;
}

async function scanned(laptop: Laptop) {
  const before = laptop.simulator.requests.length;
  const scan = await laptop.scan();
  return { scan, requests: laptop.simulator.requests.slice(before) };
}

/** Runs a scan that selects the keys with every page. */
function scanPlain({ runtime }: Laptop) {
  const { keyReading: _, ...context } = runtime;
  return scanTenant(context, { requestedBy: 'test' });
}

const open = (findings: readonly Finding[]) =>
  findings.filter(({ status }) => status === 'open').map(({ ruleId, objectId, key }) => `${ruleId} ${objectId} ${key}`);

const note = expect.stringContaining("come from Graph's index");

describe('a scan that lists the holders of keys apart', () => {
  it('requests all objects without keys, and has the same findings', async () => {
    const laptop = await aTenant();
    expect(listingsIn(laptop.simulator.requests)).toMatchObject({ ofHolders: 0, withoutKeys: 0 });
    const before = open(await laptop.stored());
    const { scan, requests } = await scanned(laptop);
    expect(listingsIn(requests)).toEqual({ ofHolders: 2, withKeys: 0, withoutKeys: 2 });
    expect(scan).toMatchObject({ status: 'complete', writes: 0, notes: expect.arrayContaining([note]) });
    expect(open(await laptop.stored())).toEqual(before);
    // Nothing changed, so no object is read for its keys.
    expect(requests.filter(({ inBatch, query }) => inBatch && query.includes('keyCredentials'))).toEqual([]);
  });

  it('finds a new key, and resolves a removed one', async () => {
    const laptop = await aTenant();
    const { directory } = laptop.simulator;
    directory.update('applications', idOf(plain), { keyCredentials: [aSymmetricSigningKey('added')] });
    directory.update('applications', idOf(signing), { keyCredentials: [] });
    const { scan } = await scanned(laptop);
    expect(scan.findings).toMatchObject({ new: 1, resolved: 1 });
    expect(open(await laptop.stored()).filter((one) => one.includes('no-symmetric-signing-key'))).toEqual([
      expect.stringContaining(idOf(plain)),
    ]);
  });

  it('sends no additional request for a tenant that the limit does not delay', async () => {
    const laptop = await aTenant({}, { keyReading: { ...holdersApart, pagesWithoutWait: 1_000 } });
    const { requests } = await scanned(laptop);
    expect(listingsIn(requests)).toEqual({ ofHolders: 0, withKeys: 2, withoutKeys: 0 });
    expect(requests.filter(({ path }) => path.endsWith('/$count'))).toHaveLength(2);
  });
});

describe('an index that lags', () => {
  it('resolves no finding on an object that the index does not show', async () => {
    const laptop = await aTenant(lagging);
    const { simulator } = laptop;
    const added = simulator.directory.addApplication({ keyCredentials: [aSymmetricSigningKey('late')] });
    await scanPlain(laptop);
    const before = open(await laptop.stored());
    expect(before).toContainEqual(expect.stringContaining(`no-symmetric-signing-key ${added.id}`));
    const { scan } = await scanned(laptop);
    expect(scan).toMatchObject({
      status: 'complete',
      findings: { resolved: 0 },
      notes: expect.arrayContaining([note]),
    });
    expect(open(await laptop.stored())).toEqual(before);
  });

  it('reports no expired credentials while the index lacks a new certificate', async () => {
    const laptop = await aTenant(lagging);
    const { directory } = laptop.simulator;
    const credentials = { passwordCredentials: [aPassword('old', expired)], keyCredentials: [aKey('new')] };
    directory.update('applications', idOf(plain), credentials);
    const { scan } = await scanned(laptop);
    expect(scan.findings.new).toBe(0);
    directory.update('applications', idOf(plain), { keyCredentials: [] });
    expect((await scanned(laptop)).scan.findings.new).toBe(1);
  });

  it('reports no key that was removed while the index still shows it', async () => {
    const holder = anApp('Holder', { application: { keyCredentials: [aSymmetricSigningKey('holder')] } });
    const laptop = await aTenant({ tenant: simulatedTenantOf([plain, holder]), ...lagging });
    const { directory } = laptop.simulator;
    directory.update('applications', idOf(holder), { keyCredentials: [] });
    await scanPlain(laptop);
    expect(open(await laptop.stored()).filter((one) => one.includes(idOf(holder)))).toEqual([]);
    const { scan } = await scanned(laptop);
    expect(scan).toMatchObject({ findings: { new: 0 }, writes: 0 });
  });

  it('finds a key that the index shows later', async () => {
    const laptop = await aTenant(lagging);
    const { directory } = laptop.simulator;
    directory.update('applications', idOf(plain), { keyCredentials: [aSymmetricSigningKey('added')] });
    expect((await scanned(laptop)).scan).toMatchObject({ status: 'complete', findings: { new: 0 } });
    directory.catchUp();
    expect((await scanned(laptop)).scan).toMatchObject({ status: 'complete', findings: { new: 1 } });
  });
});

describe('changes between the two listings', () => {
  /** Makes a change when the first request for all objects arrives: the holders were listed before. */
  function changeAfterHolders({ simulator }: Laptop, change: (directory: Simulator['directory']) => void) {
    let isDone = false;
    const test = (url: string) => {
      if (!isDone && /^\/(applications|servicePrincipals)\?/.test(url) && !url.includes('filter')) {
        isDone = true;
        change(simulator.directory);
      }
      return false;
    };
    simulator.order({ kind: 'drop', when: 'before', match: { path: { test } }, times: 1 });
  }

  it.each([
    ['gains a key', (id: string) => ({ id, keyCredentials: [aSymmetricSigningKey('gained')] })],
    ['is renamed', (id: string) => ({ id, displayName: 'Renamed' })],
  ])('an object that %s', async (_, patchOf) => {
    const laptop = await aTenant();
    const { id, ...patch } = patchOf(idOf(plain));
    changeAfterHolders(laptop, (directory) => directory.update('applications', id, patch));
    expect((await scanned(laptop)).scan).toMatchObject({ status: 'complete', findings: { new: 0, resolved: 0 } });
    const next = await scanned(laptop);
    expect(next.scan).toMatchObject({ status: 'complete', findings: { new: 'keyCredentials' in patch ? 1 : 0 } });
  });

  it('a holder that is deleted has no effect, and its finding ends', async () => {
    const laptop = await aTenant();
    changeAfterHolders(laptop, (directory) => directory.delete('applications', idOf(signing)));
    const { scan } = await scanned(laptop);
    expect(scan.status).toBe('complete');
    expect(open(await laptop.stored()).filter((one) => one.includes(idOf(signing)))).toEqual([]);
  });
});

it('an object that a listing has returned and the direct read does not return is undetermined, and keeps its finding', async () => {
  const laptop = await aTenant();
  const before = open(await laptop.stored());
  laptop.simulator.directory.update('applications', idOf(signing), { keyCredentials: [] });
  const path = new RegExp(`^/applications/${idOf(signing)}\\?`);
  laptop.simulator.order({ kind: 'status', status: 404, match: { path }, times: Infinity });
  const { scan } = await scanned(laptop);
  expect(scan).toMatchObject({
    status: 'incomplete',
    undetermined: [{ objectId: idOf(signing), property: 'keyCredentials' }],
  });
  expect(open(await laptop.stored())).toEqual(before);
});

describe('a holder listing that cannot be used', () => {
  const listing = /^\/applications\?.*filter=keyCredentials/;
  const faults: [string, Fault, RegExp][] = [
    ['answered 400', { kind: 'status', status: 400, match: { path: listing }, times: 1 }, /refused the filter/],
    ['answered 501', { kind: 'status', status: 501, match: { path: listing }, times: 1 }, /refused the filter/],
    [
      'incomplete',
      { kind: 'no-next-link', match: { path: listing }, times: 1 },
      /counts 2 applications with keys, and returned 1/,
    ],
  ];
  it.each(faults)('%s: the scan selects the keys with every page', async (_, fault, reason) => {
    const laptop = await aTenant({}, { graphCalls: { pageSize: 1 } });
    const before = open(await laptop.stored());
    laptop.simulator.order(fault);
    const { scan, requests } = await scanned(laptop);
    expect(scan).toMatchObject({ status: 'complete', writes: 0, notes: [expect.stringMatching(reason)] });
    expect(listingsIn(requests).withoutKeys).toBe(0);
    expect(open(await laptop.stored())).toEqual(before);
  });

  it('an unknown number of holders', async () => {
    const laptop = await aTenant();
    const count = /^\/applications\/\$count\?.*keyCredentials/;
    laptop.simulator.order({ kind: 'status', status: 400, match: { path: count }, times: 1 });
    const { scan, requests } = await scanned(laptop);
    expect(scan).toMatchObject({ status: 'complete', writes: 0 });
    expect(listingsIn(requests)).toEqual({ ofHolders: 0, withKeys: 2, withoutKeys: 0 });
  });

  it.each([
    ['with a finding', signing],
    ['without one', certified],
  ])('a malformed holder %s is set aside, and its findings stay open', async (_, app) => {
    const laptop = await aTenant();
    const before = open(await laptop.stored());
    const values = { keyCredentials: [{ keyId: 1 }] };
    laptop.simulator.directory.collection('applications').shapes.set(idOf(app), { values });
    const { scan } = await scanned(laptop);
    expect(scan.undetermined).toEqual([expect.objectContaining({ objectId: idOf(app), property: 'keyCredentials' })]);
    expect(open(await laptop.stored())).toEqual(before);
  });
});

describe('a scan that continues', () => {
  const checkpoints = { leastObjects: 10, leastLatency: 0, leastPages: 1, shareOfPages: 0, seconds: 3_600 };
  const filler = { objects: 400, seed: 7, plantEvery: 25, keyHolderEvery: 10 };

  async function aStoppedScan() {
    const large = { tenant: simulatedTenantOf([signing, outdated, plain], undefined, filler), latency: 3 };
    const laptop = await aTenant(large, { graphCalls: { pageSize: 20 }, checkpoints });
    const before = open(await laptop.stored());
    const start = laptop.simulator.requests.length;
    const abort = new AbortController();
    const listed = () => listingsIn(laptop.simulator.requests.slice(start)).withoutKeys;
    const timer = setInterval(() => listed() > 8 && abort.abort(new ConsentinelError('aborted', 'Stopped.')), 1);
    const request = { scanId: 'night', requestedBy: 'test', continues: true };
    const stopped = await laptop.scan({ ...request, signal: abort.signal });
    clearInterval(timer);
    expect(stopped).toMatchObject({ status: 'running', continued: 1 });
    return { laptop, before, request, listedFirst: listed() };
  }

  it('lists the holders again, and continues the listings without keys', async () => {
    const { laptop, before, request, listedFirst } = await aStoppedScan();
    const start = laptop.simulator.requests.length;
    const scan = await laptop.scan(request);
    expect(scan).toMatchObject({ status: 'complete', continued: 1, writes: 0, notes: expect.arrayContaining([note]) });
    const listings = listingsIn(laptop.simulator.requests.slice(start));
    expect(listings.withKeys).toBe(0);
    expect(listings.ofHolders).toBeGreaterThan(0);
    // All pages are 20; each listing had a page under way, and one whose objects were not stored yet.
    expect(listings.withoutKeys + listedFirst).toBeLessThanOrEqual(24);
    expect(open(await laptop.stored())).toEqual(before);
  });

  it('starts over with keys on every page if the holders cannot be listed any more', async () => {
    const { laptop, before, request } = await aStoppedScan();
    const refused = { status: 400, match: { path: /filter=keyCredentials/ }, times: Number.POSITIVE_INFINITY };
    laptop.simulator.order({ kind: 'status', ...refused });
    const start = laptop.simulator.requests.length;
    const scan = await laptop.scan(request);
    expect(scan).toMatchObject({ status: 'complete', continued: 1, writes: 0 });
    const listings = listingsIn(laptop.simulator.requests.slice(start));
    expect(listings.withoutKeys).toBe(0);
    expect(listings.withKeys).toBe(20);
    expect(open(await laptop.stored())).toEqual(before);
  });
});

describe('delta queries', () => {
  it('get an inventory of objects with keys from every page', async () => {
    const settings = { DELTA_SCANS: 'on', INVENTORY_KEY: randomBytes(32).toString('base64') };
    const laptop = await aLaptop({ tenant, keysInDelta: true }, settings, { keyReading: holdersApart });
    laptops.push(laptop);
    await laptop.scan();
    await laptop.scan({ resetDelta: true });
    const { requests } = laptop.simulator;
    expect(listingsIn(requests)).toEqual({ ofHolders: 0, withKeys: 4, withoutKeys: 0 });
    expect((await laptop.scan()).delta).toMatchObject({ used: true });
  });
});
