import { beforeEach, describe, expect, it } from '@jest/globals';
import type { FindingChange } from '../../src/jobs/ports/index.js';
import type { Storage } from '../../src/storage/connection.js';
import { TableFindingStore } from '../../src/storage/finding-store.js';
import { freshStorage } from '../support/storage.js';
import { aFinding, all, anEvent, appearance, appearances, tenantId } from './examples.js';

const ruleIds = ['no-a', 'no-b', 'no-c', 'no-d', 'no-e', 'no-f'];
let storage: Storage;
let store: TableFindingStore;

beforeEach(async () => {
  storage = await freshStorage();
  store = new TableFindingStore(storage.findings, { ruleIds });
});

const trail = (ruleId = 'no-a') => all(store.auditTrail(tenantId, ruleId));
const verdicts = () => all(store.verifyAudit(tenantId));

/** The change that resolves a stored finding. */
async function resolution(id: string): Promise<FindingChange> {
  const stored = await store.finding(tenantId, id);
  if (!stored) throw new Error(`no finding ${id}`);
  const finding = { ...stored.value, status: 'resolved' as const, changedAt: '2026-11-02T02:00:00.000Z' };
  return { finding, etag: stored.etag, events: [anEvent(finding, 'resolved')] };
}

describe('commit', () => {
  it('writes findings of many rules, more than a transaction holds, each with its events', async () => {
    const changes = ruleIds.flatMap((ruleId) => appearances(ruleId, 120));
    expect(await store.commit(changes)).toEqual({ written: 720, conflicts: [] });
    expect((await all(store.findings(tenantId))).map(({ value }) => value.id).sort()).toEqual(
      changes.map(({ finding }) => finding.id).sort(),
    );
    expect((await trail()).map(({ sequence }) => sequence)).toEqual(Array.from({ length: 120 }, (_, i) => i + 1));
  });

  it('gives back every finding as it was', async () => {
    const finding = aFinding('no-a', 'o', {
      status: 'suppressed',
      resolvedAt: '2026-01-01T00:00:00.000Z',
      suppression: { reason: 'r', author: 'a', suppressedAt: 's', until: 'u' },
    });
    await store.commit([appearance(finding)]);
    expect((await store.finding(tenantId, finding.id))?.value).toEqual(finding);
  });

  it('changes nothing when the same changes come again', async () => {
    const changes = appearances('no-a', 60);
    await store.commit(changes);
    const before = [await all(store.findings(tenantId)), await trail()];
    expect(await store.commit(changes)).toEqual({ written: 60, conflicts: [] });
    expect([await all(store.findings(tenantId)), await trail()]).toEqual(before);
  });

  it('changes nothing when the same update comes again', async () => {
    const [change] = appearances('no-a', 1);
    await store.commit(change ? [change] : []);
    const update = await resolution(change?.finding.id ?? '');
    await store.commit([update]);
    const before = [await all(store.findings(tenantId)), await trail()];
    expect(await store.commit([update, update])).toEqual({ written: 2, conflicts: [] });
    expect([await all(store.findings(tenantId)), await trail()]).toEqual(before);
  });

  it('finishes what an earlier call left undone', async () => {
    await store.commit(appearances('no-a', 70));
    expect(await store.commit(appearances('no-a', 200))).toEqual({ written: 200, conflicts: [] });
    expect(await trail()).toHaveLength(200);
  });

  it('names the findings that another has changed meanwhile, and writes the others', async () => {
    await store.commit(appearances('no-a', 3));
    const ids = appearances('no-a', 3).map(({ finding }) => finding.id);
    const updates = await Promise.all(ids.map(resolution));
    const [, second] = updates;
    if (!second) throw new Error('no update');
    const meanwhile = { ...second.finding, message: 'Changed by another.' };
    await store.commit([{ finding: meanwhile, etag: second.etag, events: [anEvent(meanwhile, 'changed')] }]);

    expect(await store.commit(updates)).toEqual({ written: 2, conflicts: [second.finding.id] });
    expect((await store.finding(tenantId, second.finding.id))?.value).toEqual(meanwhile);
    expect((await store.history(second.finding)).map(({ type }) => type)).toEqual(['appeared', 'changed']);
    expect((await verdicts())[0]?.fault).toBeUndefined();
  });

  it('names a finding that exists although it should be new, and one that is gone although it should exist', async () => {
    const [there, gone] = appearances('no-a', 2);
    if (!there || !gone) throw new Error('no change');
    await store.commit([there, gone]);
    const update = await resolution(gone.finding.id);
    await storage.findings.deleteEntity(`${tenantId}_no-a`, `finding_${gone.finding.id}`);
    const other = { ...there, finding: { ...there.finding, appearedIn: 's2' } };
    const result = await store.commit([other, update]);
    expect(result).toEqual({ written: 0, conflicts: [there.finding.id, gone.finding.id] });
    expect(await trail()).toHaveLength(2);
  });

  it('leaves nothing half-written when a transaction fails', async () => {
    const [first, second] = appearances('no-a', 2);
    if (!first || !second) throw new Error('no change');
    // A stranger's row is where the second audit event would go, so the transaction cannot be carried out.
    const rowKey = `audit_${second.finding.id}_0000000002`;
    await storage.findings.createEntity({ partitionKey: `${tenantId}_no-a`, rowKey });
    await expect(store.commit([first, second])).rejects.toMatchObject({ code: 'storage-malformed' });
    expect(await all(store.findings(tenantId))).toEqual([]);
    expect(await store.history(first.finding)).toEqual([]);
  });

  it('writes all other partitions when one partition is damaged', async () => {
    const changes = ruleIds.flatMap((ruleId) => appearances(ruleId, 2));
    const rowKey = `audit_${changes[1]?.finding.id}_0000000002`;
    await storage.findings.createEntity({ partitionKey: `${tenantId}_no-a`, rowKey });
    await expect(store.commit(changes)).rejects.toMatchObject({ code: 'storage-malformed' });
    for (const ruleId of ruleIds.slice(1)) expect(await all(store.findings(tenantId, { ruleId }))).toHaveLength(2);
  });

  it('keeps the chain unbroken under twenty writers of one partition', async () => {
    const writers = Array.from({ length: 20 }, (_, i) =>
      new TableFindingStore(storage.findings, { ruleIds }).commit(appearances('no-a', 5, 5 * i)),
    );
    const results = await Promise.all(writers);
    expect(results).toEqual(Array(20).fill({ written: 5, conflicts: [] }));
    expect(await verdicts()).toEqual([{ ruleId: 'no-a', events: 100, fault: undefined }]);
  });

  it('lets one of twenty writers of the same finding win, and names the conflict to the others', async () => {
    const finding = aFinding('no-a', 'o');
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, i) => store.commit([appearance({ ...finding, appearedIn: `s${i}` })])),
    );
    expect(results.filter(({ written }) => written === 1)).toHaveLength(1);
    expect(results.filter(({ conflicts }) => conflicts[0] === finding.id)).toHaveLength(19);
    expect(await trail()).toHaveLength(1);
  });

  it('refuses a finding that fits no row, and names the field', async () => {
    const finding = aFinding('no-a', 'o', { message: 'x'.repeat(600_000) });
    await expect(store.commit([appearance(finding)])).rejects.toMatchObject({
      code: 'storage-rejected',
      message: expect.stringContaining('message'),
    });
  });

  it('keeps transactions below 4 MiB', async () => {
    const changes = Array.from({ length: 8 }, (_, i) =>
      appearance(aFinding('no-a', `o${i}`, { evidence: { text: '\u{1f600}'.repeat(120_000) }, message: 'm' })),
    );
    expect(await store.commit(changes)).toEqual({ written: 8, conflicts: [] });
    expect((await store.finding(tenantId, changes[7]?.finding.id ?? ''))?.value).toEqual(changes[7]?.finding);
  });
});

