import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { queueNames } from '../../src/jobs/ports/index.js';
import { reject } from '../../src/jobs/remediation/approve.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import type { Answering } from '../../src/local/web-server.js';
import type { Finding } from '../../src/model/finding/finding.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { ada, azureWeb, grace, vera } from '../support/web.js';

const origin = 'https://consentinel.example';
const names = ['Alpha', 'Bravo', 'Charlie', 'Delta', 'Echo', 'Foxtrot', 'Golf'] as const;
const tenant = simulatedTenantOf([
  ...names.map((name) => anApp(name, { application: { keyCredentials: [aSymmetricSigningKey(name)] } })),
  anApp('Orphan', { servicePrincipal: null }),
]);

let laptop: Laptop;
let web: Answering;
beforeAll(async () => {
  laptop = await aLaptop({ tenant });
  web = azureWeb(laptop.runtime, origin);
  await laptop.scan();
});
afterAll(() => laptop.close());

const named = async (name: string, ruleId = 'no-symmetric-signing-key') =>
  (await laptop.stored()).find((one) => one.displayName === name && one.ruleId === ruleId) as Finding;
const idsOf = async (...some: string[]) => Promise.all(some.map(async (name) => (await named(name)).id));
const unescaped = (html = '') => html.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');

const list = 'rule=no-symmetric-signing-key&sort=object';

async function review(action: string, ids: readonly string[], who = ada) {
  const query = new URLSearchParams({ action, list });
  for (const id of ids) query.append('id', id);
  const response = await web(new Request(`${origin}/decide?${query}`, { headers: { 'x-ms-client-principal': who } }));
  const page = await response.text();
  const form = new URLSearchParams();
  for (const [, name = '', value] of page.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g))
    form.append(name, unescaped(value));
  for (const [, value = ''] of page.matchAll(/name="acknowledged" value="(\w+)"/g)) form.append('acknowledged', value);
  return { page, form, status: response.status, cookie: response.headers.get('set-cookie')?.split(';')[0] ?? '' };
}

async function decide(
  action: string,
  { form, cookie }: { form: URLSearchParams; cookie: string },
  headers: Record<string, string> = {},
) {
  const response = await web(
    new Request(`${origin}/decide/${action}`, {
      method: 'POST',
      headers: {
        'x-ms-client-principal': ada,
        cookie,
        origin,
        'sec-fetch-site': 'same-origin',
        'content-type': 'application/x-www-form-urlencoded',
        ...headers,
      },
      body: form.toString(),
    }),
  );
  return { status: response.status, page: await response.text() };
}

