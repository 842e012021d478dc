import { beforeEach, describe, expect, it } from '@jest/globals';
import type { FindingStore } from '../../../src/jobs/ports/index.js';
import { aFinding, all, anEvent, appearance, appearances, tenantId } from '../examples.js';
import { resolutionOf } from './resolution.js';

/** Tests writers that change the same findings or the same rule. @param create creates storage of which `no-a` is a rule */
export function describeConflicts(create: () => Promise<() => FindingStore>): void {
  let open: () => FindingStore;
  let store: FindingStore;

  beforeEach(async () => {
    open = await create();
    store = open();
  });

  const trail = () => all(store.auditTrail(tenantId, 'no-a'));
  const verdicts = () => all(store.verifyAudit(tenantId));
  const resolution = (id: string) => resolutionOf(store, id);

  describe('a version conflict', () => {
    it('is reported for a finding that another writer changed; the other findings are written', async () => {
      await store.commit(appearances('no-a', 3));
      const ids = appearances('no-a', 3).map(({ finding }) => finding.id);
      const updates = await Promise.all(ids.map(resolution));
      const [, second] = updates;
      if (!second) throw new Error('no update');
      const meanwhile = { ...second.finding, message: 'Changed by another.' };
      await open().commit([{ finding: meanwhile, etag: second.etag, events: [anEvent(meanwhile, 'changed')] }]);

      expect(await store.commit(updates)).toEqual({ written: 2, conflicts: [second.finding.id] });
      expect((await store.finding(tenantId, second.finding.id))?.value).toEqual(meanwhile);
      expect((await store.history(second.finding)).map(({ type }) => type)).toEqual(['appeared', 'changed']);
      expect((await verdicts())[0]?.fault).toBeUndefined();
    });

    it('is reported for a new finding that exists already', async () => {
      const finding = aFinding('no-a', 'o');
      await store.commit([appearance(finding)]);
      const other = appearance({ ...finding, appearedIn: 's2' });
      expect(await store.commit([other])).toEqual({ written: 0, conflicts: [finding.id] });
      expect((await store.finding(tenantId, finding.id))?.value).toEqual(finding);
      expect(await trail()).toHaveLength(1);
    });

    it('is reported for an update of a finding that was deleted', async () => {
      const finding = aFinding('no-a', 'o', { status: 'resolved', resolvedAt: '2026-01-01T00:00:00.000Z' });
      await store.commit([appearance(finding)]);
      const update = await resolution(finding.id);
      expect(await store.prune(tenantId, '2026-02-01T00:00:00.000Z')).toBe(1);
      expect(await store.commit([update])).toEqual({ written: 0, conflicts: [finding.id] });
      expect(await store.finding(tenantId, finding.id)).toBeUndefined();
      expect(await trail()).toHaveLength(1);
    });

    it('lets exactly one of twenty writers create the same finding', async () => {
      const finding = aFinding('no-a', 'o');
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, i) => open().commit([appearance({ ...finding, appearedIn: `s${i}` })])),
      );
      expect(results.filter(({ written }) => written === 1)).toHaveLength(1);
      expect(results.filter(({ conflicts }) => conflicts[0] === finding.id)).toHaveLength(19);
      expect(await trail()).toHaveLength(1);
    });

    it('lets exactly one of two writers update the same version', async () => {
      const finding = aFinding('no-a', 'o');
      await store.commit([appearance(finding)]);
      const update = await resolution(finding.id);
      const updates = ['first', 'second'].map((message) => ({ ...update, finding: { ...update.finding, message } }));
      const results = await Promise.all(updates.map((change) => open().commit([change])));
      expect(results.map(({ written }) => written).sort()).toEqual([0, 1]);
      const winner = updates[results.findIndex(({ written }) => written === 1)];
      expect((await store.finding(tenantId, finding.id))?.value).toEqual(winner?.finding);
      expect((await store.history(finding)).map(({ type }) => type)).toEqual(['appeared', 'resolved']);
    });

    it('does not break the audit chain of a rule with twenty concurrent writers', async () => {
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, i) => open().commit(appearances('no-a', 5, 5 * i))),
      );
      expect(results).toEqual(Array(20).fill({ written: 5, conflicts: [] }));
      expect(await verdicts()).toEqual([{ ruleId: 'no-a', events: 100, fault: undefined }]);
    });
  });
}
