import { existsSync } from 'node:fs';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { serveLocally } from '../../src/local/web-server.js';
import { describeUnless } from './left-out.js';

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

const missing = existsSync(executablePath) ? undefined : `there is no ${executablePath}`;

/** Tests in a browser, in a file with other tests. They are left out where no browser is installed. */
export const describeInBrowser = (name: string, tests: () => void): void => describeUnless(missing, name, tests);

/**
 * Starts Chromium: the executable in CHROMIUM, or the one of Debian.
 * @throws Error if it is not installed
 */
export function startBrowser(): Promise<Browser> {
  if (missing !== undefined) throw new Error(`The tests need ${executablePath}: apt-get install chromium`);
  return chromium.launch({ executablePath, args });
}

/**
 * Opens a tab on pages that a local server serves, and closes all afterwards.
 * @param principal the header with the signed-in visitor
 */
export async function withTab(
  respond: (request: Request) => Response | Promise<Response>,
  { width, principal }: { readonly width: number; readonly principal: string },
  test: (tab: Page, origin: string) => Promise<void>,
): Promise<void> {
  const server = await serveLocally(0, async () => async (request) => respond(request));
  const browser = await startBrowser();
  try {
    const extraHTTPHeaders = { 'x-ms-client-principal': principal };
    const context = await browser.newContext({ viewport: { width, height: 800 }, extraHTTPHeaders });
    await test(await context.newPage(), `http://127.0.0.1:${server.port}`);
  } finally {
    await browser.close();
    await server.close();
  }
}

/** The violations that axe-core finds on a page: rule and elements. They include best practices. */
export async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const results = (await page.evaluate('axe.run(document)')) as axe.AxeResults;
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(', ')}`);
}
