import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { showPlan } from '../../src/cli/show-plan.js';
import { approve } from '../../src/jobs/remediation/approve.js';
import { executeRemediation } from '../../src/jobs/remediation/execute.js';
import { messageFor } from '../../src/jobs/remediation/message.js';
import type { Answering } from '../../src/local/web-server.js';
import { itemOf } from '../../src/model/alerts/item.js';
import { cloudOf } from '../../src/model/entra/clouds.js';
import type { Finding } from '../../src/model/finding/finding.js';
import { minuteOf } from '../../src/model/text/format.js';
import { reportFacts } from '../../src/reports/facts.js';
import { findingView } from '../../src/reports/finding-view.js';
import { formats } from '../../src/reports/report.js';
import { rules } from '../../src/rules/index.js';
import { FindingCache } from '../../src/web/reads/finding-cache.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { ada, azureWeb } from '../support/web.js';

const origin = 'https://consentinel.example';
const cloud = cloudOf('https://graph.microsoft.com');

let laptop: Laptop;
let web: Answering;
let open: Finding;
let resolved: Finding;
let ended: string;
beforeAll(async () => {
  laptop = await aLaptop();
  web = azureWeb(laptop.runtime, origin);
  await laptop.scan();
  open = await payroll();
  const { tenantId, id: findingId } = open;
  const approved = await approve(laptop.runtime, { tenantId, findingId, author: 'ada', acknowledgeWarnings: true });
  if (!approved.remediation) throw new Error('There is no plan.');
  await executeRemediation(await laptop.runtime.remediation(), messageFor(approved, approved.remediation));
  resolved = await payroll();
  ended = `The problem existed until ${minuteOf(resolved.resolvedAt ?? '')}:`;
});
afterAll(() => laptop.close());

async function payroll(): Promise<Finding> {
  const found = (await laptop.shown()).find(({ displayName, failing }) => displayName === 'Payroll Sync' && failing);
  if (!found) throw new Error('There is no finding with failed sign-ins.');
  return found;
}

/** A page without its tags. */
async function textOf(path: string): Promise<string> {
  const response = await web(new Request(`${origin}${path}`, { headers: { 'x-ms-client-principal': ada } }));
  return (await response.text()).replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
}

const viewOf = (finding: Finding) => findingView(finding, undefined, cloud, rules);

async function reportOf(format: keyof typeof formats, finding: Finding): Promise<string> {
  const about = { tenantId: finding.tenantId, generatedAt: '2026-11-24T03:00:00Z', version: '1', rules, cloud };
  const { facts } = await reportFacts(about, laptop.runtime.scans.scans(finding.tenantId));
  let text = '';
  for await (const part of formats[format].report(only(viewOf(finding)), facts)) text += part;
  return text;
}

async function* only<T>(item: T): AsyncGenerator<T> {
  yield item;
}

function planText(finding: Finding): string {
  const lines: string[] = [];
  showPlan({ out: { write: (line: string) => lines.push(line) } } as never, finding);
  return lines.join('');
}

it('the page of a resolved finding introduces the problem and the failed sign-ins as past', async () => {
  expect(resolved).toMatchObject({ status: 'resolved', failing: { count: 12 } });
  const text = await textOf(`/findings/${resolved.id}`);
  expect(text).toContain(ended.replace(/:$/, ' :'));
  expect(text).toMatch(/Who was affected Failed while the problem existed 12 failed sign-ins/);
  expect(text).not.toMatch(/Failing with this problem|Who is affected/);
});

it('a list counts no failing sign-ins of a resolved finding', async () => {
  const { findings, clock } = laptop.runtime.records();
  const { tenantId, id } = resolved;
  const cache = new FindingCache(findings, clock);
  const failingIn = async () => (await cache.read(tenantId)).summaries.find((one) => one.id === id)?.failing;
  expect(await failingIn()).toBeUndefined();
  cache.update(resolved);
  expect(await failingIn()).toBeUndefined();
});

it('reports and the command line do the same, and data keeps its fields', async () => {
  const html = (await reportOf('html', resolved)).replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
  for (const text of [html, planText(resolved)]) {
    expect(text).toContain(ended);
    expect(text).toMatch(/Who was affected\s+Failed while the problem existed/);
    expect(text).not.toMatch(/Failing\b|Who is affected/);
  }
  for (const text of [await reportOf('html', open), planText(open)]) {
    expect(text).not.toContain('The problem existed until');
    expect(text).toContain('Who is affected');
  }
  expect(await reportOf('csv', open)).toContain('12 failed sign-ins');
  expect(await reportOf('csv', resolved)).not.toContain('failed sign-ins');
  const [json] = JSON.parse(await reportOf('json', resolved)).findings;
  expect(json).toMatchObject({ message: open.message, failing: open.failing });
});

it('an alert about a resolved finding does not say which sign-ins fail', () => {
  const context = { catalogue: rules, cloud };
  expect(itemOf(open, context, 'Approved by ada.').note).toMatch(/^Approved by ada\. 12 failed sign-ins/);
  const item = itemOf(resolved, context, 'Approved by ada.');
  expect(item).toMatchObject({ note: 'Approved by ada.', failing: open.failing });
});
