import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { suppress } from '../../src/jobs/finding/suppress-finding.js';
import { queueNames } from '../../src/jobs/ports/index.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import type { Answering } from '../../src/local/web-server.js';
import type { Finding } from '../../src/model/finding/finding.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { createWeb } from '../../src/web/app.js';
import { loopbackAuthenticator } from '../../src/web/auth/loopback.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { ada, azureWeb, principal, serveHere, vera } from '../support/web.js';

const origin = 'https://consentinel.example';
const secret = 'http://127.0.0.1:9/SECRET-PATH';
const tenant = simulatedTenantOf([
  anApp('Payroll Sync', { application: { keyCredentials: [aSymmetricSigningKey('payroll')] } }),
  anApp('=HYPERLINK("http://evil")', { application: { keyCredentials: [aSymmetricSigningKey('hostile')] } }),
]);

let laptop: Laptop;
let web: Answering;
let findings: Finding[];
beforeAll(async () => {
  laptop = await aLaptop({ tenant }, { TEAMS_WEBHOOK_URL: secret });
  web = azureWeb(laptop.runtime, origin);
  await laptop.scan();
  findings = await laptop.stored();
});
afterAll(() => laptop.close());

const get = (path: string, who = vera) =>
  web(new Request(`${origin}${path}`, { headers: { 'x-ms-client-principal': who } }));
const page = async (path: string, who = vera) => (await get(path, who)).text();

const openScans = () => get('/scans', ada);

async function requestScan(who = ada, headers: Record<string, string> = {}, given?: Response) {
  const opened = given ?? (await openScans());
  const [, token = ''] = /name="csrfToken" value="([^"]+)"/.exec(await opened.text()) ?? [];
  const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? '';
  return web(
    new Request(`${origin}/scans/request`, {
      method: 'POST',
      headers: { 'x-ms-client-principal': who, cookie, origin, 'sec-fetch-site': 'same-origin', ...headers },
      body: new URLSearchParams({ csrfToken: token }),
    }),
  );
}

describe('a scan', () => {
  it('is requested by an approver only, from this page only', async () => {
    expect(await page('/scans')).not.toContain('Scan now');
    expect((await requestScan(vera)).status).toBe(403);
    expect((await requestScan(ada, { origin: 'https://evil.example' })).status).toBe(403);
    expect(await laptop.runtime.inbox.receive(queueNames.scanRequests, 1, 1)).toEqual([]);
  });

  it('is requested with the id of the person, and the page waits for it', async () => {
    const response = await requestScan();
    expect(response.status).toBe(303);
    const location = response.headers.get('location') ?? '';
    const scanId = new URL(location, origin).searchParams.get('requested');
    const [message] = await laptop.runtime.inbox.receive(queueNames.scanRequests, 1, 1);
    const requestedBy = 'page:0b0e0000-0000-4000-8000-00000000000a';
    expect(JSON.parse(message?.text ?? '')).toEqual({ scanId, requestedBy });
    expect(await page(location)).toContain('Scan requested.');
    await laptop.scan({ scanId: scanId ?? '', requestedBy });
    expect(await page(location)).not.toContain('Scan requested.');
    expect(await page(`/scans/${scanId}`)).toContain('Requested on the page by 0b0e0000');
  });

  it('is not requested while one runs', async () => {
    const { scans } = laptop.runtime;
    const { id } = await laptop.scan();
    const opened = await openScans();
    await scans.amend(tenant.id, id, (scan) => ({ ...scan, status: 'running' }));
    expect(await page('/scans', ada)).not.toContain('Scan now');
    const response = await requestScan(ada, {}, opened);
    expect(response.status).toBe(422);
    expect(await response.text()).toContain('A scan of this tenant has been running since');
    await scans.amend(tenant.id, id, (scan) => ({ ...scan, status: 'complete' }));
  });

  it('shows its duration and the findings that appeared in it', async () => {
    const text = await page(`/scans/${findings[0]?.appearedIn}`);
    expect(text).toContain('<dt>Duration</dt>');
    expect(text).toContain('Appeared in this scan');
    expect(text).toContain('Payroll Sync');
    expect(await page('/scans')).toMatch(/<td>(less than )?\d+ s<\/td>/);
  });

  it('runs in the process of serve on a laptop, and leaves the queue alone', async () => {
    const served = await serveHere(laptop);
    const signedIn = await fetch(served.address(), { redirect: 'manual' });
    const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
    const opened = await (await fetch(`${served.origin}/scans`, { headers: { cookie } })).text();
    const [, token = ''] = /name="csrfToken" value="([^"]+)"/.exec(opened) ?? [];
    const headers = { cookie, origin: served.origin, 'sec-fetch-site': 'same-origin' };
    const answer = await fetch(`${served.origin}/scans/request`, {
      method: 'POST',
      headers,
      body: new URLSearchParams({ csrfToken: token }),
      redirect: 'manual',
    });
    const scanId = new URL(answer.headers.get('location') ?? '', served.origin).searchParams.get('requested') ?? '';
    while (!served.log.some((line) => line.startsWith('Scan complete'))) await laptop.runtime.clock.wait(50);
    expect((await laptop.runtime.scans.scan(tenant.id, scanId))?.status).toBe('complete');
    await served.close();
  });
});

