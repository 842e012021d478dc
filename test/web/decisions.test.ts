import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { suppress } from '../../src/jobs/finding/suppress-finding.js';
import { queueNames } from '../../src/jobs/ports/index.js';
import { reject } from '../../src/jobs/remediation/approve.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import type { Answering } from '../../src/local/web-server.js';
import type { Finding } from '../../src/model/finding/finding.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { ada, azureWeb, grace, vera } from '../support/web.js';

const origin = 'https://consentinel.example';
const tenant = simulatedTenantOf([
  anApp('Payroll Sync', { application: { keyCredentials: [aSymmetricSigningKey('payroll')] } }),
]);

let laptop: Laptop;
let web: Answering;
let finding: Finding;
beforeAll(async () => {
  laptop = await aLaptop({ tenant });
  web = azureWeb(laptop.runtime, origin);
  await laptop.scan();
  finding = (await laptop.stored()).find(({ ruleId }) => ruleId === 'no-symmetric-signing-key') as Finding;
});
afterAll(() => laptop.close());

/** The cookie and the hidden form fields of a browser that has opened the page of the finding. */
interface OpenPage {
  readonly cookie: string;
  readonly fields: Record<string, string>;
}

const unescaped = (html = '') => html.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');

async function openPage(who: string): Promise<OpenPage> {
  const response = await web(
    new Request(`${origin}/findings/${finding.id}`, { headers: { 'x-ms-client-principal': who } }),
  );
  const page = await response.text();
  const hidden = [...page.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)];
  const fields = Object.fromEntries(hidden.map(([, name, value]) => [name, unescaped(value)]));
  return { cookie: response.headers.get('set-cookie')?.split(';')[0] ?? '', fields };
}

const warnings = { acknowledged: ['0', '1'] };
const words = { reason: 'The owner is asked.', until: new Date(Date.now() + 864e5).toISOString().slice(0, 10) };

function send(
  page: OpenPage,
  who: string,
  action: string,
  more: Record<string, string | string[]> = {},
  headers: Record<string, string | undefined> = {},
) {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...page.fields, ...more }))
    for (const one of [value].flat()) form.append(name, one);
  const sent = {
    'x-ms-client-principal': who,
    cookie: page.cookie,
    origin,
    'sec-fetch-site': 'same-origin',
    'content-type': 'application/x-www-form-urlencoded',
    ...headers,
  };
  const kept = Object.entries(sent).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return web(new Request(`${origin}/findings/${finding.id}/${action}`, { method: 'POST', headers: kept, body: form }));
}

const state = async () => {
  const stored = await laptop.runtime.findings.finding(finding.tenantId, finding.id);
  const events = await laptop.runtime.findings.history(finding);
  return {
    etag: stored?.etag,
    events: events.length,
    queued: (await laptop.runtime.inbox.receive(queueNames.remediations, 1, 1)).length,
  };
};

