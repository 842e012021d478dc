import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import type { Answering } from '../../src/local/web-server.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { ada, azureWeb, vera } from '../support/web.js';

const origin = 'https://consentinel.example';
const payroll = anApp('Payroll Sync', { application: { keyCredentials: [aSymmetricSigningKey('payroll')] } });
const healthy = anApp('Healthy App');
const tenant = simulatedTenantOf([payroll, healthy]);
const secret = 'PASTED-SECRET-7f3a';

let laptop: Laptop;
let web: Answering;
beforeAll(async () => {
  laptop = await aLaptop({ tenant });
  web = azureWeb(laptop.runtime, origin);
  await laptop.scan();
});
afterAll(() => laptop.close());

const get = (path: string, who = vera) =>
  web(new Request(`${origin}${path}`, { headers: { 'x-ms-client-principal': who } }));
const page = async (path: string) => (await get(path)).text();

async function post(appId: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
  const opened = await get(`/diagnose?app=${appId}`);
  const [, token = ''] = /name="csrfToken" value="([^"]+)"/.exec(await opened.text()) ?? [];
  const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? '';
  return web(
    new Request(`${origin}/diagnose?app=${appId}`, {
      method: 'POST',
      headers: { 'x-ms-client-principal': vera, cookie, origin, 'sec-fetch-site': 'same-origin', ...headers },
      body: new URLSearchParams({ csrfToken: token, ...fields }),
    }),
  );
}

const pasted = `POST https://login.microsoftonline.com/${tenant.id}/oauth2/v2.0/token
client_id=${payroll.appId}&client_secret=${secret}&grant_type=client_credentials&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default

{"error":"invalid_request","error_description":"AADSTS50000: There was an error issuing a token.","correlation_id":"0b0e0000-1111-4000-8000-00000000000a"}`;

describe('the diagnose page', () => {
  it('finds an app by a part of its name, and accepts an application id', async () => {
    expect(await page('/diagnose')).toContain('Find the app');
    const found = await page('/diagnose?q=payroll');
    expect(found).toContain(`href="/diagnose?app=${payroll.appId}"`);
    expect(await page('/diagnose?q=nothing')).toContain('No app with a finding has this name.');
    expect(await page(`/diagnose?q=${healthy.appId}`)).toContain('Describe the failure');
  });

  it('shows verdict, evidence and fix for a pasted error, to a reader too', async () => {
    const response = await post(payroll.appId, { pasted });
    expect(response.status).toBe(200);
    const text = await response.text();
    expect(text).toContain('Cause: a symmetric signing key (AADSTS50000)');
    expect(text).toContain('First failed step');
    expect(text).toContain('valid until <time datetime="2034-03-01T00:00:00Z">2034-03-01 00:00 UTC</time>');
    // The card shows the fix of the first failed step, so the path does not repeat it.
    expect(text).toContain('<h2 id="manual">Fix it manually</h2>');
    expect(text).not.toContain('<summary>Fix it manually');
    expect(text).toContain('0b0e0000-1111-4000-8000-00000000000a');
    expect(text).not.toContain('The directory was not read');
  });

  it('stores, shows and links nothing that was pasted', async () => {
    const text = await (await post(payroll.appId, { pasted, user: 'someone@woodgrove.example' })).text();
    expect(text).not.toContain(secret);
    expect(text).not.toContain('someone@woodgrove.example');
    expect((await laptop.rows()).join('\n')).not.toContain(secret);
    expect(text).toContain(`href="/diagnose?app=${payroll.appId}&amp;code=AADSTS50000"`);
  });

  it('has a link with app and code that shows the same verdict', async () => {
    const text = await page(`/diagnose?app=${payroll.appId}&code=AADSTS50000`);
    expect(text).toContain('Cause: a symmetric signing key (AADSTS50000)');
  });

  it('rejects a code that is not one, and a form of another site', async () => {
    const response = await post(payroll.appId, { code: '<b>' });
    expect(response.status).toBe(422);
    expect(await response.text()).toContain('The error code is not valid.');
    expect((await post(payroll.appId, {}, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await post(payroll.appId, { csrfToken: '' })).status).toBe(403);
    expect((await post(payroll.appId, { pasted: 'x'.repeat(70_000) })).status).toBe(413);
    expect(
      (
        await web(
          new Request(`${origin}/diagnose?app=x`, { method: 'POST', headers: { 'x-ms-client-principal': ada } }),
        )
      ).status,
    ).toBe(404);
  });
});

describe('where the identity of the page cannot read the directory', () => {
  beforeAll(() => laptop.withdraw('Application.Read.All'));

  it('uses the findings, the code and the request, and says what it did not check', async () => {
    const text = await (await post(payroll.appId, { pasted })).text();
    expect(text).toContain('Cause: a symmetric signing key (AADSTS50000)');
    expect(text).toContain('The directory was not read');
    expect(text).toContain('Not checked: the present state of the app');
    expect(text).not.toContain(secret);
  });

  it('uses no finding of another app', async () => {
    const text = await page(`/diagnose?app=${healthy.appId}&code=AADSTS50000`);
    expect(text).toContain('No cause found');
    expect(text).not.toContain('Cause: a symmetric signing key');
  });

  it('judges the request itself', async () => {
    const broken = `grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&client_id=${healthy.appId}&client_secret=${secret}&scope=openid`;
    const text = await (await post(healthy.appId, { pasted: broken })).text();
    expect(text).toContain('Cause: the token request');
    expect(text).not.toContain(secret);
  });
});
