import { setImmediate } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { WaitingApps } from '../../src/jobs/scan/waiting-apps.js';
import { demoTenant } from '../../src/local/demo-tenant.js';
import type { WholeApp } from '../../src/model/finding/judge.js';
import { GrantReading } from '../../src/model/tenant/grant-reading.js';
import type { PermissionGrant } from '../../src/model/tenant/grants.js';
import { appCases } from '../../src/rules/all-cases.js';
import { rule } from '../../src/rules/require-granted-permission/rule.js';
import { tenantOfCase } from '../../src/rules/testing/case-tenant.js';
import type { AppCase } from '../../src/rules/testing/cases.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

/** It requires two permissions, and an administrator has granted each in a grant of its own. */
const example = (appCases[rule.id] ?? []).find(
  ({ grants = [], violations }) => grants.length === 2 && violations.length === 0,
) as AppCase;
const [firstGrant, secondGrant] = example.grants as [PermissionGrant, PermissionGrant];
const { appId, application, servicePrincipal } = example.app;
const app = { appId, application, servicePrincipal } as unknown as WholeApp;

/** Pages that a test sends one by one. */
function pagesOfTest() {
  const sent: (readonly PermissionGrant[] | Error | 'end')[] = [];
  let resume = () => {};
  const send = (page: (typeof sent)[number]) => {
    sent.push(page);
    resume();
  };
  async function* pages() {
    for (;;) {
      const page = sent.shift();
      if (page === 'end') return;
      if (page instanceof Error) throw page;
      if (page) yield { grants: page };
      else
        await new Promise<void>((resolve) => {
          resume = resolve;
        });
    }
  }
  return { send, reading: new GrantReading(pages()) };
}

function aWalk({ hasFindings = false } = {}) {
  const { send, reading } = pagesOfTest();
  const judged: WholeApp[] = [];
  let read = 0;
  const judging = {
    rules: [rule],
    hasFindingsOn: () => hasFindings,
    wait: (forPage: () => Promise<void>) => forPage(),
    grantsRead: async () => {
      read++;
      await reading.whole.catch(() => undefined);
    },
    judge: (one: WholeApp) => void judged.push(one),
  };
  const apps = new WaitingApps(judging, tenantOfCase(example) as never, reading);
  /** Sends a page, and waits until it has arrived. */
  const page = async (grants: readonly PermissionGrant[]) => {
    const arrived = reading.next();
    send(grants);
    await arrived;
  };
  return { apps, send, page, judged, timesRead: () => read, ended: () => reading.next() };
}

describe('an app that is judged while grants are being read', () => {
  it('complies at once if all of its grants were read', async () => {
    const { apps, send, page, judged } = aWalk();
    await page([firstGrant, secondGrant]);
    expect(apps.judge(app)).toBeUndefined();
    send('end');
    await apps.end();
    expect(judged).toEqual([]);
  });

  it('waits for a grant, and complies when it comes', async () => {
    const { apps, send, page, judged } = aWalk();
    await page([firstGrant]);
    void apps.judge(app);
    const ended = apps.end();
    await page([secondGrant]);
    // The next page does not come before the app was judged again, which takes two turns of the event loop.
    for (let turn = 0; turn < 5; turn++) await setImmediate();
    send('end');
    await ended;
    expect(judged).toEqual([]);
  });

  it('is judged with all grants if one never comes', async () => {
    const { apps, send, page, judged } = aWalk();
    await page([firstGrant]);
    void apps.judge(app);
    expect(judged).toEqual([]);
    send('end');
    await apps.end();
    expect(judged).toEqual([app]);
  });

  it('is judged with all grants if findings on it are stored, because they may end', async () => {
    const { apps, send, page, judged } = aWalk({ hasFindings: true });
    await page([firstGrant, secondGrant]);
    void apps.judge(app);
    send('end');
    await apps.end();
    expect(judged).toEqual([app]);
  });

  it('is judged by the remaining rules if a page of grants cannot be read', async () => {
    const { apps, send, judged, timesRead } = aWalk();
    void apps.judge(app);
    send(new Error('Graph does not answer.'));
    await apps.end();
    expect([judged, timesRead()]).toEqual([[app], 1]);
  });

  it('is judged at once when all grants are read', async () => {
    const { apps, send, judged, ended } = aWalk();
    send('end');
    await ended();
    await apps.endIfRead();
    void apps.judge(app);
    expect(judged).toEqual([app]);
  });

  it('lets the walk wait if too many apps wait, until grants come', async () => {
    const { apps, send, page, judged } = aWalk();
    let waits: Promise<void> | undefined;
    let waiting = 0;
    while (!waits) {
      waits = apps.judge(app) as Promise<void> | undefined;
      waiting++;
    }
    expect(waiting).toBe(3_000);
    await page([firstGrant, secondGrant]);
    await waits;
    send('end');
    await apps.end();
    expect(judged).toEqual([]);
  });
});

describe('a scan', () => {
  let laptop: Laptop;
  afterEach(() => laptop.close());
  const filler = { objects: 10_000, seed: 1, plantEvery: 500 };
  it('reads all applications before the last grants, with the findings of a scan that had the grants first', async () => {
    laptop = await aLaptop({ tenant: { ...demoTenant(), filler } });
    const match = { path: /^\/oauth2PermissionGrants\?.*skiptoken/, nth: 2 };
    laptop.simulator.order({ kind: 'status', status: 503, headers: { 'retry-after': '2' }, match, times: 1 });
    const isGrants = ({ path }: { path: string }) => path === '/oauth2PermissionGrants';
    let pagesBefore = 0;
    const onProgress = ({ objects, total }: { objects: number; total: number | undefined }) => {
      if (objects === total) pagesBefore = laptop.simulator.requests.filter(isGrants).length;
    };
    const first = await laptop.scan({ onProgress });
    expect(first).toMatchObject({ status: 'complete', undetermined: [] });
    expect(pagesBefore).toBeGreaterThan(0);
    expect(pagesBefore).toBeLessThan(laptop.simulator.requests.filter(isGrants).length);
    const found = (await laptop.stored()).map(({ id: one }) => one);
    const second = await laptop.scan();
    expect(second).toMatchObject({ status: 'complete', findings: { new: 0, resolved: 0, open: first.findings.new } });
    expect((await laptop.stored()).map(({ id: one }) => one)).toEqual(found);
  });

  it('judges the apps that wait if the listing of applications then fails', async () => {
    laptop = await aLaptop({ tenant: { ...demoTenant(), filler } });
    const { simulator } = laptop;
    const grants = { path: /^\/oauth2PermissionGrants\?.*skiptoken/, nth: 2 };
    simulator.order({ kind: 'status', status: 503, headers: { 'retry-after': '2' }, match: grants, times: 1 });
    simulator.order({ kind: 'status', status: 400, match: { path: /^\/applications\?.*skiptoken/ }, times: 9 });
    const scan = await laptop.scan();
    expect(scan).toMatchObject({ status: 'incomplete', errors: [{ code: 'graph-rejected' }] });
    const found = (await laptop.stored()).filter(({ on }) => on === 'application');
    expect(found.length).toBeGreaterThan(10);
  });
});
