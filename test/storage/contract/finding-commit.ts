import { beforeEach, describe, expect, it } from '@jest/globals';
import type { FindingStore } from '../../../src/jobs/ports/index.js';
import { aFinding, all, anEvent, appearance, appearances, tenantId } from '../examples.js';
import { resolutionOf } from './resolution.js';
import { longTexts, unicodeTexts } from './texts.js';

const ruleIds = ['no-a', 'no-b', 'no-c', 'no-d', 'no-e', 'no-f'];

/** Tests that findings and their events are written completely, once and unchanged. */
export function describeCommits(create: (ruleIds: readonly string[]) => Promise<() => FindingStore>): void {
  let store: FindingStore;

  beforeEach(async () => {
    store = (await create(ruleIds))();
  });

  const trail = () => all(store.auditTrail(tenantId, 'no-a'));
  const verdicts = () => all(store.verifyAudit(tenantId));
  const contents = async () => [await all(store.findings(tenantId)), await trail()];
  const resolution = (id: string) => resolutionOf(store, id);

  describe('commit', () => {
    it('writes findings of many rules, more than a transaction holds, each with its events', async () => {
      const changes = ruleIds.flatMap((ruleId) => appearances(ruleId, 120));
      expect(await store.commit(changes)).toEqual({ written: 720, conflicts: [] });
      expect((await all(store.findings(tenantId))).map(({ value }) => value.id).sort()).toEqual(
        changes.map(({ finding }) => finding.id).sort(),
      );
      expect((await trail()).map(({ sequence }) => sequence)).toEqual(Array.from({ length: 120 }, (_, i) => i + 1));
    });

    it('returns every member of a finding unchanged', async () => {
      const finding = aFinding('no-a', 'o', {
        status: 'suppressed',
        resolvedAt: '2026-01-01T00:00:00.000Z',
        suppression: { reason: 'r', author: 'a', suppressedAt: 's', until: 'u' },
      });
      await store.commit([appearance(finding)]);
      expect((await store.finding(tenantId, finding.id))?.value).toEqual(finding);
    });

    it.each([
      ['any characters', unicodeTexts],
      ['32 KiB and more', longTexts],
    ])('returns texts of %s unchanged, in findings and in events', async (_, texts) => {
      const changes = texts.map(([name, text]) => {
        const finding = aFinding('no-a', name, { displayName: text, message: text, evidence: { [text]: text } });
        return { finding, etag: undefined, events: [{ ...anEvent(finding), detail: { [text]: [text] } }] };
      });
      await store.commit(changes);
      for (const { finding, events } of changes) {
        expect((await store.finding(tenantId, finding.id))?.value).toEqual(finding);
        expect(await store.history(finding)).toMatchObject(events);
      }
      expect((await verdicts())[0]?.fault).toBeUndefined();
    });

    it('gives a finding a new version with every change', async () => {
      const finding = aFinding('no-a', 'o');
      await store.commit([appearance(finding)]);
      const first = await store.finding(tenantId, finding.id);
      await store.commit([await resolution(finding.id)]);
      const second = await store.finding(tenantId, finding.id);
      expect(second?.value.status).toBe('resolved');
      expect(second?.etag).not.toBe(first?.etag);
    });
  });

  describe('a repeated commit', () => {
    it('of new findings changes nothing', async () => {
      const changes = appearances('no-a', 60);
      await store.commit(changes);
      const before = await contents();
      expect(await store.commit(changes)).toEqual({ written: 60, conflicts: [] });
      expect(await contents()).toEqual(before);
    });

    it('of an update changes nothing', async () => {
      const [change] = appearances('no-a', 1);
      await store.commit(change ? [change] : []);
      const update = await resolution(change?.finding.id ?? '');
      await store.commit([update]);
      const before = await contents();
      expect(await store.commit([update, update])).toEqual({ written: 2, conflicts: [] });
      expect(await contents()).toEqual(before);
    });

    it('completes an earlier commit that wrote a part', async () => {
      await store.commit(appearances('no-a', 70));
      expect(await store.commit(appearances('no-a', 200))).toEqual({ written: 200, conflicts: [] });
      expect(await trail()).toHaveLength(200);
    });
  });
}
