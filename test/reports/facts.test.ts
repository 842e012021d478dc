import { describe, expect, it } from '@jest/globals';
import { worldwide } from '../../src/model/entra/clouds.js';
import type { Scan } from '../../src/model/scan/scan.js';
import { reportFacts } from '../../src/reports/facts.js';
import { SeverityGroups } from '../../src/reports/severity-groups.js';
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

  it('link every rule to a page', async () => {
    const { facts } = await reportFacts(input, scans());
    expect(facts.rules).toHaveLength(rules.length);
    for (const { helpUri } of facts.rules) expect(new URL(helpUri).protocol).toBe('https:');
  });
});

describe('severity groups', () => {
  it('return the findings of a group in the order of addition', async () => {
    const groups = new SeverityGroups();
    const views = Array.from({ length: 1000 }, (_, i) =>
      aView(i, {
        severity: i % 3 === 0 ? 'critical' : 'low',
        status: i % 7 === 0 ? 'resolved' : 'open',
        displayName: `é${i}`,
      }),
    );
    for (const view of views) await groups.add(view);
    const unresolved = views.filter(({ status }) => status !== 'resolved');
    expect(await all(groups.findings('low'))).toEqual(unresolved.filter(({ severity }) => severity === 'low'));
    expect(await all(groups.findings('critical'))).toEqual(
      unresolved.filter(({ severity }) => severity === 'critical'),
    );
    expect(await all(groups.findings('resolved'))).toEqual(views.filter(({ status }) => status === 'resolved'));
    expect(await all(groups.findings('high'))).toEqual([]);
  });
});
