import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import type { Finding } from '../../src/model/finding/finding.js';
import { aKey, anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { startBrowser, violationsOf } from '../support/browser.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { type Served, serveAsInAzure, serveHere, vera } from '../support/web.js';

const hostile = '<img src=x onerror=alert(1)>"><script>alert(2)</script>=HYPERLINK("http://evil")';
const payroll = anApp('Payroll Sync', {
  application: { keyCredentials: [aKey('client', { displayName: hostile }), aSymmetricSigningKey('payroll')] },
});
const flagged = (name: string) => anApp(name, { application: { keyCredentials: [aSymmetricSigningKey(name)] } });
const names = ['Loan Desk', 'Card Issuing', 'Branch Kiosk', hostile];
const tenant = simulatedTenantOf([payroll, ...names.map(flagged)]);

let browser: Browser;
let laptop: Laptop;
let served: Served;
let context: BrowserContext;
let page: Page;
const dialogs: string[] = [];
const errors: string[] = [];

beforeAll(async () => {
  browser = await startBrowser();
  laptop = await aLaptop({ tenant, keysInLists: true }, { REMEDIATION: 'on' });
  await laptop.scan();
  await laptop.scan();
  served = await serveHere(laptop);
});
afterAll(async () => {
  await browser.close();
  await served.close();
  await laptop.close();
});
beforeEach(async () => {
  context = await browser.newContext();
  page = await signIn(context);
});
afterEach(async () => {
  await context.close();
  expect(dialogs).toEqual([]);
  expect(errors).toEqual([]);
});

/** Opens the page with the sign-in address that the terminal shows now. */
async function signIn(into: BrowserContext): Promise<Page> {
  const opened = await into.newPage();
  opened.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    dialog.dismiss().catch(() => {});
  });
  opened.on('pageerror', (error) => errors.push(error.message));
  await opened.goto(served.address());
  return opened;
}

const findingOf = async (name: string) =>
  (await laptop.stored()).find(
    (one) => one.displayName === name && one.ruleId === 'no-symmetric-signing-key',
  ) as Finding;
const open = async (name: string, on = page) => on.goto(`${served.origin}/findings/${(await findingOf(name)).id}`);
const heading = (on = page) => on.getByRole('heading', { level: 1 });

async function approve(on = page): Promise<void> {
  for (const box of await on.getByRole('checkbox').all()) await box.check();
  await on.getByRole('button', { name: 'Approve this plan' }).click();
}

