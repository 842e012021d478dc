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

/** As the function `web` does it, with the library's own request and response. */
async function ask(init: ConstructorParameters<typeof HttpRequest>[0]): Promise<HttpResponse> {
  const answer = await web(await asRequest(new HttpRequest(init)));
  return new HttpResponse(asResponseInit(answer));
}

const url = 'https://app.azurewebsites.net';

it('the page passes through the Functions runtime whole: status, headers, cookie, body', async () => {
  const response = await ask({ url: `${url}/`, method: 'GET', headers: { 'x-ms-client-principal': ada } });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(response.headers.get('set-cookie')).toMatch(/^__Host-consentinel=/);
  expect(await response.text()).toContain('<h1>This tenant was not examined yet</h1>');
});

it('nobody comes in without the header of App Service', async () => {
  expect((await ask({ url: `${url}/`, method: 'GET' })).status).toBe(401);
});

it('a form passes through it: what refuses it is the origin, and not the way', async () => {
  const form = { method: 'POST', body: { string: 'proof=x' } };
  const headers = { 'x-ms-client-principal': ada, 'content-type': 'application/x-www-form-urlencoded' };
  const path = `${url}/findings/0123456789abcdef/approve`;
  const far = await ask({ url: path, ...form, headers: { ...headers, origin: 'https://evil.example' } });
  expect([far.status, await far.text()]).toEqual([403, expect.stringContaining('another site')]);
  const near = await ask({ url: path, ...form, headers: { ...headers, origin: url } });
  expect([near.status, await near.text()]).toEqual([403, expect.stringContaining('earlier session')]);
});

it('a redirect and an answer without a body do too', async () => {
  const response = await ask({ url: `${url}/nothing`, method: 'HEAD', headers: { 'x-ms-client-principal': ada } });
  expect([response.status, await response.text()]).toEqual([404, '']);
});
