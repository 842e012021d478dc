import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { approve } from '../../src/jobs/remediation/approve.js';
import { executeRemediation } from '../../src/jobs/remediation/execute.js';
import { messageFor } from '../../src/jobs/remediation/message.js';
import type { Answering } from '../../src/local/web-server.js';
import type { Finding } from '../../src/model/finding/finding.js';
import { obstacleTo } from '../../src/web/pages/bulk-decision.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { grantRemediator, reviewerId, undoTenant } from '../support/undo-tenant.js';
import { ada, azureWeb, vera } from '../support/web.js';

const origin = 'https://consentinel.example';

let laptop: Laptop;
let web: Answering;
beforeAll(async () => {
  laptop = await aLaptop({ tenant: undoTenant }, { ADMIN_CONSENT_REVIEWERS: reviewerId });
  grantRemediator(laptop.simulator);
  web = azureWeb(laptop.runtime, origin);
  await laptop.scan();
  for (const ruleId of ['require-consent-route', 'no-symmetric-signing-key']) {
    const { tenantId, id: findingId } = await found(ruleId);
    const approved = await approve(laptop.runtime, { tenantId, findingId, author: 'ada', acknowledgeWarnings: true });
    if (!approved.remediation) throw new Error('There is no plan.');
    await executeRemediation(await laptop.runtime.remediation(), messageFor(approved, approved.remediation));
  }
});
afterAll(() => laptop.close());

async function found(ruleId: string): Promise<Finding> {
  const finding = (await laptop.stored()).find((one) => one.ruleId === ruleId);
  if (!finding) throw new Error(`${ruleId} found nothing.`);
  return finding;
}

const unescaped = (html = '') => html.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&');

/** The page of a finding as a browser shows it, with its cookie and the fields of its forms. */
async function openPage(ruleId: string, who: string) {
  const { id } = await found(ruleId);
  const response = await web(new Request(`${origin}/findings/${id}`, { headers: { 'x-ms-client-principal': who } }));
  const html = await response.text();
  const hidden = [...html.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)];
  const fields = Object.fromEntries(hidden.map(([, name, value]) => [name, unescaped(value)]));
  const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? '';
  const post = (action: string, more: Record<string, string> = {}, headers: Record<string, string> = {}) =>
    web(
      new Request(`${origin}/findings/${id}/${action}`, {
        method: 'POST',
        headers: {
          'x-ms-client-principal': who,
          cookie,
          origin,
          'sec-fetch-site': 'same-origin',
          'content-type': 'application/x-www-form-urlencoded',
          ...headers,
        },
        body: new URLSearchParams({ ...fields, ...more }),
      }),
    );
  return { html, fields, post };
}

describe('the page of a finding with an applied plan', () => {
  it('offers the undo to approvers only, with its request', async () => {
    const { html } = await openPage('require-consent-route', ada);
    expect(html).toMatch(/<form[^>]* method="post" action="\/findings\/\w+\/undo"/);
    expect(html).toContain('Propose the undo');
    expect(html).toMatch(/&quot;isEnabled&quot;: false/);
    const reader = await openPage('require-consent-route', vera);
    expect(reader.html).not.toContain('Propose the undo');
    // A reader has no form. The fields of an approver do not help.
    expect((await reader.post('undo')).status).toBe(403);
  });

  it('gives the reason if there is no undo', async () => {
    const { html } = await openPage('no-symmetric-signing-key', ada);
    expect(html).toMatch(/No undo on this page\. Graph never returns the value of the key/);
    expect(html).not.toContain('Propose the undo');
  });

  it.each([
    ['another site', {}, { origin: 'https://evil.example' }, 403],
    ['a form without the CSRF token', { csrf: '' }, {}, 403],
    ['an old version', { etag: 'old' }, {}, 409],
  ])('accepts no undo from %s', async (_name, more, headers, status) => {
    const { post, fields } = await openPage('require-consent-route', ada);
    const token = Object.keys(fields).find((name) => /csrf|token|proof/i.test(name)) ?? 'csrf';
    const changed = 'csrf' in more ? { [token]: '' } : more;
    expect((await post('undo', changed as never, headers as never)).status).toBe(status);
    expect((await found('require-consent-route')).remediation?.status).toBe('applied');
  });

  it('proposes the undo without a script, and then approves it as every plan', async () => {
    const { post } = await openPage('require-consent-route', ada);
    const proposed = await post('undo');
    expect([proposed.status, proposed.headers.get('location')]).toEqual([
      303,
      expect.stringMatching(/\?done=undo-proposed$/),
    ]);
    expect(obstacleTo('approve', await found('require-consent-route'))).toBe('Decide on an undo on its own page.');
    const toDecide = await web(
      new Request(`${origin}/findings?show=decision`, { headers: { 'x-ms-client-principal': ada } }),
    );
    expect(await toDecide.text()).toContain((await found('require-consent-route')).id);
    const next = await openPage('require-consent-route', ada);
    expect(next.html).toContain('Approve this plan');
    expect(next.html).toMatch(/brings the problem back/);
    expect(next.html).not.toContain('Propose the undo');
    expect(next.html).not.toContain('Suppress the finding');
    expect((await next.post('approve')).status).toBe(422);
    expect((await next.post('approve', { acknowledged: '0' })).status).toBe(303);
    expect((await found('require-consent-route')).remediation).toMatchObject({
      status: 'approved',
      plan: { undoes: expect.anything() },
    });
    const list = await web(
      new Request(`${origin}/findings?show=approved`, { headers: { 'x-ms-client-principal': ada } }),
    );
    expect(await list.text()).toContain((await found('require-consent-route')).id);
    expect((await (await openPage('require-consent-route', ada)).post('reject')).status).toBe(303);
  });
});
