import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { scanTenant } from '../../src/jobs/scan/scan-tenant.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import type { Scan } from '../../src/model/scan/scan.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { appServiceAuthenticator } from '../../src/web/auth/app-service.js';
import type { Web } from '../../src/web/routes/route-context.js';
import { createTenantsWeb } from '../../src/web/tenants-web.js';
import { describeInBrowser, violationsOf, withTab } from '../support/browser.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { ada, azureWeb, rulePages } from '../support/web.js';

const publicUrl = 'https://consentinel.example';
const longName = 'Fabrikam International Holdings and Subsidiaries of the Northern Hemisphere GmbH';
const aTenant = (digit: string, displayName: string) => ({
  ...simulatedTenantOf([anApp('Payroll', { application: { keyCredentials: [aSymmetricSigningKey('payroll')] } })]),
  id: `${digit.repeat(8)}-0000-4000-8000-00000000000${digit}`,
  displayName,
});
const complete = aTenant('a', 'Contoso');
const incomplete = aTenant('b', longName);
const withoutConsent = aTenant('c', 'Tailspin');
const neverScanned = aTenant('d', 'Northwind');
const scannedNow = aTenant('e', 'Proseware');
const late = aTenant('f', 'Lucerne');
const others = [incomplete, withoutConsent, neverScanned, scannedNow, late];

let laptop: Laptop;
let web: Web;
beforeAll(async () => {
  laptop = await aLaptop({ tenant: complete, others });
  const { installation } = laptop;
  for (const { id } of [incomplete, scannedNow, late]) laptop.simulator.tenant(id).consent();
  for (const { id } of [complete, incomplete, withoutConsent, scannedNow, late])
    await scanTenant(installation.runtime(id).scanContext(), { requestedBy: 'test' }).catch(() => {});
  const notExamined = [{ ruleId: 'require-consent-route', reason: 'Policy.Read.All is missing.' }];
  await change(incomplete, (scan) => ({ ...scan, status: 'incomplete', notExamined }));
  await change(scannedNow, ({ finishedAt: _, ...scan }) => ({ ...scan, status: 'running' }));
  await change(late, (scan) => ({ ...scan, startedAt: daysAgo(3), finishedAt: daysAgo(2) }));
  web = createTenantsWeb(
    installation.tenantsReview(),
    appServiceAuthenticator({ authenticationEnabled: true, publicUrl }),
    { version: 'test', rulePages },
  );
});
afterAll(() => laptop.close());

const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();

/** Changes the stored row of the latest scan. */
async function change({ id }: { id: string }, to: (scan: Scan) => Scan): Promise<void> {
  const { scans } = laptop.runtime;
  for await (const scan of scans.scans(id)) {
    await scans.amend(id, scan.id, to);
    return;
  }
}

async function page(path: string): Promise<string> {
  const request = new Request(`${publicUrl}${path}`, { headers: { 'x-ms-client-principal': ada } });
  return (await web.fetch(request)).text();
}
const words = (html: string) => html.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
const rows = async () => (await page('/tenants')).split('<li>').slice(1).map(words);

