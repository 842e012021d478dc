import { describe, expect, it } from '@jest/globals';
import { all } from '../examples.js';
import type { ScanFixture } from './scan-fixture.js';
import { longTexts, unicodeTexts } from './texts.js';

/** Tests how scans are listed, changed and deleted. */
export function describeScanRows(fixture: () => ScanFixture): void {
  /** Scans the tenant once, from start to end. */
  const scanned = async (id: string, other = {}) => {
    const { store, scanOf } = fixture();
    const scan = scanOf(id, { status: 'complete', ...other });
    await store.finish(await store.begin(scanOf(id)), scan);
    return scan;
  };

  describe('scans', () => {
    it('are listed newest first', async () => {
      const { store, tenant, pass } = fixture();
      for (const id of ['s1', 's2', 's3']) {
        await scanned(id);
        pass(3600);
      }
      expect((await all(store.scans(tenant))).map(({ id }) => id)).toEqual(['s3', 's2', 's1']);
    });

    it('are found by an id of any characters', async () => {
      const { store, tenant } = fixture();
      const ids = ['timer:2026-11-01T02:00:00.000+00:00', 'a/b', 'a\\b', 'a#b?c', 'a b', "a'b", 'ä_~'];
      for (const id of ids) await scanned(id);
      for (const id of ids) expect(await store.scan(tenant, id)).toMatchObject({ id });
      expect(await store.scan(tenant, 'never')).toBeUndefined();
    });

    it.each([...unicodeTexts, ...longTexts])('return %s unchanged', async (_, text) => {
      const { store, tenant } = fixture();
      const errors = [{ code: 'graph-rejected', message: text }];
      const scan = await scanned('s1', { tenantName: text, requestedBy: text, errors });
      expect(await store.scan(tenant, 's1')).toEqual(scan);
      expect(await all(store.scans(tenant))).toEqual([scan]);
    });
  });

  describe('amend', () => {
    const note = (what: string) => ({ queue: 'alerts', at: fixture().now(), what });

    it('changes the row, and leaves it unchanged where the change returns undefined', async () => {
      const { store, tenant } = fixture();
      await scanned('s1');
      expect(await store.amend(tenant, 's1', (scan) => ({ ...scan, givenUp: [note('a')] }))).toMatchObject({
        status: 'complete',
        givenUp: [{ what: 'a' }],
      });
      expect(await store.amend(tenant, 's1', () => undefined)).toBeUndefined();
      expect(await store.amend(tenant, 'unknown', (scan) => scan)).toBeUndefined();
      expect(await store.scan(tenant, 's1')).toMatchObject({ givenUp: [{ what: 'a' }] });
    });

    it('loses no change of eight concurrent writers', async () => {
      const { store, tenant, open } = fixture();
      await scanned('s1');
      const names = Array.from({ length: 8 }, (_, i) => `n${i}`);
      await Promise.all(
        names.map((what) => open().amend(tenant, 's1', (s) => ({ ...s, givenUp: [...(s.givenUp ?? []), note(what)] }))),
      );
      const noted = (await store.scan(tenant, 's1'))?.givenUp?.map(({ what }) => what);
      expect(noted?.sort()).toEqual(names);
    });
  });

  it('prune deletes the scans that started before a moment, more than a transaction holds', async () => {
    const { store, tenant, pass, now } = fixture();
    for (let i = 0; i < 60; i++) await scanned(`s${i}`);
    pass(1);
    const before = now();
    await scanned('s60');
    expect(await store.prune(tenant, before)).toBe(60);
    expect((await all(store.scans(tenant))).map(({ id }) => id)).toEqual(['s60']);
    expect(await store.scan(tenant, 's0')).toBeUndefined();
    expect(await store.prune(tenant, before)).toBe(0);
  });
}
