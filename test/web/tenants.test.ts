import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { scanTenant } from '../../src/jobs/scan/scan-tenant.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import type { Finding } from '../../src/model/finding/finding.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { appServiceAuthenticator } from '../../src/web/auth/app-service.js';
import type { Web } from '../../src/web/routes/route-context.js';
import { createTenantsWeb } from '../../src/web/tenants-web.js';
import { describeInBrowser, violationsOf, withTab } from '../support/browser.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { ada, rulePages, vera } from '../support/web.js';

const origin = 'https://consentinel.example';
const hostile = '<img src=x onerror=alert(1)>Fabrikam';
const aTenant = (id: string, displayName: string, app: string) => ({
  ...simulatedTenantOf([anApp(app, { application: { keyCredentials: [aSymmetricSigningKey('payroll')] } })]),
  id,
  displayName,
});
const contoso = aTenant('aaaaaaaa-0000-4000-8000-00000000000a', 'Contoso', 'Contoso Payroll');
const fabrikam = aTenant('bbbbbbbb-0000-4000-8000-00000000000b', hostile, 'Fabrikam Payroll');
const tailspin = aTenant('cccccccc-0000-4000-8000-00000000000c', 'Tailspin', 'Tailspin Payroll');

let laptop: Laptop;
let web: Web;
let fabrikamFinding: Finding;
beforeAll(async () => {
  laptop = await aLaptop({ tenant: contoso, others: [fabrikam, tailspin] });
  laptop.simulator.tenant(fabrikam.id).consent();
  const { installation } = laptop;
  for (const { id } of [contoso, fabrikam, tailspin])
    await scanTenant(installation.runtime(id).scanContext(), { requestedBy: 'test' }).catch(() => {});
  fabrikamFinding = await findingOf(fabrikam);
  const authenticator = appServiceAuthenticator({ authenticationEnabled: true, publicUrl: origin });
  web = createTenantsWeb(installation.tenantsReview(), authenticator, { version: 'test', rulePages });
});
afterAll(() => laptop.close());

const get = (path: string, who = ada) =>
  web.fetch(new Request(origin + path, { headers: { 'x-ms-client-principal': who } }));
const page = async (path: string, who = ada) => (await get(path, who)).text();
const below = ({ id }: { id: string }, path = '') => `/tenants/${id}${path}`;
async function findingOf({ id }: { id: string }): Promise<Finding> {
  for await (const { value } of laptop.runtime.findings.findings(id)) return value;
  throw new Error('There is no finding.');
}

/** Sends the approval of a finding with every warning acknowledged, whether the page has the form or not. */
async function approval(tenant: { id: string }, finding: Finding): Promise<Response> {
  const path = below(tenant, `/findings/${finding.id}`);
  const answer = await get(path);
  const html = (await answer.text()).replaceAll('&#39;', "'");
  const hidden = html.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g);
  const body = new URLSearchParams({ acknowledged: '0' });
  body.append('acknowledged', '1');
  for (const [, name = '', value = ''] of hidden) body.set(name, value.replaceAll('&quot;', '"'));
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
  const headers = { 'x-ms-client-principal': ada, cookie, origin, 'sec-fetch-site': 'same-origin' };
  return web.fetch(new Request(`${origin}${path}/approve`, { method: 'POST', body, headers }));
}

/** The paths of all links and forms of a page. */
const addresses = (html: string) =>
  [...html.matchAll(/(?:href|action)="(\/[^"]*)"/g)]
    .map(([, address = '']) => address)
    .filter((address) => !address.startsWith('/assets/'));

