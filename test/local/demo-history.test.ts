import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { demoHistory, formerApps, historyNights } from '../../src/local/demo-history.js';
import { demoTenant } from '../../src/local/demo-tenant.js';
import type { Scan } from '../../src/model/scan/scan.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

let laptop: Laptop;
let scans: Scan[];
const now = new Date().toISOString();
beforeAll(async () => {
  laptop = await aLaptop({ tenant: demoTenant({ more: formerApps() }) });
  await demoHistory(laptop.runtime, laptop.simulator, now);
  scans = [];
  for await (const scan of laptop.runtime.scans.scans(demoTenant().id)) scans.unshift(scan);
}, 120_000);
afterAll(() => laptop.close());

it('has at least 14 complete scans, one for each night before the present one', () => {
  expect(scans).toHaveLength(historyNights);
  expect(historyNights).toBeGreaterThanOrEqual(14);
  expect(scans.filter(({ status }) => status !== 'complete')).toEqual([]);
  const days = scans.map(({ startedAt }) => Date.parse(startedAt.slice(0, 10)) / 86_400_000);
  expect(days).toEqual(days.map((_, i) => Math.floor(Date.parse(now) / 86_400_000) - historyNights + i));
});

it('has findings that appear and findings that are resolved, by severity', () => {
  const open = scans.map(({ bySeverity }) => Object.values(bySeverity?.open ?? {}).reduce((a, b) => a + b, 0));
  expect(open.at(-1)).toBeGreaterThan(2 * (open[0] ?? 0));
  const resolved = scans.map(({ findings }) => findings.resolved);
  expect(resolved.filter((count) => count > 0).length).toBeGreaterThanOrEqual(5);
  for (const { findings, bySeverity } of scans) {
    const sum = (of: Record<string, number> = {}) => Object.values(of).reduce((a, b) => a + b, 0);
    expect(sum(bySeverity?.open)).toBe(findings.new + findings.open);
    expect(sum(bySeverity?.resolved)).toBe(findings.resolved);
  }
});

it('ends with the findings of the demo tenant: the next scan changes nothing', async () => {
  const { findings, writes } = await laptop.scan();
  expect({ new: findings.new, resolved: findings.resolved, writes }).toEqual({ new: 0, resolved: 0, writes: 0 });
});
