import { HttpRequest, HttpResponse } from '@azure/functions';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { asRequest, asResponseInit } from '../../src/functions/as-fetch.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import type { Answering } from '../../src/local/web-server.js';
import { anApp } from '../../src/rules/testing/cases.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { ada, azureWeb } from '../support/web.js';

let laptop: Laptop;
let web: Answering;
beforeAll(async () => {
  laptop = await aLaptop({ tenant: simulatedTenantOf([anApp('Payroll Sync')]) });
  web = azureWeb(laptop.runtime, 'https://consentinel.example');
});
afterAll(() => laptop.close());

/** Handles a request as the function `web` does, with the request and response of the Functions library. */
async function send(init: ConstructorParameters<typeof HttpRequest>[0]): Promise<HttpResponse> {
  const answer = await web(await asRequest(new HttpRequest(init)));
  return new HttpResponse(asResponseInit(answer));
}

const url = 'https://app.azurewebsites.net';

it('returns status, headers, cookie and body through the Functions runtime', async () => {
  const response = await send({ url: `${url}/`, method: 'GET', headers: { 'x-ms-client-principal': ada } });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(response.headers.get('set-cookie')).toMatch(/^__Host-consentinel=/);
  expect(await response.text()).toContain('<h1>No scan of this tenant has finished</h1>');
});

it('rejects a request without the header of App Service', async () => {
  expect((await send({ url: `${url}/`, method: 'GET' })).status).toBe(401);
});

it('passes a form to the page, which rejects another origin and a wrong CSRF token', async () => {
  const form = { method: 'POST', body: { string: 'csrfToken=x' } };
  const headers = { 'x-ms-client-principal': ada, 'content-type': 'application/x-www-form-urlencoded' };
  const path = `${url}/findings/0123456789abcdef/approve`;
  const otherSite = await send({ url: path, ...form, headers: { ...headers, origin: 'https://evil.example' } });
  expect([otherSite.status, await otherSite.text()]).toEqual([403, expect.stringContaining('another site')]);
  const sameSite = await send({ url: path, ...form, headers: { ...headers, origin: url } });
  expect([sameSite.status, await sameSite.text()]).toEqual([403, expect.stringContaining('earlier session')]);
});

it('returns a response without a body', async () => {
  const response = await send({ url: `${url}/nothing`, method: 'HEAD', headers: { 'x-ms-client-principal': ada } });
  expect([response.status, await response.text()]).toEqual([404, '']);
});