describe('the rules page', () => {
  it('lists the rules with open findings first, and the most severe first', async () => {
    const text = await page('/rules');
    const rows = [...text.matchAll(/<span class="tag severity (\w+)">.*?<span class="when">(.*?)<\/span><\/li>/gs)];
    const ranks = rows.map(([, severity = '', when = '']) => [
      when.includes('<a ') ? 0 : 1,
      ['high', 'medium', 'low'].indexOf(severity),
    ]);
    expect(ranks).toEqual([...ranks].sort(([a = 0, b = 0], [c = 0, d = 0]) => a - c || b - d));
    expect(text.indexOf('/rules/no-symmetric-signing-key')).toBeLessThan(
      text.indexOf('/rules/no-app-specific-key-on-middle-tier'),
    );
  });
});

describe('the audit trail', () => {
  beforeAll(async () => {
    const findingId = findings.find(({ displayName }) => displayName === 'Payroll Sync')?.id ?? '';
    const until = new Date(Date.now() + 864e5).toISOString();
    await suppress(laptop.runtime, { tenantId: tenant.id, findingId, author: 'grace', reason: '=1+1', until });
    web = azureWeb(laptop.runtime, origin);
  });

  it.each([
    ['', 5],
    ['type=suppressed', 1],
    ['by=people', 1],
    ['by=scans', 4],
    ['rule=no-symmetric-signing-key', 5],
    ['rule=require-service-principal', 0],
    ['q=GRACE', 1],
    ['from=2000-01-01&until=2000-12-31', 0],
    ['type=nonsense&by=constructor&from=x&page=-1', 5],
  ])('filtered by %j has %i events', async (query, count) => {
    const text = await page(`/audit?${query}`);
    expect(text).toContain(count === 0 ? 'No event matches the filter.' : `${count} event${count === 1 ? '' : 's'}.`);
  });

  it('is exported with the filter, and no cell is a formula', async () => {
    const response = await get('/audit/events.csv?type=suppressed');
    expect(response.headers.get('content-type')).toContain('text/csv');
    const lines = (await response.text()).trim().split('\r\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toBe('at,type,author,summary,findingId,ruleId,sequence,hash');
    expect(lines[1]).toContain(',suppressed,grace,');
    expect(await (await get('/audit/events.csv')).text()).not.toMatch(/(^|,)=/m);
  });
});

describe('the settings page', () => {
  it('shows what is set, and no value of a secret', async () => {
    const text = await page('/settings');
    expect(text).toMatch(/<dt>Microsoft Graph<\/dt><dd>127\.0\.0\.1:\d+<\/dd>/);
    expect(text).toContain('TEAMS_WEBHOOK_URL');
    expect(text).toContain('Set (secret)');
    expect(text).not.toContain('SECRET-PATH');
    for (const name of ['AzureWebJobsStorage', 'IDENTITY_HEADER'])
      expect(text).not.toContain(laptop.settings[name] ?? 'none');
    expect(text).toContain('Consentinel test');
  });

  it('says that every setting has its default value', async () => {
    const sentence = 'Every setting has its default value.';
    expect(await page('/settings')).not.toContain(sentence);
    const settings = laptop.runtime.review().settings.map((setting) => ({ ...setting, isSet: false }));
    const review = () => ({ ...laptop.runtime.review(), settings });
    const text = await azureWeb(
      { ...laptop.runtime, review },
      origin,
    )(new Request(`${origin}/settings`, { headers: { 'x-ms-client-principal': vera } }));
    const html = await text.text();
    expect(html).toContain(sentence);
    expect(html).not.toContain('Settings that are set');
  });

  it('runs the checks of doctor when the user starts them', async () => {
    expect(await page('/settings')).not.toContain('Results of the checks');
    const text = await page('/settings?check=now');
    expect(text).toContain('Results of the checks');
    expect(text).toMatch(/<th scope="row">storage<\/th><td><span class="tag complete">OK/);
    expect(text).not.toContain('SECRET-PATH');
  });
});

describe('the user', () => {
  it('is shown by display name, and signs out through App Service', async () => {
    const who = principal('ada@woodgrove.example', ['Consentinel.Approver'], {});
    const { claims, ...rest } = JSON.parse(Buffer.from(who, 'base64').toString()) as { claims: object[] };
    const named = { ...rest, claims: [...claims, { typ: 'name', val: 'Ada <b>Lovelace' }] };
    const text = await page('/rules', Buffer.from(JSON.stringify(named)).toString('base64'));
    expect(text).toContain('Ada &lt;b&gt;Lovelace</bdi>');
    expect(text).toContain('href="/.auth/logout?post_logout_redirect_uri=/"');
    expect(await page('/rules', ada)).toMatch(/<bdi title="Object ID [^"]+">ada@woodgrove\.example<\/bdi>/);
  });

  it('signs out on a laptop', async () => {
    const addresses: string[] = [];
    const onAddress = (address: string) => addresses.push(address);
    const local = createWeb(
      laptop.runtime.review(),
      loopbackAuthenticator({ port: 4711, hostName: 'x.localhost', author: 'me', onAddress }),
      { version: 'test' },
    );
    const ask = (path: string, cookie = '') =>
      local.fetch(
        new Request(new URL(path, 'http://x.localhost:4711'), { headers: { host: 'x.localhost:4711', cookie } }),
      );
    const cookie = (await ask(addresses[0] ?? '')).headers.get('set-cookie')?.split(';')[0] ?? '';
    expect((await ask('/rules', cookie)).status).toBe(200);
    expect(await (await ask('/signout', cookie)).text()).toContain('Signed out');
    expect((await ask('/rules', cookie)).status).toBe(401);
  });
});
