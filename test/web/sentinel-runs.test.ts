import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import type { Answering } from '../../src/local/web-server.js';
import { payroll, runAt } from '../sentinel/sentinel-world.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { azureWeb, vera } from '../support/web.js';

const origin = 'https://consentinel.example';
let laptop: Laptop;
let web: Answering;
beforeAll(async () => {
  laptop = await aLaptop({ tenant: simulatedTenantOf([payroll]) });
  web = azureWeb(laptop.runtime, origin);
});
afterAll(() => laptop.close());

const get = (path: string) => web(new Request(`${origin}${path}`, { headers: { 'x-ms-client-principal': vera } }));
const page = async (path: string) => (await get(path)).text();

it('the page of the scans shows the runs of the sentinel apart from the scans', async () => {
  expect(await page('/scans')).not.toContain('Runs of the sentinel');
  const run = await runAt(laptop, -7 * 24 * 60);
  const shown = await page('/scans');
  expect(shown).toContain('No scan has run yet.');
  expect(shown).toContain('Runs of the sentinel');
  expect(shown.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ')).toMatch(/Complete 1 not read 1 1 \d+/);
  const direct = await get(`/scans/${run.id}`);
  expect([direct.status, direct.headers.get('location')]).toEqual([302, '/scans#sentinel']);
});

it('shows the times in the notes of a run in the form of the reader', async () => {
  await runAt(laptop);
  const shown = await page('/scans');
  expect(shown).toMatch(/The sentinel last followed the audit log at <time datetime="\d{4}-[^"]+Z"/);
});

it('a finding of the sentinel names its run', async () => {
  const [finding] = await laptop.stored();
  expect(await page(`/findings/${finding?.id}`)).toContain('Run of the sentinel');
});
