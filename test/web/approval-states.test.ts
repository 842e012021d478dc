import { afterEach, expect, it } from '@jest/globals';
import { suppress } from '../../src/jobs/finding/suppress-finding.js';
import { pauseRemediation } from '../../src/jobs/remediation/pause.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { findingView } from '../../src/reports/finding-view.js';
import { aKey, anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { approved, mergeRemediation, planned, rewritten } from '../adversary/attacker.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { ada, azureWeb } from '../support/web.js';

let laptop: Laptop;
afterEach(() => laptop.close());

async function scanned(settings: Record<string, string> = {}) {
  const app = anApp('Payroll Sync', {
    application: { keyCredentials: [aSymmetricSigningKey('payroll'), aKey('client')] },
  });
  laptop = await aLaptop({ tenant: simulatedTenantOf([app]) }, settings);
  await laptop.scan();
  return planned(laptop, 'Payroll Sync');
}

async function page(id: string): Promise<string> {
  const web = azureWeb(laptop.runtime, 'https://consentinel.example');
  const headers = { 'x-ms-client-principal': ada };
  return (await web(new Request(`https://consentinel.example/findings/${id}`, { headers }))).text();
}

const approveForm = /action="[^"]*\/approve"/;

it('the page of a finding shows who approved first, and that another person must approve', async () => {
  const { id } = await scanned({ APPROVALS_REQUIRED: '2' });
  await approved(laptop, 'Payroll Sync', 'grace');
  const html = await page(id);
  expect(html).toContain('Needs a second approval');
  expect(html).toMatch(/Approved by <bdi>grace<\/bdi>/);
  expect(html).toMatch(approveForm);
});

it('the page of a suppressed finding has a checkbox for the end of the suppression', async () => {
  const { tenantId, id } = await scanned();
  expect(await page(id)).not.toContain('name="end-suppression"');
  const until = new Date(Date.now() + 86_400_000).toISOString();
  await suppress(laptop.runtime, { tenantId, findingId: id, author: 'grace', reason: 'Retired in May.', until });
  const html = await page(id);
  expect(html).toMatch(/<input id="end-suppression" type="checkbox" name="end-suppression" value="yes" required/);
  expect(html).toContain('Retired in May.');
});

it('neither the page nor a report shows the requests of an altered plan, and nobody can approve it', async () => {
  const finding = await scanned();
  expect(await page(finding.id)).toMatch(approveForm);
  const altered = { ...finding.remediation, plan: rewritten(finding.remediation).plan };
  await mergeRemediation(laptop, finding, altered);
  const html = await page(finding.id);
  expect(html).toContain('The stored plan was changed');
  expect(html).not.toContain('The exact request');
  expect(html).not.toMatch(approveForm);
  const view = findingView({ ...finding, remediation: altered }, undefined, laptop.runtime.records().cloud);
  expect(view).not.toHaveProperty('remediation');
  expect(view.manual?.reason).toContain('does not match its hash');
});

it('the notice of an approval is true while remediation is paused, and after the execution', async () => {
  const finding = await scanned();
  const { id, remediation } = await approved(laptop, 'Payroll Sync');
  expect(await page(`${id}?done=approved`)).toContain('Approved. The fix runs within a few minutes.');
  const author = { id: 'id-of-ada', name: 'ada', roles: ['Consentinel.Approver'] };
  await pauseRemediation(laptop.runtime.pause(), { author, reason: 'An app stopped working.' });
  const paused = await page(`${id}?done=approved`);
  expect(paused).toContain('Approved. Remediation is paused: the fix runs after it is resumed.');
  expect(paused).not.toContain('within a few minutes');
  await mergeRemediation(laptop, finding, { ...remediation, status: 'failed' });
  expect(await page(`${id}?done=approved`)).not.toMatch(/Approved\. (Remediation|The fix)/);
});