describe('an approver', () => {
  it('signs in, searches a finding, reads its plan, approves it, and sees it executed and resolved', async () => {
    expect(await heading().textContent()).toMatch(/\d+ plans need a decision/);
    await page.getByRole('link', { name: 'Findings' }).click();
    await page.getByLabel('Name or ID').fill('payroll');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByRole('link', { name: 'Payroll Sync' }).click();

    const change = page.getByRole('list', { name: 'Change of keyCredentials' }).getByRole('listitem');
    expect(await change.allInnerTexts()).toEqual([expect.stringContaining('Removed'), expect.stringContaining('Kept')]);
    await page.getByText('The exact request').click();
    expect(await page.locator('.request pre').textContent()).toContain(
      `PATCH /applications/${payroll.application?.id}`,
    );
    expect(await page.getByText('This cannot be undone.', { exact: true }).isVisible()).toBe(true);

    await page.getByLabel('Comment (optional)').first().fill('The owner agrees.');
    await approve();
    await page.getByText('The fix runs within a few minutes.').waitFor();
    // The page reloads itself until there is an outcome.
    await page.getByRole('heading', { name: 'Fixed', exact: true }).waitFor();
    expect(await page.locator('.lead .status').textContent()).toBe('Resolved');
    // The address still has `done=approved`.
    expect(await page.getByText('The fix runs within a few minutes.').count()).toBe(0);
    expect(await page.locator('.history strong').allInnerTexts()).toEqual([
      'Resolved',
      'Applied',
      'Sent',
      'Started',
      'Approved',
      'Proposed',
      'Appeared',
    ]);
    expect(laptop.simulator.directory.find('applications', payroll.application?.id ?? '')?.keyCredentials).toHaveLength(
      1,
    );
    expect(await findingOf('Payroll Sync')).toMatchObject({
      status: 'resolved',
      remediation: { status: 'applied', decision: { comment: 'The owner agrees.' } },
    });
  });

  it('cannot approve before every warning is acknowledged', async () => {
    await open('Loan Desk');
    await page.getByRole('button', { name: 'Approve this plan' }).click();
    expect(await page.getByRole('button', { name: 'Approve this plan' }).isVisible()).toBe(true);
    expect((await findingOf('Loan Desk')).remediation?.status).toBe('proposed');
  });

  it('suppresses a finding with a reason and an end date', async () => {
    await open('Loan Desk');
    await page.getByText('Suppress the finding').click();
    await page.getByLabel('Reason').fill('Retired next week.');
    await page.getByLabel('Until').fill(new Date(Date.now() + 7 * 864e5).toISOString().slice(0, 10));
    await page.getByRole('button', { name: 'Suppress' }).click();
    await page.getByText('The finding is suppressed.').waitFor();
    expect(await page.locator('.lead .status').textContent()).toBe('Suppressed');
    await page.goto(`${served.origin}/findings?show=suppressed`);
    expect(await page.getByRole('link', { name: 'Loan Desk' }).isVisible()).toBe(true);
  });

  it('sees the decision of a colleague in a second browser, and changes nothing', async () => {
    const other = await browser.newContext();
    const second = await signIn(other);
    await open('Card Issuing');
    await open('Card Issuing', second);
    await second.getByText('Reject the plan').click();
    await second.getByLabel('Comment (optional)').last().fill('Still in use.');
    await second.getByRole('button', { name: 'Reject', exact: true }).click();
    await second.getByText('The plan is rejected.').waitFor();
    await approve();
    expect(await heading().textContent()).toBe('Another approver decided first');
    expect(await page.locator('main').textContent()).toContain('Still in use.');
    await page.getByRole('link', { name: 'Open the current version' }).click();
    expect(await page.getByRole('heading', { name: 'Rejected' }).isVisible()).toBe(true);
    expect((await findingOf('Card Issuing')).remediation?.status).toBe('rejected');
    await other.close();
  });

  it('can approve without scripts', async () => {
    const plain = await browser.newContext({ javaScriptEnabled: false });
    const tab = await signIn(plain);
    await open('Branch Kiosk', tab);
    await approve(tab);
    await tab.getByText('The fix runs within a few minutes.').waitFor();
    await expect(until(async () => (await findingOf('Branch Kiosk')).status === 'resolved')).resolves.toBe(true);
    await tab.reload();
    expect(await tab.getByRole('heading', { name: 'Fixed', exact: true }).isVisible()).toBe(true);
    await plain.close();
  });
});

async function until(condition: () => Promise<boolean>): Promise<boolean> {
  while (!(await condition())) await laptop.runtime.clock.wait(100);
  return true;
}