describe('an incomplete decision is rejected, and nothing is written', () => {
  let opened: OpenPage;
  let before: Awaited<ReturnType<typeof state>>;
  beforeEach(async () => {
    opened = await openPage(ada);
    before = await state();
  });

  const filled = { ...warnings, ...words };
  const forms: [string, number, (action: string) => Promise<Response> | Response][] = [
    ['a reader', 403, async (action) => send(await openPage(ada), vera, action, filled)],
    ['no user', 401, (action) => send(opened, '', action, filled)],
    ['another site', 403, (action) => send(opened, ada, action, filled, { origin: 'https://evil.example' })],
    [
      'a cross-site request with the origin of this site',
      403,
      (action) => send(opened, ada, action, filled, { 'sec-fetch-site': 'cross-site' }),
    ],
    ['a sibling site', 403, (action) => send(opened, ada, action, filled, { 'sec-fetch-site': 'same-site' })],
    ['no site', 403, (action) => send(opened, ada, action, filled, { origin: undefined, 'sec-fetch-site': undefined })],
    [
      'a hidden origin',
      403,
      (action) => send(opened, ada, action, filled, { origin: 'null', 'sec-fetch-site': undefined }),
    ],
    [
      'this site over http',
      403,
      (action) => send(opened, ada, action, filled, { origin: 'http://consentinel.example' }),
    ],
    ['a form without a CSRF token', 403, (action) => send(opened, ada, action, { ...filled, csrfToken: '' })],
    [
      'a form of another browser',
      403,
      async (action) => send({ ...(await openPage(ada)), cookie: opened.cookie }, ada, action, filled),
    ],
    ['a form of another visitor', 403, (action) => send(opened, grace, action, filled)],
    ['a browser without its cookie', 403, (action) => send({ ...opened, cookie: '' }, ada, action, filled)],
    ['a form without the version seen', 409, (action) => send(opened, ada, action, { ...filled, etag: '' })],
    ['a form for another version', 409, (action) => send(opened, ada, action, { ...filled, etag: 'W/"1"' })],
    [
      'a form for another plan',
      409,
      (action) => send(opened, ada, action, { ...filled, remediation: '0123456789abcdef' }),
    ],
    ['a form that is too long', 413, (action) => send(opened, ada, action, { ...filled, comment: 'x'.repeat(20_000) })],
  ];
  const cases = forms.flatMap(([from, status, form]) =>
    ['approve', 'reject', 'suppress'].map((action) => [`${action} from ${from}`, status, () => form(action)] as const),
  );

  it.each(cases)('%s: %i', async (_, status, form) => {
    const response = await form();
    expect(response.status).toBe(status);
    expect(await state()).toEqual(before);
  });

  it.each([
    ['approve', { acknowledged: [] }],
    ['approve', { acknowledged: ['0'] }],
    ['suppress', { ...words, reason: '  ' }],
    ['suppress', { ...words, until: '2020-01-01' }],
    ['suppress', { ...words, until: 'soon' }],
  ])('%s with %j', async (action, more) => {
    expect((await send(opened, ada, action, more)).status).toBe(422);
    expect(await state()).toEqual(before);
  });

  it.each(['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH'])('by %s', async (method) => {
    for (const action of ['approve', 'reject', 'suppress']) {
      const query = new URLSearchParams({ ...opened.fields, acknowledged: '0' });
      const request = new Request(`${origin}/findings/${finding.id}/${action}?${query}`, {
        method,
        headers: { 'x-ms-client-principal': ada, cookie: opened.cookie, origin },
      });
      expect((await web(request)).status).toBe(404);
    }
    expect(await state()).toEqual(before);
  });

  it('by any user, where App Service authentication is off', async () => {
    const form = new URLSearchParams({ ...opened.fields, ...words });
    const headers = { 'x-ms-client-principal': ada, cookie: opened.cookie, origin };
    for (const action of ['approve', 'reject', 'suppress']) {
      const request = new Request(`${origin}/findings/${finding.id}/${action}`, {
        method: 'POST',
        headers,
        body: form,
      });
      expect((await azureWeb(laptop.runtime, origin, false)(request)).status).toBe(403);
    }
    expect(await state()).toEqual(before);
  });
});

describe('a decision', () => {
  it('is not offered to a reader', async () => {
    expect((await openPage(vera)).fields).toEqual({});
  });

  it('of another approver is shown with author, type and reason, and is kept', async () => {
    const opened = await openPage(ada);
    await reject(laptop.runtime, {
      tenantId: finding.tenantId,
      findingId: finding.id,
      author: 'grace',
      comment: 'Still needed.',
    });
    const response = await send(opened, ada, 'approve', warnings);
    expect(response.status).toBe(409);
    const page = await response.text();
    for (const word of ['Another approver decided first', 'Rejected', 'grace', 'Still needed.'])
      expect(page).toContain(word);
    expect((await laptop.runtime.findings.finding(finding.tenantId, finding.id))?.value.remediation?.status).toBe(
      'rejected',
    );
  });

  it('of two concurrent decisions, one is stored', async () => {
    const [a, b] = await Promise.all([openPage(ada), openPage(grace)]);
    const answers = await Promise.all([send(a, ada, 'approve', warnings), send(b, grace, 'suppress', words)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
  });

  it('is stored with its author, also where the browser hides the origin', async () => {
    const { runtime } = laptop;
    const { tenantId, id: findingId } = finding;
    const now = (await runtime.findings.finding(tenantId, findingId))?.value;
    if (now?.remediation?.status === 'approved') await reject(runtime, { tenantId, findingId, author: 'grace' });
    if (now?.status !== 'suppressed') await suppress(runtime, { tenantId, findingId, author: 'grace', ...words });
    const response = await send(await openPage(ada), ada, 'suppress', words, { origin: 'null' });
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toBe(`/findings/${findingId}?done=suppressed`);
    const stored = await runtime.findings.finding(tenantId, findingId);
    expect(stored?.value.suppression?.author).toBe('ada@woodgrove.example (0b0e0000-0000-4000-8000-00000000000a)');
  });
});