describe('a review of several plans', () => {
  it('shows every request and each warning once, and approves each plan with a signature of its own', async () => {
    const ids = await idsOf('Alpha', 'Bravo');
    const opened = await review('approve', ids);
    for (const name of ['Alpha', 'Bravo']) {
      const { objectId } = await named(name);
      expect(opened.page).toContain(`PATCH /applications/${objectId}`);
    }
    expect(opened.page).toContain('Approve 2 plans');
    expect(new Set(opened.form.getAll('acknowledged')).size).toBe(opened.form.getAll('acknowledged').length);
    opened.form.set('comment', 'Checked with the owners.');
    const { status, page } = await decide('approve', opened);
    expect(status).toBe(200);
    expect(page).toContain('2 plans approved');
    expect(page).toMatch(/Next to decide: <bdi>Charlie/);
    expect(page).toContain(`/findings?${list.replaceAll('&', '&amp;')}`);
    const approvals = await Promise.all(
      ['Alpha', 'Bravo'].map(async (name) => (await named(name)).remediation?.approvals?.[0]),
    );
    expect(new Set(approvals.map((one) => one?.signature)).size).toBe(2);
    expect(approvals.map((one) => one?.statement.findingId)).toEqual(ids);
    expect((await named('Alpha')).remediation?.decision?.comment).toBe('Checked with the owners.');
    expect(await laptop.runtime.inbox.receive(queueNames.remediations, 10, 1)).toHaveLength(2);
  });

  it('needs every warning acknowledged', async () => {
    const opened = await review('approve', await idsOf('Charlie', 'Delta'));
    const [first] = opened.form.getAll('acknowledged');
    opened.form.delete('acknowledged');
    opened.form.append('acknowledged', first ?? '');
    expect((await decide('approve', opened)).status).toBe(422);
    expect((await named('Charlie')).remediation?.status).toBe('proposed');
  });

  it('reports each decision that failed, and stores the others', async () => {
    const opened = await review('approve', await idsOf('Charlie', 'Delta'));
    const { tenantId, id: findingId } = await named('Delta');
    await reject(laptop.runtime, { tenantId, findingId, author: 'grace' });
    const { page } = await decide('approve', opened);
    expect(page).toContain('1 plan approved, 1 not approved');
    expect(page).toContain('The finding changed after you opened the review.');
    expect((await named('Charlie')).remediation?.status).toBe('approved');
    expect((await named('Delta')).remediation?.status).toBe('rejected');
  });

  it('rejects and suppresses', async () => {
    const rejecting = await review('reject', await idsOf('Echo'));
    rejecting.form.set('comment', 'Not this year.');
    expect((await decide('reject', rejecting)).page).toContain('1 plan rejected');
    expect((await named('Echo')).remediation).toMatchObject({
      status: 'rejected',
      decision: { comment: 'Not this year.' },
    });
    const suppressing = await review('suppress', await idsOf('Echo', 'Foxtrot'));
    suppressing.form.set('reason', 'Retired next month.');
    suppressing.form.set('until', new Date(Date.now() + 864e5).toISOString().slice(0, 10));
    expect((await decide('suppress', suppressing)).page).toContain('2 findings suppressed');
    expect((await named('Foxtrot')).suppression?.reason).toBe('Retired next month.');
  });

  it('leaves out what cannot be decided, with the reason', async () => {
    const { page, form } = await review('approve', await idsOf('Alpha', 'Foxtrot', 'Golf'));
    expect(page).toContain('Approve 1 plan');
    expect(page).toContain('2 findings cannot be included');
    expect(page).toContain('Its plan is approved.');
    expect(page).toContain('It is suppressed.');
    expect(form.getAll('finding')).toEqual(await idsOf('Golf'));
  });

  it('accepts findings of one problem only, and at least one', async () => {
    const other = (await laptop.stored()).find(({ ruleId }) => ruleId !== 'no-symmetric-signing-key') as Finding;
    expect((await review('approve', [...(await idsOf('Golf')), other.id])).status).toBe(422);
    expect((await review('approve', [])).status).toBe(422);
    expect((await review('approve', ['0123456789abcdef', '../x'])).status).toBe(422);
    expect((await review('delete', await idsOf('Golf'))).status).toBe(404);
  });
});

describe('a decision on several plans is rejected, and nothing is written', () => {
  it.each([
    ['from a reader', { 'x-ms-client-principal': vera }],
    ['from another user', { 'x-ms-client-principal': grace }],
    ['from another site', { origin: 'https://evil.example' }],
    ['from a sibling site', { 'sec-fetch-site': 'same-site' }],
    ['without its cookie', { cookie: '' }],
  ])('%s', async (_, headers) => {
    const opened = await review('approve', await idsOf('Golf'));
    expect((await decide('approve', opened, headers)).status).toBe(403);
    expect((await named('Golf')).remediation?.status).toBe('proposed');
  });

  it('with a version that the user did not see', async () => {
    const opened = await review('approve', await idsOf('Golf'));
    opened.form.set('version', '');
    expect((await decide('approve', opened)).page).toContain('0 plans approved, 1 not approved');
    expect((await named('Golf')).remediation?.status).toBe('proposed');
  });

  it('with a GET request', async () => {
    const opened = await review('approve', await idsOf('Golf'));
    const response = await web(
      new Request(`${origin}/decide/approve?${opened.form}`, {
        headers: { 'x-ms-client-principal': ada, cookie: opened.cookie, origin },
      }),
    );
    expect(response.status).toBe(404);
  });
});

describe('the list of one problem', () => {
  const page = async (query: string, who = ada) =>
    (await web(new Request(`${origin}/findings?${query}`, { headers: { 'x-ms-client-principal': who } }))).text();

  it('has a checkbox in each row for an approver, and none for a reader or for several problems', async () => {
    expect(await page(list)).toContain(`<input type="checkbox" name="id" value="${(await named('Golf')).id}"`);
    expect(await page(list, vera)).not.toContain('type="checkbox"');
    expect(await page('')).not.toContain('type="checkbox"');
  });

  it('can be exported: the file has the findings of the list only, in its order', async () => {
    const text = await page('show=all&rule=no-symmetric-signing-key&sort=object&dir=desc');
    const [, link = ''] = /href="(\/reports\/json\?[^"]+)"/.exec(text) ?? [];
    const answer = await web(new Request(origin + unescaped(link), { headers: { 'x-ms-client-principal': vera } }));
    const { findings } = (await answer.json()) as { findings: Finding[] };
    expect(findings.map(({ displayName }) => displayName)).toEqual([...names].reverse());
  });
});