describe('the list of tenants', () => {
  it('counts the tenants by the state of their latest scan', async () => {
    expect(words(await page('/tenants'))).toContain(
      '6 tenants: 1 failed, 1 without a recent complete scan, 2 without a finished scan, 1 incomplete, 1 complete.',
    );
  });

  it('begins with the tenants that need attention', async () => {
    const shown = await rows();
    const order = [withoutConsent.id, 'Lucerne', neverScanned.id, scannedNow.id, longName, 'Contoso'];
    expect(order.map((name) => shown.findIndex((row) => row.includes(name)))).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('says what a scan lacks, and of which time the findings are', async () => {
    const [failed = '', stale = '', never = '', running = '', partial = '', good = ''] = await rows();
    expect(failed).toContain('must consent at https://login.microsoftonline.com/');
    expect(stale).toContain('No complete scan for more than 26 hours.');
    expect(stale).toContain('Overdue');
    expect(never).toContain('No scan yet');
    expect(running).toContain('Running');
    expect(running).not.toContain('No scan yet');
    expect(partial).toContain('Not examined: 1 rule.');
    for (const row of [partial, good, stale]) expect(row).toMatch(/1 open finding As of \d{4}-\d\d-\d\d \d\d:\d\d UTC/);
    expect(good).not.toMatch(/Not examined|26 hours/);
  });

  it('shows the tag of a good state only for a tenant with a recent complete scan', async () => {
    const tags = (await page('/tenants'))
      .split('<li>')
      .slice(1)
      .map((row) => /class="tag[^"]*">[^<]*/.exec(row)?.[0]);
    expect(tags).toEqual([
      'class="tag scan failed">Failed',
      'class="tag scan failed">Overdue',
      'class="tag">No scan yet',
      'class="tag scan running">Running',
      'class="tag scan incomplete">Incomplete',
      'class="tag scan complete">Complete',
    ]);
    expect(await page(`/tenants/${late.id}`)).not.toContain('notice good');
    expect(await page(`/tenants/${complete.id}`)).toContain('notice good');
  });

  it('does not call a tenant free of findings that no scan has examined', async () => {
    const unknown = 'No scan of this tenant has finished, so its findings are not known.';
    expect(words(await page(`/tenants/${neverScanned.id}/findings`))).toContain(unknown);
    expect(await page(`/tenants/${neverScanned.id}/findings`)).not.toContain('No finding matches the filter');
    expect(await page(`/tenants/${complete.id}/findings?q=nothing`)).toContain('No finding matches the filter');
  });
});

describeInBrowser('in a browser', () => {
  /** Pages of one tenant have no prefix. */
  const anyWeb = (request: Request) =>
    new URL(request.url).pathname.startsWith('/tenants')
      ? web.fetch(request)
      : azureWeb(laptop.runtime, publicUrl)(request);

  /** The links and fields in a part of the page that Tab reaches after one that is below, or on its right in the same row. */
  const outOfOrder = async (tab: Page, part = '.top'): Promise<string[]> => {
    const found: string[] = [];
    let before: { text: string; box: Record<'top' | 'bottom' | 'left' | 'right', number> } | undefined;
    // The skip link and the links of the header come first.
    for (let stop = 0; stop < 90; stop += 1) {
      await tab.keyboard.press('Tab');
      const focused = (await tab.evaluate(`(() => {
        const focused = document.activeElement?.closest('${part} :is(a, input, select, button, summary, .scroll)');
        const text = focused?.textContent.trim() || focused?.closest('label')?.textContent.trim();
        const { top, bottom, left, right } = focused?.getBoundingClientRect() ?? {};
        // The browser scrolls to what has the focus.
        return focused && { text, isTable: focused.matches('.scroll'), box: { top: top + scrollY, bottom: bottom + scrollY, left, right } };
      })()`)) as (typeof before & { isTable: boolean }) | null;
      if (!focused && before) return found;
      // A table that can scroll has the focus before the links in it.
      if (!focused || focused.isTable) continue;
      const isBelow = before && focused.box.top >= before.box.bottom - 4;
      const isRight = before && focused.box.left >= before.box.right - 1 && focused.box.bottom > before.box.top + 4;
      if (before && !isBelow && !isRight) found.push(`${focused.text} after ${before.text}`);
      before = focused;
    }
    throw new Error('The part has more links than expected.');
  };

  const boxOf = async (tab: Page, selector: string) => {
    const box = await tab.locator(selector).first().boundingBox();
    if (!box) throw new Error(`${selector} is not visible.`);
    return { top: box.y, bottom: box.y + box.height };
  };

  it.each([
    ['several tenants', `/tenants/${complete.id}/`, 'All tenants'],
    ['one tenant', '/', 'Overview'],
  ])('reaches the links of the header in the order in which they are shown, with %s', (_, path, link) =>
    withTab(anyWeb, { width: 1280, principal: ada }, async (tab, origin) => {
      for (const width of [1280, 1000, 800, 640, 500, 390, 320]) {
        await tab.setViewportSize({ width, height: 800 });
        await tab.goto(`${origin}${path}`);
        expect({ width, outOfOrder: await outOfOrder(tab) }).toEqual({ width, outOfOrder: [] });
        const links = await tab.locator('.top a:visible').allInnerTexts();
        expect(links).toContain(link);
        expect(links.filter((text) => text === 'Sign out')).toHaveLength(1);
      }
    }),
  );

  it.each([
    ['findings', `/tenants/${complete.id}/findings`],
    ['findings to decide on', `/tenants/${complete.id}/findings?rule=no-symmetric-signing-key`],
    ['problems', `/tenants/${complete.id}/findings?group=problem`],
    ['rules', `/tenants/${complete.id}/rules`],
    ['tenants', '/tenants'],
  ])('reaches the entries of the list of %s in the order in which they are shown', (_, path) =>
    withTab(anyWeb, { width: 1280, principal: ada }, async (tab, origin) => {
      for (const width of [1280, 800, 390, 320]) {
        await tab.setViewportSize({ width, height: 800 });
        await tab.goto(`${origin}${path}`);
        expect({ width, outOfOrder: await outOfOrder(tab, 'main') }).toEqual({ width, outOfOrder: [] });
      }
    }),
  );

  it.each([1280, 900, 390])('fits %i pixels, with a long tenant name', (width) =>
    withTab(web.fetch, { width, principal: ada }, async (tab, origin) => {
      await tab.goto(`${origin}/tenants`);
      expect(await violationsOf(tab)).toEqual([]);
      // The reason has an address to copy, so the link of its row must not cover it.
      const topmost = `(() => {
        const [e] = document.getElementsByClassName('why');
        const { x, y } = e.getBoundingClientRect();
        return document.elementFromPoint(x + 20, y + 4) === e && e.textContent;
      })()`;
      expect(await tab.evaluate(topmost)).toContain('adminconsent?client_id=');
      await tab.goto(`${origin}/tenants/${incomplete.id}`);
      expect(await violationsOf(tab)).toEqual([]);
      expect(await tab.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      const bar = await boxOf(tab, '.bar');
      for (const part of ['.switch', '.visitor']) {
        const { top, bottom } = await boxOf(tab, part);
        expect(top - bar.top).toBeGreaterThanOrEqual(4);
        expect(bar.bottom - bottom).toBeGreaterThanOrEqual(4);
      }
      // One chart alone has the size of a chart beside others.
      const label = await boxOf(tab, '.charts .chart > svg text');
      expect(label.bottom - label.top).toBeLessThan(24);
    }),
  );
});
