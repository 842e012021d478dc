import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { recordAbandoned } from '../../src/jobs/alerts/record-abandoned.js';
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
])('every response has the security headers: %s', async (path) => {
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

it('no page contains an inline script, an inline style, or content of another origin', async () => {
  for (const path of ['/', '/findings', `/findings/${findings[0]?.id}`, '/scans', '/rules', '/audit?check=now']) {
    const text = await page(path);
    expect(text).not.toMatch(/<style|<[^>]*\sstyle=|<[^>]*\son\w+=|<script(?! src="\/assets\/script\.js" defer)/);
    expect(text).not.toMatch(/(src|href|action)="(?!\/|#|data:,|https:\/\/entra\.microsoft\.com\/)/);
  }
});

describe('text from the directory and from users is escaped', () => {
  const expectEscaped = (text: string) => {
    expect(text).not.toMatch(/<img|<script(?! src="\/assets)/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they must not be there
    expect(text).not.toMatch(/[\u202e\u001b]/);
  };

  it('in names, keys, plans and requests', async () => {
    const { id } = named(hostile);
    for (const path of ['/', '/findings', `/findings/${id}`]) expectEscaped(await page(path));
    const text = await page(`/findings/${id}`);
    expect(text).toContain('&lt;img src=x onerror=alert(1)&gt;');
    expect(text).toContain('\\u202e');
  });

  it('in the query of an address', async () => {
    for (const name of ['q', 'show', 'severity', 'rule', 'page'])
      expectEscaped(await page(`/findings?${new URLSearchParams({ [name]: hostile })}`));
  });

  it('in reasons, comments, authors and the history', async () => {
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
    for (const name of ['Payroll Sync', 'Loan Desk']) expectEscaped(await page(`/findings/${named(name).id}`));
  });

  it('in unknown paths', async () => {
    expectEscaped(await page(`/scans/${encodeURIComponent(hostile)}`));
    expectEscaped(await page(`/rules/${encodeURIComponent(hostile)}`));
  });
});

describe('a finding', () => {
  it('shows its plan, the exact requests, the warnings, and why it matters', async () => {
    const finding = named(hostile);
    const text = await page(`/findings/${finding.id}`);
    expect(text).toMatch(/1 key removed, 1 kept/);
    expect(text).toContain(`PATCH /applications/${finding.objectId}`);
    expect(text).toContain('This cannot be undone.');
    for (const warning of finding.remediation?.plan.warnings ?? [])
      expect(text).toContain(warning.replaceAll("'", '&#39;'));
    expect(text).toContain('The v2.0 endpoint signs tokens with certificates.');
    expect(text).toContain('<strong>AADSTS50000</strong>');
    expect(text).toContain('Read-only installation: approvals are saved but not executed.');
  });

  it('shows the manual fix in three forms', async () => {
    const { id, objectId, key } = named(hostile);
    const text = await page(`/findings/${id}`);
    expect(text).toMatch(/<li>Entra admin center<\/li><li>Entra ID<\/li><li>App registrations<\/li>/);
    expect(text).toContain(`Remove-EntraApplicationKeyCredential -ApplicationId ${objectId} -KeyId ${key}`);
    expect(text).toContain(`GET /v1.0/applications/${objectId}?$select=keyCredentials`);
  });

  it('shows step by step whether the app can get a token now', async () => {
    const { id } = named(hostile);
    expect(await page(`/findings/${id}`)).toContain(`/findings/${id}/reachability`);
    const text = await page(`/findings/${id}/reachability`);
    expect(text).toContain('Can this app get a token now?');
    expect(text).toMatch(/<strong>Failed:<\/strong>[^<]*symmetric signing key[^<]*AADSTS50000/);
    expect(text).toMatch(/<strong>Passed:<\/strong>[^<]*service principal/);
    expect(text.match(/First failed step/g)).toHaveLength(1);
    expect(text).toMatch(
      /<li class="failed first"><p[^>]*>First failed step<\/p><p><strong>Failed:<\/strong>[^<]*signing key/,
    );
    expect(text).toMatch(/<summary>\d+ steps passed<\/summary>/);
    expect(text).toContain('<strong>No token</strong>');
    expect(text).not.toMatch(/<img|<script>alert/);
    expect((await get('/findings/0123456789abcdef/reachability')).status).toBe(404);
  });

  it('is 404 for an unknown id', async () => {
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

it('shows the rule that a complete scan could not examine', async () => {
  const { id } = await laptop.scan();
  const notExamined = [{ ruleId: 'require-fresh-password-sync', reason: 'Graph does not return whether it is on.' }];
  expect(await page('/')).not.toContain('Not examined');
  await laptop.runtime.scans.amend(tenant.id, id, (scan) => ({ ...scan, notExamined }));
  const text = await page('/');
  expect(text).toContain('The last scan was complete');
  expect(text).toMatch(/Not examined.*require-fresh-password-sync.*Graph does not return whether it is on\./s);
});

it('shows first what an incomplete scan did not examine', async () => {
  laptop.simulator.roles.revoke('Policy.Read.All');
  await laptop.scan();
  const text = await page('/');
  expect(text.indexOf('The last scan was incomplete')).toBeGreaterThan(0);
  expect(text.indexOf('The last scan was incomplete')).toBeLessThan(text.indexOf('open finding'));
  expect(text).toContain('require-consent-route');
  expect(text).toContain('Policy.Read.All');
});

describe('the overview', () => {
  /** The overview at a later time. */
  const overviewAfter = async (hours: number): Promise<string> => {
    const now = () => new Date(Date.parse(laptop.runtime.clock.now()) + hours * 3_600_000).toISOString();
    const review = () => ({ ...laptop.runtime.review(), clock: { ...laptop.runtime.clock, now } });
    const at = azureWeb({ ...laptop.runtime, review }, origin);
    return (await at(new Request(`${origin}/`, { headers: { 'x-ms-client-principal': ada } }))).text();
  };

  it('shows that no scan was complete for more than 26 hours', async () => {
    laptop.simulator.roles.grant('Policy.Read.All');
    await laptop.scan();
    const heading = 'No complete scan for more than 26 hours';
    const recent = await overviewAfter(25);
    expect(recent).not.toContain(heading);
    expect(recent).toContain('notice good');
    const text = await overviewAfter(27);
    expect(text.indexOf(heading)).toBeGreaterThan(0);
    expect(text.indexOf(heading)).toBeLessThan(text.indexOf('open finding'));
    expect(text).not.toContain('notice good');
  });

  it('shows the notes of the last scan, escaped', async () => {
    const { id } = await laptop.scan();
    const notes = [`The clock is 90 s ahead of Graph. ${hostile}`];
    await laptop.runtime.scans.amend(tenant.id, id, (scan) => ({ ...scan, notes }));
    const text = await page('/');
    expect(text).toContain('The clock is 90 s ahead of Graph.');
    expect(text).not.toMatch(/<img|<script>alert/);
  });

  it('shows the messages that were abandoned in the last week, also before the last scan', async () => {
    await recordAbandoned(laptop.runtime, tenant.id, 'remediations', 'The remediation of finding 1 was given up.');
    await laptop.scan();
    expect(await page('/')).toContain('The remediation of finding 1 was given up.');
    expect(await overviewAfter(7 * 24 + 1)).not.toContain('The remediation of finding 1');
  });

  it('shows an alert that a channel has not received, and whether it is tried again', async () => {
    const { id } = await laptop.scan();
    const alertOf = (status: 'pending' | 'failed') => ({
      about: 'complete' as const,
      from: '2026-11-23T02:10:00.000Z',
      until: '2026-11-24T02:10:00.000Z',
      silent: false,
      deliveries: { teams: { status, at: '2026-11-24T02:11:00.000Z', attempts: 1, error: 'Teams: it answered 500.' } },
    });
    for (const [status, sentence] of [
      ['pending', 'Delivery is retried.'],
      ['failed', 'The next alert includes it.'],
    ] as const) {
      await laptop.runtime.scans.amend(tenant.id, id, (scan) => ({ ...scan, alerts: alertOf(status) }));
      expect(await page('/')).toContain(`Teams: it answered 500. ${sentence}`);
    }
  });
});

it('shows the result of the audit check after the user starts it', async () => {
  expect(await page('/audit?check=now')).toContain('The audit trail is intact');
  expect(await page('/audit')).not.toContain('The audit trail is intact');
});

it.each([
  ['html', 'text/html; charset=utf-8'],
  ['csv', 'text/csv; charset=utf-8; header=present'],
  ['sarif', 'application/sarif+json'],
  ['json', 'application/json'],
])('downloads a report with every finding: %s', async (format, type) => {
  const response = await get(`/reports/${format}`, vera);
  expect(response.headers.get('content-type')).toBe(type);
  expect(response.headers.get('content-disposition')).toMatch(
    new RegExp(`^attachment; filename="consentinel-[\\d-]{10}\\.${format}"$`),
  );
  expect(await response.text()).toContain(named('Payroll Sync').id);
});

it('shows a command in a message as code', async () => {
  const { id } = await laptop.scan();
  const notes = ['Run `consentinel doctor` since 2026-11-24T02:00:00Z; an unpaired ` stays.'];
  await laptop.runtime.scans.amend(tenant.id, id, (scan) => ({ ...scan, notes }));
  const text = await page('/');
  expect(text).toContain('Run <code>consentinel doctor</code> since <time');
  expect(text).toContain('an unpaired ` stays.');
});

it('leads from an unknown address to the findings, and speaks of no change', async () => {
  const response = await get('/nothing');
  const text = await response.text();
  expect(response.status).toBe(404);
  expect(text).toContain('<a href="/findings">All findings</a>');
  expect(text).not.toContain('Nothing changed');
});
