import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { suppress } from '../../src/jobs/finding/suppress-finding.js';
import { approve } from '../../src/jobs/remediation/approve.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import type { Answering } from '../../src/local/web-server.js';
import type { Finding } from '../../src/model/finding/finding.js';
import { rules } from '../../src/rules/index.js';
import { aKey, anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { ada, azureWeb, vera } from '../support/web.js';

const origin = 'https://consentinel.example';
const hostile = '<img src=x onerror=alert(1)>"\'><script>alert(2)</script>=HYPERLINK("http://evil")\u202e\u001b[2J';
const hostileKey = aKey('kept', { displayName: hostile });
const tenant = simulatedTenantOf([
  anApp('Payroll Sync', { application: { keyCredentials: [aSymmetricSigningKey('payroll')] } }),
  anApp(hostile, { application: { keyCredentials: [aSymmetricSigningKey('hostile'), hostileKey] } }),
  anApp('Loan Desk', { application: { keyCredentials: [aSymmetricSigningKey('loan')] } }),
]);

let laptop: Laptop;
let web: Answering;
let findings: Finding[];
beforeAll(async () => {
  laptop = await aLaptop({ tenant, keysInLists: true }, { REMEDIATOR_CLIENT_ID: '' });
  web = azureWeb(laptop.runtime, origin);
  await laptop.scan();
  findings = await laptop.stored();
});
afterAll(() => laptop.close());

const get = (path: string, who = ada) =>
  web(new Request(`${origin}${path}`, { headers: { 'x-ms-client-principal': who } }));
const page = async (path: string, who = ada) => (await get(path, who)).text();
const named = (name: string) => findings.find(({ displayName }) => displayName === name) as Finding;

it.each([
  '/',
  '/findings',
  '/scans',
  '/rules',
  '/audit?check=now',
  '/findings/0123456789abcdef',
  '/rules/no-such-rule',
  '/scans/none',
  '/reports/pdf',
  '/nothing',
  '/assets/style.css',
  '/assets/script.js',
  '/reports/json',
])('every answer is guarded against what a page could do to it: %s', async (path) => {
  for (const who of [ada, vera, '']) {
    const { headers, status } = await get(path, who);
    if (!who && !path.startsWith('/assets/')) expect(status).toBe(401);
    const policy = headers.get('content-security-policy') ?? '';
    for (const part of [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "form-action 'self'",
    ])
      expect(policy).toContain(part);
    expect(policy).not.toContain('unsafe');
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'cross-origin-opener-policy': 'same-origin',
    });
  }
});