describe('reading', () => {
  it('keeps tenants and rules apart', async () => {
    const elsewhere = aFinding('no-a', 'o', { tenantId: `${tenantId.slice(0, -1)}6` });
    await store.commit([...appearances('no-a', 2), ...appearances('no-b', 3), appearance(elsewhere)]);
    expect(await all(store.findings(tenantId))).toHaveLength(5);
    expect(await all(store.findings(tenantId, { ruleId: 'no-b' }))).toHaveLength(3);
    expect(await all(store.findings('nowhere'))).toEqual([]);
  });

  it('gets beyond the first page', async () => {
    await store.commit(appearances('no-a', 1_100));
    expect(new Set((await all(store.findings(tenantId))).map(({ value }) => value.id)).size).toBe(1_100);
  });

  it('finds a finding by its id alone, also of a rule that no longer exists', async () => {
    const finding = aFinding('no-longer', 'o');
    await store.commit([appearance(finding)]);
    expect((await store.finding(tenantId, finding.id))?.value).toEqual(finding);
    expect(await store.finding(tenantId, '0123456789abcdef')).toBeUndefined();
  });

  it('tells the history of one finding, oldest first', async () => {
    const finding = aFinding('no-a', 'o');
    await store.commit([appearance(finding), ...appearances('no-a', 3)]);
    await store.commit([await resolution(finding.id)]);
    const history = await store.history(finding);
    expect(history.map(({ type, sequence }) => [type, sequence])).toEqual([
      ['appeared', 1],
      ['resolved', 5],
    ]);
  });

  it('names partition, row and property of a damaged row', async () => {
    const finding = aFinding('no-a', 'o');
    await store.commit([appearance(finding)]);
    const keys = { partitionKey: `${tenantId}_no-a`, rowKey: `finding_${finding.id}` };
    await storage.findings.updateEntity({ ...keys, severity: 'awful' }, 'Merge');
    await expect(store.finding(tenantId, finding.id)).rejects.toMatchObject({
      code: 'storage-malformed',
      message: expect.stringMatching(`partition ${keys.partitionKey}, row ${keys.rowKey}, property severity`),
    });
  });
});