describe('decisions on several findings', () => {
  it('need no scripts: select rows, review, and suppress them', async () => {
    const plain = await browser.newContext({ javaScriptEnabled: false });
    const tab = await signIn(plain);
    await tab.goto(`${served.origin}/findings?rule=no-symmetric-signing-key&show=all&q=card`);
    await tab.getByLabel('Select Card Issuing').check();
    await tab.getByRole('button', { name: 'Suppress' }).click();
    expect(await heading(tab).textContent()).toBe('Suppress 1 finding');
    await tab.getByLabel('Reason').fill('Replaced next week.');
    await tab.getByLabel('Until').fill(new Date(Date.now() + 7 * 864e5).toISOString().slice(0, 10));
    await tab.getByRole('button', { name: 'Suppress 1 finding' }).click();
    expect(await heading(tab).textContent()).toBe('1 finding suppressed');
    await tab.getByRole('link', { name: 'Back to the list' }).click();
    expect(new URL(tab.url()).search).toContain('q=card');
    await tab.getByRole('link', { name: 'Card Issuing' }).click();
    await tab.getByText('End the suppression').click();
    await tab.getByRole('button', { name: 'End it now' }).click();
    await tab.getByText('The suppression ended.').waitFor();
    await tab.getByRole('link', { name: 'Back to the list' }).click();
    expect(new URL(tab.url()).hash).toBe(`#f-${(await findingOf('Card Issuing')).id}`);
    await plain.close();
  });

  it('work by keyboard: sort, remove a filter, select all, and open the review', async () => {
    await page.goto(`${served.origin}/findings?rule=no-symmetric-signing-key&show=all`);
    await page.getByRole('link', { name: 'Object' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/sort=object/);
    expect(await page.getByRole('columnheader', { name: 'Object' }).getAttribute('aria-sort')).toBe('ascending');
    await page.getByRole('link', { name: 'Remove the filter State: All' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => !url.search.includes('show='));
    await page.getByLabel('of this page').focus();
    await page.keyboard.press('Space');
    const boxes = page.locator('input[name="id"]');
    expect(await boxes.evaluateAll((all) => all.every((box) => (box as unknown as { checked: boolean }).checked))).toBe(
      true,
    );
    await page.getByRole('button', { name: 'Review and approve' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/decide/);
    expect(await heading().textContent()).toMatch(/^Approve \d+ plan/);
  });
});

describe('another user', () => {
  it('cannot sign in with a used address, or without one', async () => {
    const used = served.address();
    const other = await browser.newContext();
    await signIn(other);
    const unauthenticated = await (await browser.newContext()).newPage();
    for (const path of [used, `${served.origin}/`, `${served.origin}/findings`]) {
      expect((await unauthenticated.goto(path))?.status()).toBe(401);
      expect(await heading(unauthenticated).textContent()).toBe('Open the sign-in address');
    }
    await unauthenticated.context().close();
    await other.close();
  });

  it('with the reader role sees every page and can approve nothing', async () => {
    const azure = await serveAsInAzure(laptop);
    const reader = await browser.newContext({ extraHTTPHeaders: { 'x-ms-client-principal': vera } });
    const readerPage = await reader.newPage();
    const { id, remediation } = await findingOf(hostile);
    await readerPage.goto(`${azure.origin}/findings/${id}`);
    expect(await readerPage.getByText('Your role can read but not decide.').isVisible()).toBe(true);
    expect(await readerPage.locator('form').count()).toBe(0);
    const answer = await readerPage.evaluate(
      `fetch('/findings/${id}/approve', { method: 'POST', body: new URLSearchParams({ acknowledged: '0' }) }).then((r) => r.status, () => 'blocked')`,
    );
    expect([403, 'blocked']).toContain(answer);
    expect(
      (
        await readerPage.request.post(`${azure.origin}/findings/${id}/approve`, { headers: { origin: azure.origin } })
      ).status(),
    ).toBe(403);
    expect((await findingOf(hostile)).remediation).toEqual(remediation);
    await reader.close();
    await azure.close();
  });
});

const paths = async () => [
  '/',
  '/findings',
  '/findings?q=nothing+like+this',
  '/findings?group=problem',
  '/findings?show=all&rule=no-symmetric-signing-key&on=application&from=2020-01-01&sort=object&dir=desc',
  `/findings/${(await findingOf(hostile)).id}?done=commented&list=rule%3Dno-symmetric-signing-key`,
  `/decide?action=approve&id=${(await findingOf(hostile)).id}&id=${(await findingOf('Card Issuing')).id}`,
  `/decide?action=suppress&id=${(await findingOf(hostile)).id}`,
  '/decide?action=reject',
  '/diagnose',
  '/diagnose?q=e',
  `/diagnose?app=${(await findingOf(hostile)).appId}&code=AADSTS50000`,
  `/findings/${(await findingOf(hostile)).id}`,
  `/findings/${(await findingOf(hostile)).id}/reachability`,
  `/findings/${(await findingOf('Card Issuing')).id}`,
  `/findings/${(await findingOf('Payroll Sync')).id}`,
  `/findings/${(await laptop.stored()).find(({ manual }) => manual)?.id ?? ''}`,
  '/scans',
  `/scans/${(await findingOf(hostile)).appearedIn}`,
  '/rules',
  '/rules/no-symmetric-signing-key',
  '/audit',
  '/audit?type=proposed&by=scans',
  '/settings',
  '/settings?check=now',
  '/audit?check=now',
  '/nothing',
];

// Colours differ by scheme and layouts by width: each page is tested with both.
describe.each([
  ['light', 1280],
  ['dark', 390],
] as const)('every page, %s, %i pixels wide', (colorScheme, width) => {
  it('has no violation of axe-core, with every detail open', async () => {
    const found: string[] = [];
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    for (const path of await paths()) {
      await page.goto(served.origin + path);
      await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
      found.push(...(await violationsOf(page)).map((violation) => `${path}: ${violation}`));
    }
    expect(found).toEqual([]);
  }, 180_000);

  it('has no violation on the sign-in error', async () => {
    const unauthenticated = await browser.newContext({ colorScheme });
    const outsidePage = await unauthenticated.newPage();
    await outsidePage.goto(`${served.origin}/`);
    expect(await violationsOf(outsidePage)).toEqual([]);
    await unauthenticated.close();
  });
});

it('every page fits a narrow screen, and names from the directory are shown as text', async () => {
  await page.setViewportSize({ width: 320, height: 700 });
  for (const path of await paths()) {
    await page.goto(served.origin + path);
    expect([path, await page.evaluate('document.documentElement.scrollWidth')]).toEqual([path, 320]);
    expect(await page.locator('img, script:not([src="/assets/script.js"]), iframe').count()).toBe(0);
  }
  expect(
    await page.goto(`${served.origin}/findings`).then(() => page.getByText('<img src=x').first().isVisible()),
  ).toBe(true);
});

it('a narrow screen shows events in its full width, and charts with readable labels', async () => {
  await page.setViewportSize({ width: 390, height: 800 });
  const heightAndWidth = async (selector: string) => {
    const { height = 0, width = 0 } = (await page.locator(selector).first().boundingBox()) ?? {};
    return { height, width };
  };
  await page.goto(`${served.origin}/audit`);
  expect((await heightAndWidth('.events .summary')).width).toBeGreaterThan(300);
  // The names of columns that are not sorted explain nothing where each row is a card.
  expect(await page.getByRole('columnheader', { name: 'Summary' }).isVisible()).toBe(false);
  await page.goto(`${served.origin}/`);
  expect((await heightAndWidth('.charts .chart > svg text')).height).toBeGreaterThan(10.5);
});

it('fields for dates show the whole date', async () => {
  const cut = `[...document.querySelectorAll('input[type=date]')].filter((input) => {
    const { width } = input.getBoundingClientRect();
    input.style.width = 'max-content';
    input.style.maxWidth = 'none';
    return input.getBoundingClientRect().width > width;
  }).map(({ id }) => id)`;
  for (const width of [1280, 800, 390, 320]) {
    await page.setViewportSize({ width, height: 800 });
    for (const path of ['/audit', '/findings']) {
      await page.goto(`${served.origin}${path}`);
      await page.evaluate("document.querySelector('details.more')?.setAttribute('open', '')");
      expect({ width, path, cut: await page.evaluate(cut) }).toEqual({ width, path, cut: [] });
    }
  }
});

it('the keyboard skips the menu, and / moves to the search', async () => {
  await page.goto(`${served.origin}/findings`);
  await page.keyboard.press('Tab');
  expect(await page.evaluate('document.activeElement.textContent.trim()')).toBe('Skip to the content');
  await page.keyboard.press('Enter');
  expect(await page.evaluate('document.activeElement.id')).toBe('main');
  await page.keyboard.press('/');
  expect(await page.evaluate('document.activeElement.id')).toBe('q');
});
