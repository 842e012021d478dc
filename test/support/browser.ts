import { existsSync } from 'node:fs';
import { it } from '@jest/globals';
import axe from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';

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

/** `it` for a test in a browser, in a file with other tests: it is skipped where no browser is installed. */
export const itInBrowser = existsSync(executablePath) ? it : it.skip;

/**
 * Starts Chromium: the executable in CHROMIUM, or the one of Debian.
 * @throws Error if it is not installed
 */
export function startBrowser(): Promise<Browser> {
  if (!existsSync(executablePath)) throw new Error(`The tests need ${executablePath}: apt-get install chromium`);
  return chromium.launch({ executablePath, args });
}

/** The violations that axe-core finds on a page: rule and elements. They include best practices. */
export async function violationsOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const results = (await page.evaluate('axe.run(document)')) as axe.AxeResults;
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(', ')}`);
}
