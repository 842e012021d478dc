import { beforeEach, describe, expect, it } from '@jest/globals';
import type { FindingStore } from '../../../src/jobs/ports/index.js';
import { propose } from '../../../src/model/remediation/remediation.js';
import { aFinding, all, appearance, appearances, tenantId } from '../examples.js';
import { resolutionOf } from './resolution.js';

/** Tests the reads of a finding store, and `prune`. @param create creates storage of which `no-a` and `no-b` are rules */
export function describeFindingReads(create: () => Promise<() => FindingStore>): void {
  let store: FindingStore;

  beforeEach(async () => {
    store = (await create())();
  });

  const trail = () => all(store.auditTrail(tenantId, 'no-a'));

  describe('findings', () => {
    it('are separate for each tenant and each rule', async () => {
      const elsewhere = aFinding('no-a', 'o', { tenantId: `${tenantId.slice(0, -1)}6` });
      await store.commit([...appearances('no-a', 2), ...appearances('no-b', 3), appearance(elsewhere)]);
      expect(await all(store.findings(tenantId))).toHaveLength(5);
      expect(await all(store.findings(tenantId, { ruleId: 'no-b' }))).toHaveLength(3);
      expect(await all(store.findings('nowhere'))).toEqual([]);
    });

    it('are listed, summarized and audited beyond 1,000 rows of one rule', async () => {
      await store.commit(appearances('no-a', 1_100));
      expect(new Set((await all(store.findings(tenantId))).map(({ value }) => value.id)).size).toBe(1_100);
      expect(new Set((await store.summaries(tenantId)).map(({ id }) => id)).size).toBe(1_100);
      expect((await trail()).map(({ sequence }) => sequence)).toEqual(Array.from({ length: 1_100 }, (_, i) => i + 1));
    });

    it('are found by their id alone, also when their rule no longer exists', async () => {
      const finding = aFinding('no-longer', 'o');
      await store.commit([appearance(finding)]);
      expect((await store.finding(tenantId, finding.id))?.value).toEqual(finding);
      expect(await store.finding(tenantId, '0123456789abcdef')).toBeUndefined();
    });

    it('are found by their id and rule, and only there', async () => {
      const finding = aFinding('no-a', 'o');
      await store.commit([appearance(finding)]);
      expect((await store.finding(tenantId, finding.id, 'no-a'))?.value).toEqual(finding);
      expect(await store.finding(tenantId, finding.id, 'no-b')).toBeUndefined();
    });

    it.each([
      ['few of a few', 3, 9],
      ['few of many', 20, 600],
      ['all', 1_100, 1_100],
    ])('are read together: %s', async (_, wanted, stored) => {
      const changes = [...appearances('no-a', stored), ...appearances('no-b', 5)];
      await store.commit(changes);
      const of = (ruleId: string, count: number) =>
        changes.filter(({ finding }) => finding.ruleId === ruleId).slice(0, count);
      const expected = [...of('no-a', wanted), ...of('no-b', 2)].map(({ finding }) => finding);
      const keys = expected.map(({ id, ruleId }) => ({ id, ruleId }));
      const read = await store.knownFindings(tenantId, [...keys, { id: '0123456789abcdef', ruleId: 'no-a' }]);
      expect(read.size).toBe(expected.length);
      expect(expected.map(({ id }) => read.get(id)?.value)).toEqual(expected);
      const { etag } = (await store.finding(tenantId, expected[0]?.id ?? '', 'no-a')) ?? {};
      expect(read.get(expected[0]?.id ?? '')?.etag).toBe(etag);
    });
  });

  it('summaries contain every finding of a tenant, also of former rules, and the status of its remediation', async () => {
    expect(await store.summaries(tenantId)).toEqual([]);
    const plan = { requests: [], irreversible: false, warnings: [], guard: { secret: 'stays in the table' } };
    const planned = aFinding('no-a', 'planned', { displayName: 'Odd \u0000 name \\ \ud83d\ude00' });
    const remediation = propose(planned.id, plan, planned.changedAt);
    const changes = [appearance({ ...planned, remediation }), ...appearances('no-former-rule', 120)];
    await store.commit([...changes, appearance({ ...aFinding('no-former-rule', 'other'), tenantId: `${tenantId}x` })]);
    const summaries = await store.summaries(tenantId);
    expect(summaries).toHaveLength(121);
    const { id, ruleId, severity, status, on, objectId, appId, displayName, appearedAt } = planned;
    expect(summaries.find((one) => one.id === planned.id)).toEqual({
      ...{ id, ruleId, severity, status, on, objectId, appId, displayName, appearedAt },
      remediationStatus: 'proposed',
    });
    expect(summaries.filter(({ remediationStatus }) => remediationStatus)).toHaveLength(1);
    const stored = await store.finding(tenantId, planned.id);
    expect(stored?.value).toEqual({ ...planned, remediation });
  });

  describe('audit events', () => {
    it('of one finding are listed oldest first', async () => {
      const finding = aFinding('no-a', 'o');
      await store.commit([appearance(finding), ...appearances('no-a', 3)]);
      await store.commit([await resolutionOf(store, finding.id)]);
      const history = await store.history(finding);
      expect(history.map(({ type, sequence }) => [type, sequence])).toEqual([
        ['appeared', 1],
        ['resolved', 5],
      ]);
    });

    it('of one rule are listed by sequence, each with the hash of the event before it', async () => {
      for (const from of [5, 0]) await store.commit(appearances('no-a', 5, from));
      const events = await trail();
      expect(events.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      expect(events.slice(1).map(({ previousHash }) => previousHash)).toEqual(events.slice(0, -1).map((e) => e.hash));
    });

    it('of every rule are verified, also of a rule that no longer exists', async () => {
      await store.commit([...appearances('no-a', 2), ...appearances('no-longer', 3)]);
      const verdicts = await all(store.verifyAudit(tenantId));
      expect(verdicts.map(({ ruleId, events, fault }) => [ruleId, events, fault]).sort()).toEqual([
        ['no-a', 2, undefined],
        ['no-longer', 3, undefined],
      ]);
    });
  });

  describe('prune', () => {
    const resolvedAt = (at: string) => ({ status: 'resolved' as const, resolvedAt: at });
    const before = '2026-02-01T00:00:00.000Z';
    const objectIds = async () => (await all(store.findings(tenantId))).map(({ value }) => value.objectId).sort();

    it('deletes the findings that were resolved before a moment, and keeps every audit event', async () => {
      const findings = [
        aFinding('no-a', 'old', resolvedAt('2026-01-31T23:59:59.999Z')),
        aFinding('no-a', 'recent', resolvedAt(before)),
        aFinding('no-a', 'open', { appearedAt: '2025-01-01T00:00:00.000Z' }),
      ];
      const elsewhere = aFinding('no-a', 'o', { tenantId: `${tenantId.slice(0, -1)}6`, ...resolvedAt('2026-01-01') });
      await store.commit([...findings, elsewhere].map(appearance));
      expect(await store.prune(tenantId, before)).toBe(1);
      expect(await objectIds()).toEqual(['open', 'recent']);
      expect(await all(store.findings(elsewhere.tenantId))).toHaveLength(1);
      expect(await trail()).toHaveLength(3);
      expect((await all(store.verifyAudit(tenantId)))[0]?.fault).toBeUndefined();
      expect(await store.prune(tenantId, before)).toBe(0);
    });

    it('deletes more findings than a transaction holds, of several rules', async () => {
      const old = (ruleId: string) =>
        Array.from({ length: 120 }, (_, i) => appearance(aFinding(ruleId, `o${i}`, resolvedAt('2026-01-01'))));
      await store.commit([...old('no-a'), ...old('no-b')]);
      expect(await store.prune(tenantId, before)).toBe(240);
      expect(await objectIds()).toEqual([]);
    });
  });
}
