import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import type { Answering } from '../../src/local/web-server.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { aSigner } from '../support/signing.js';
import { ada, azureWeb, grace, vera } from '../support/web.js';

const origin = 'https://consentinel.example';
const tenant = simulatedTenantOf([
  anApp('Payroll Sync', { application: { keyCredentials: [aSymmetricSigningKey('payroll')] } }),
]);

let laptop: Laptop;
let web: Answering;
beforeAll(async () => {
  laptop = await aLaptop({ tenant });
  const { runtime } = laptop;
  const review = { ...runtime.review(), pause: { ...runtime.pause(), ...aSigner() } };
  web = azureWeb({ ...runtime, review: () => review }, origin);
  await laptop.scan();
});
afterAll(() => laptop.close());

interface OpenPage {
  readonly text: string;
  readonly cookie: string;
  readonly fields: Record<string, string>;
}

async function open(who: string, path = '/'): Promise<OpenPage> {
  const response = await web(new Request(`${origin}${path}`, { headers: { 'x-ms-client-principal': who } }));
  const text = await response.text();
  const hidden = [...text.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)];
  return {
    text,
    cookie: response.headers.get('set-cookie')?.split(';')[0] ?? '',
    fields: Object.fromEntries(hidden.map(([, name, value]) => [name, value])) as Record<string, string>,
  };
}

function send(page: OpenPage, who: string, action: string, more: Record<string, string> = {}, headers: object = {}) {
  const body = new URLSearchParams({ ...page.fields, reason: 'An app stopped working.', ...more });
  const sent = {
    'x-ms-client-principal': who,
    cookie: page.cookie,
    origin,
    'sec-fetch-site': 'same-origin',
    ...headers,
  };
  return web(new Request(`${origin}/remediation/${action}`, { method: 'POST', headers: sent, body }));
}

const paused = async () => (await open(vera)).text.includes('Remediation is paused');

describe('the form that pauses', () => {
  let page: OpenPage;
  beforeEach(async () => {
    page = await open(ada);
  });

  it.each<[string, number, () => Promise<Response> | Response]>([
    ['a reader', 403, async () => send(await open(vera), vera, 'pause')],
    ['another site', 403, () => send(page, ada, 'pause', {}, { origin: 'https://evil.example' })],
    ['a form without a CSRF token', 403, () => send(page, ada, 'pause', { csrfToken: '' })],
    ['a form of another approver', 403, () => send(page, grace, 'pause')],
    ['a form without a reason', 422, () => send(page, ada, 'pause', { reason: ' ' })],
    ['a form that is too long', 413, () => send(page, ada, 'pause', { reason: 'x'.repeat(20_000) })],
    ['an unknown action', 404, () => send(page, ada, 'stop')],
  ])('is rejected from %s', async (_name, status, form) => {
    expect((await form()).status).toBe(status);
    expect(await paused()).toBe(false);
  });

  it('is not offered to a reader', async () => {
    expect((await open(vera)).text).not.toContain('Pause remediation');
    expect(page.text).toContain('Pause remediation');
  });

  it('pauses; every page says so, with author and reason; an approver resumes', async () => {
    expect((await send(page, ada, 'pause')).status).toBe(303);
    for (const path of ['/', '/findings', '/scans', '/rules']) {
      const { text } = await open(vera, path);
      expect(text).toContain('Remediation is paused');
      expect(text).toContain('ada@woodgrove.example');
      expect(text).toContain('An app stopped working.');
    }
    expect((await send(await open(grace), grace, 'resume', { reason: 'It was not the key.' })).status).toBe(303);
    expect(await paused()).toBe(false);
  });

  it('resumes nothing that is not paused', async () => {
    expect((await send(page, ada, 'resume')).status).toBe(422);
  });
});