describe('the page of several tenants', () => {
  it('lists all tenants, the failed one first, with the fix', async () => {
    const first = await get('/');
    expect([first.status, first.headers.get('location')]).toEqual([303, '/tenants']);
    const html = await page('/tenants');
    expect(html).toContain('1 tenant could not be scanned');
    const rows = html.split('<li>').slice(1);
    expect(rows).toHaveLength(3);
    for (const part of ['tag scan failed', below(tailspin), `adminconsent?client_id=`, 'No finished scan'])
      expect(rows[0]).toContain(part);
    const healthy = rows.slice(1).join('');
    for (const part of ['tag scan complete', '>Contoso<', contoso.id, fabrikam.id, '1 open finding'])
      expect(healthy).toContain(part);
    expect(healthy).not.toContain('failed');
  });

  it.each([
    '',
    '/',
    '/findings',
    '/findings?show=all',
    '/scans',
    '/rules',
    '/rules/no-symmetric-signing-key',
    '/audit',
  ])('shows only one tenant below its path prefix, and links only to it: %j', async (path) => {
    const html = await page(below(contoso, path));
    expect(html).toContain('Contoso');
    expect(html).not.toMatch(/Fabrikam|Tailspin/);
    // The list of tenants, and the sign-out of App Service.
    const above = ['/tenants', '/.auth/logout?post_logout_redirect_uri=/'];
    const within = addresses(html).filter((address) => !above.includes(address));
    expect(addresses(html)).toEqual(expect.arrayContaining(above));
    expect(within.length).toBeGreaterThan(4);
    for (const address of within) expect(address).toMatch(new RegExp(`^${below(contoso)}/`));
    const decisions = html.match(/<form[^>]*method="post"[^>]*>/g) ?? [];
    const readable = within.filter((address) => !decisions.some((form) => form.includes(`action="${address}"`)));
    for (const address of new Set(readable)) expect([address, (await get(address)).status]).toEqual([address, 200]);
  });

  it('shows a tenant without a finished scan as not examined', async () => {
    const html = await page(below(tailspin));
    expect(html).toContain('<h1>No scan of this tenant has finished</h1>');
    expect(html).toContain('No earlier scan has finished.');
    expect(html).not.toMatch(/Nothing waits|from before it/);
  });

  it('does not show a finding or scan of another tenant', async () => {
    expect((await get(below(fabrikam, `/findings/${fabrikamFinding.id}`))).status).toBe(200);
    expect((await get(below(contoso, `/findings/${fabrikamFinding.id}`))).status).toBe(404);
    for await (const { id } of laptop.runtime.scans.scans(fabrikam.id))
      expect((await get(below(contoso, `/scans/${id}`))).status).toBe(404);
  });

  it.each([
    ['an unknown tenant', '/tenants/dddddddd-0000-4000-8000-00000000000d/findings'],
    ['a page of a tenant without its path prefix', '/findings'],
  ])('is 404 for %s', async (_, path) => {
    const answer = await get(path);
    expect([answer.status, await answer.text()]).toEqual([404, expect.stringContaining('href="/tenants"')]);
  });

  it.each(['/tenants', below(contoso), below(fabrikam, '/findings')])(
    'rejects a request without a role: %s',
    async (path) => {
      for (const who of ['', 'e30=']) expect((await get(path, who)).status).toBe(401);
    },
  );

  it('escapes names from the directory', async () => {
    for (const path of ['/tenants', below(fabrikam), below(fabrikam, '/findings')]) {
      const html = await page(path);
      expect(html).not.toContain('<img');
      expect(html).toContain('&lt;img src=x');
    }
  });

  it('shows the plan in a read-only tenant, and rejects its approval', async () => {
    const html = await page(below(fabrikam, `/findings/${fabrikamFinding.id}`));
    expect(await page(below(fabrikam))).toContain('1 plan for an administrator of this tenant');
    expect(html).toContain('The exact request');
    expect(html).toContain('Consentinel only reads it');
    expect(html).not.toContain('/approve"');
    const sent = await approval(fabrikam, fabrikamFinding);
    expect([sent.status, await sent.text()]).toEqual([422, expect.stringContaining('not the home tenant')]);
    expect((await findingOf(fabrikam)).remediation?.status).toBe('proposed');
  });

  it('stores an approval in the home tenant, and redirects to the finding', async () => {
    const own = await findingOf(contoso);
    const sent = await approval(contoso, own);
    const path = below(contoso, `/findings/${own.id}`);
    expect([sent.status, sent.headers.get('location')]).toEqual([303, `${path}?done=approved`]);
    expect((await findingOf(contoso)).remediation?.status).toBe('approved');
  });

  describeInBrowser('in a browser', () => {
    it.each([1280, 390])('fit a screen of %i pixels, and link from the list to a tenant and back', (width) =>
      withTab(web.fetch, { width, principal: vera }, async (tab, server) => {
        const expectAccessible = async () => {
          expect(await violationsOf(tab)).toEqual([]);
          expect(await tab.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
        };
        await tab.goto(`${server}/`);
        await expectAccessible();
        await tab.getByRole('link', { name: 'Contoso' }).click();
        await expectAccessible();
        await tab.getByRole('link', { name: 'Findings', exact: true }).click();
        expect(new URL(tab.url()).pathname).toBe(below(contoso, '/findings'));
        expect(await tab.title()).toContain('Contoso');
        await tab.getByRole('link', { name: 'All tenants' }).click();
        expect(new URL(tab.url()).pathname).toBe('/tenants');
      }),
    );
  });

  it('names a report after its tenant', async () => {
    const { headers } = await get(below(contoso, '/reports/json'), vera);
    expect(headers.get('content-disposition')).toContain(`consentinel-${contoso.id}-`);
  });
});
