import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { suppress } from '../../src/jobs/finding/suppress-finding.js';
import { unsuppress } from '../../src/jobs/finding/unsuppress-finding.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import type { Answering } from '../../src/local/web-server.js';
import type { Finding } from '../../src/model/finding/finding.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { ada, azureWeb, vera } from '../support/web.js';

const origin = 'https://consentinel.example';
const tenant = simulatedTenantOf([
  anApp('Payroll Sync', { application: { keyCredentials: [aSymmetricSigningKey('payroll')] } }),
]);

let laptop: Laptop;
let web: Answering;
let id: string;
beforeAll(async () => {
  laptop = await aLaptop({ tenant });
  web = azureWeb(laptop.runtime, origin);
  await laptop.scan();
  id = (await laptop.stored()).find(({ ruleId }) => ruleId === 'no-symmetric-signing-key')?.id ?? '';
});
afterAll(() => laptop.close());

const stored = async () => (await laptop.stored()).find((one) => one.id === id) as Finding;
const events = async () => laptop.runtime.findings.history(await stored());
const open = (who = ada) => web(new Request(`${origin}/findings/${id}`, { headers: { 'x-ms-client-principal': who } }));

/** Opens the page of the finding and posts one of its forms. */
async function post(action: string, fields: Record<string, string>, who = ada) {
  const response = await open();
  const page = await response.text();
  const hidden = [...page.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)];
  const values = hidden.map(([, name = '', value = '']) => [
    name,
    value.replaceAll('&quot;', '"').replaceAll('&#39;', "'"),
  ]);
  const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? '';
  const headers = { 'x-ms-client-principal': who, cookie, origin, 'sec-fetch-site': 'same-origin' };
  const body = new URLSearchParams({ ...Object.fromEntries(values), ...fields });
  return web(new Request(`${origin}/findings/${id}/${action}`, { method: 'POST', headers, body }));
}

describe('a comment', () => {
  it('is an event of the history, and changes neither state nor plan', async () => {
    const before = await stored();
    const response = await post('comment', { comment: ' The owner is on leave until Monday. ' });
    expect(response.headers.get('location')).toBe(`/findings/${id}?done=commented`);
    expect((await events()).at(-1)).toMatchObject({
      type: 'commented',
      summary: 'The owner is on leave until Monday.',
      author: expect.stringContaining('ada@woodgrove.example'),
    });
    expect(await stored()).toEqual(before);
    expect(await (await open(vera)).text()).toContain('The owner is on leave until Monday.');
  });

  it.each([
    ['blank', '  '],
    ['too long', 'x'.repeat(1001)],
  ])('that is %s is refused', async (_, comment) => {
    const count = (await events()).length;
    expect((await post('comment', { comment })).status).toBe(422);
    expect((await events()).length).toBe(count);
  });

  it('of a reader, or for another version, is refused', async () => {
    expect((await post('comment', { comment: 'Hello' }, vera)).status).toBe(403);
    expect((await post('comment', { comment: 'Hello', etag: 'W/"1"' })).status).toBe(409);
  });
});

describe('an assignment', () => {
  it('is stored, recorded, shown in the list, and removed', async () => {
    expect((await post('assign', { assignee: 'Grace Hopper' })).status).toBe(303);
    expect((await stored()).assignee).toBe('Grace Hopper');
    expect((await events()).at(-1)).toMatchObject({ type: 'assigned', summary: 'Assigned to Grace Hopper.' });
    const list = (query: string) =>
      web(new Request(`${origin}/findings?${query}`, { headers: { 'x-ms-client-principal': vera } }));
    expect(await (await list('assignee=Grace+Hopper')).text()).toContain('Payroll Sync');
    expect(await (await list('assignee=Nobody')).text()).toContain('No finding matches the filter.');
    const count = (await events()).length;
    await post('assign', { assignee: 'Grace Hopper' });
    expect((await events()).length).toBe(count);
    await post('assign', { assignee: '' });
    expect(await stored()).not.toHaveProperty('assignee');
    expect((await events()).at(-1)?.summary).toBe('Assignment to Grace Hopper removed.');
  });

  it('survives the next scan', async () => {
    await post('assign', { assignee: 'Grace Hopper' });
    await laptop.scan();
    expect((await stored()).assignee).toBe('Grace Hopper');
  });
});

describe('the end of a suppression', () => {
  const until = new Date(Date.now() + 7 * 864e5).toISOString();
  const suppressIt = () =>
    suppress(laptop.runtime, { tenantId: tenant.id, findingId: id, author: 'grace', reason: 'Retired soon.', until });

  it('opens the finding again with its plan, and is recorded with its author', async () => {
    const { remediation } = await stored();
    await suppressIt();
    expect((await post('unsuppress', { reason: 'The retirement is cancelled' })).status).toBe(303);
    expect(await stored()).toMatchObject({ status: 'open', remediation });
    expect(await stored()).not.toHaveProperty('suppression');
    expect((await events()).at(-1)).toMatchObject({
      type: 'unsuppressed',
      author: expect.stringContaining('ada@woodgrove.example'),
      summary: `Suppression ended: The retirement is cancelled. It was suppressed by grace until ${until}.`,
    });
  });

  it('is refused for a finding that is not suppressed', async () => {
    const refused = unsuppress(laptop.runtime, { tenantId: tenant.id, findingId: id, author: 'ada' });
    await expect(refused).rejects.toMatchObject({ code: 'decision-refused' });
  });

  it('is refused for a version that the user did not see', async () => {
    await suppressIt();
    expect((await post('unsuppress', { etag: 'W/"1"' })).status).toBe(409);
    expect((await stored()).status).toBe('suppressed');
  });
});