it('no page holds a script or a style of its own, or anything from outside', async () => {
  for (const path of ['/', '/findings', `/findings/${findings[0]?.id}`, '/scans', '/rules', '/audit?check=now']) {
    const text = await page(path);
    expect(text).not.toMatch(/<style|<[^>]*\sstyle=|<[^>]*\son\w+=|<script(?! src="\/assets\/script\.js" defer)/);
    expect(text).not.toMatch(/(src|href|action)="(?!\/|#|data:,|https:\/\/entra\.microsoft\.com\/)/);
  }
});

describe('what strangers have written is text', () => {
  const harmlessText = (text: string) => {
    expect(text).not.toMatch(/<img|<script(?! src="\/assets)/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there
    expect(text).not.toMatch(/[\u202e\u001b]/);
  };

  it('in names, keys, plans and requests', async () => {
    const { id } = named(hostile);
    for (const path of ['/', '/findings', `/findings/${id}`]) harmlessText(await page(path));
    const text = await page(`/findings/${id}`);
    expect(text).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(text).toContain('\\u202e');
  });

  it('in what is searched for', async () => {
    for (const name of ['q', 'show', 'severity', 'rule', 'page'])
      harmlessText(await page(`/findings?${new URLSearchParams({ [name]: hostile })}`));
  });

  it('in reasons, comments and authors, in the history too', async () => {
    const { tenantId } = named('Payroll Sync');
    const author = hostile;
    const until = new Date(Date.now() + 864e5).toISOString();
    await suppress(laptop.runtime, { tenantId, findingId: named('Payroll Sync').id, author, reason: hostile, until });
    await approve(laptop.runtime, {
      tenantId,
      findingId: named('Loan Desk').id,
      author,
      comment: hostile,
      acknowledgeWarnings: true,
    });
    for (const name of ['Payroll Sync', 'Loan Desk']) harmlessText(await page(`/findings/${named(name).id}`));
  });

  it('in addresses that lead nowhere', async () => {
    harmlessText(await page(`/scans/${encodeURIComponent(hostile)}`));
    harmlessText(await page(`/rules/${encodeURIComponent(hostile)}`));
  });
});

describe('a finding', () => {
  it('shows its plan as a person reads it and to the letter, what to know, and why it matters', async () => {
    const finding = named(hostile);
    const text = await page(`/findings/${finding.id}`);
    expect(text).toMatch(/1 key removed, 1 kept/);
    expect(text).toContain(`PATCH /applications/${finding.objectId}`);
    expect(text).toContain('This cannot be undone.');
    for (const warning of finding.remediation?.plan.warnings ?? [])
      expect(text).toContain(warning.replaceAll("'", '&#39;'));
    expect(text).toContain('The v2.0 endpoint signs tokens with certificates.');
    expect(text).toContain('<strong>AADSTS50000</strong>');
    expect(text).toContain('This installation only reads');
  });

  it('tells step by step whether the app can get a token now, read afresh, whatever its name', async () => {
    const { id } = named(hostile);
    expect(await page(`/findings/${id}`)).toContain(`/findings/${id}/reachability`);
    const text = await page(`/findings/${id}/reachability`);
    expect(text).toContain('Can this app get a token now?');
    expect(text).toMatch(/<strong>Fails:<\/strong>[^<]*symmetric signing key[^<]*AADSTS50000/);
    expect(text).toMatch(/<strong>Holds:<\/strong>[^<]*service principal/);
    expect(text).not.toMatch(/<img|<script>alert/);
    expect((await get('/findings/0123456789abcdef/reachability')).status).toBe(404);
  });

  it('that is not there is 404, whatever the id', async () => {
    for (const id of ['0123456789abcdef', 'x', '%00', '0123456789ABCDEF'])
      expect((await get(`/findings/${id}`)).status).toBe(404);
  });
});

it('every rule has its page', async () => {
  for (const { id, title } of rules) {
    const text = await page(`/rules/${id}`);
    expect(text).toContain(title.replaceAll("'", '&#39;'));
    expect(text).toContain('<h2>Why it matters</h2>');
  }
});

it('tells which rule could not tell, though the scan was complete', async () => {
  const { id } = await laptop.scan();
  const notExamined = [{ ruleId: 'require-fresh-password-sync', reason: 'Graph does not tell whether it is on.' }];
  expect(await page('/')).not.toContain('Not examined');
  await laptop.runtime.scans.amend(tenant.id, id, (scan) => ({ ...scan, notExamined }));
  const text = await page('/');
  expect(text).toContain('The last scan was complete');
  expect(text).toMatch(/Not examined.*require-fresh-password-sync.*Graph does not tell whether it is on\./s);
});

it('tells what the last scan did not examine before anything else', async () => {
  laptop.simulator.roles.revoke('Policy.Read.All');
  await laptop.scan();
  const text = await page('/');
  expect(text.indexOf('The last scan was incomplete')).toBeGreaterThan(0);
  expect(text.indexOf('The last scan was incomplete')).toBeLessThan(text.indexOf('standing finding'));
  expect(text).toContain('require-consent-route');
  expect(text).toContain('Policy.Read.All');
});

it('tells where the audit trail is not what was written', async () => {
  expect(await page('/audit?check=now')).toContain('The trail is whole');
  expect(await page('/audit')).not.toContain('The trail is');
});

it.each([
  ['html', 'text/html; charset=utf-8'],
  ['csv', 'text/csv; charset=utf-8; header=present'],
  ['sarif', 'application/sarif+json'],
  ['json', 'application/json'],
])('gives everything in a file: %s', async (format, type) => {
  const response = await get(`/reports/${format}`, vera);
  expect(response.headers.get('content-type')).toBe(type);
  expect(response.headers.get('content-disposition')).toMatch(
    new RegExp(`^attachment; filename="consentinel-[\\d-]{10}\\.${format}"$`),
  );
  expect(await response.text()).toContain(named('Payroll Sync').id);
});
