import { describe, expect, it } from '@jest/globals';
import { worldwide } from '../../src/model/entra/clouds.js';
import type { Scan } from '../../src/model/scan/scan.js';
import { reportFacts, trendScans } from '../../src/reports/facts.js';
import { FindingGroups } from '../../src/reports/finding-groups.js';
import { rules } from '../../src/rules/index.js';
import { all, aScan } from '../storage/examples.js';
import { aView } from './sample.js';

const input = { tenantId: 't', generatedAt: '2026-11-24T09:30:00.000Z', version: '1.0.0', rules, cloud: worldwide };
async function* scans(...list: Scan[]) {
  yield* list;
}

describe('the facts of a report', () => {
  it('contain the latest finished scan', async () => {
    const finished = aScan('s2', { status: 'incomplete', since: '2026-11-02T02:00:00.000Z' });
    const { facts, since } = await reportFacts(
      input,
      scans(aScan('s3'), finished, aScan('s1', { status: 'complete' })),
    );
    expect(facts.scan).toMatchObject({ id: 's2', status: 'incomplete' });
    expect(facts.failedScan).toBeUndefined();
    expect(since).toBe(finished.since);
  });

  it('contain the latest failed scan after it', async () => {
    const failed = ['s4', 's3'].map((id) => aScan(id, { status: 'failed' }));
    const { facts } = await reportFacts(input, scans(...failed, aScan('s2', { status: 'complete' })));
    expect([facts.scan?.id, facts.failedScan?.id]).toEqual(['s2', 's4']);
  });

  it('contain no scan where none has finished', async () => {
    const { facts, since } = await reportFacts(input, scans(aScan('s1')));
    expect([facts.scan, facts.failedScan, since]).toEqual([undefined, undefined, undefined]);
  });

  it('contain the trend of the latest finished scans, oldest first', async () => {
    const list = Array.from({ length: trendScans + 5 }, (_, i) =>
      aScan(`s${i}`, {
        status: i === 1 ? 'failed' : 'complete',
        startedAt: new Date(Date.UTC(2026, 10, 24) - i * 86_400_000).toISOString(),
        findings: { new: 0, open: i, resolved: 0, suppressed: 0 },
      }),
    );
    const { facts } = await reportFacts(input, scans(...list));
    expect(facts.trend).toHaveLength(trendScans);
    expect(facts.trend?.map(({ findings }) => findings.open)).toEqual(
      [0, ...Array.from({ length: trendScans - 1 }, (_, i) => i + 2)].reverse(),
    );
  });

  it('link every rule to a page', async () => {
    const { facts } = await reportFacts(input, scans());
    expect(facts.rules).toHaveLength(rules.length);
    for (const { helpUri } of facts.rules) expect(new URL(helpUri).protocol).toBe('https:');
  });
});

describe('groups of findings', () => {
  it('return the findings of a group in the order of addition', async () => {
    const groups = new FindingGroups();
    const views = Array.from({ length: 1000 }, (_, i) =>
      aView(i, { ruleId: i % 3 === 0 ? 'no-a' : 'no-b', displayName: `é${i}` }),
    );
    for (const view of views) await groups.add(view.ruleId, view);
    expect(await all(groups.findings('no-a'))).toEqual(views.filter(({ ruleId }) => ruleId === 'no-a'));
    expect(await all(groups.findings('no-b'))).toEqual(views.filter(({ ruleId }) => ruleId === 'no-b'));
    expect(await all(groups.findings('no-c'))).toEqual([]);
  });
});
