import { beforeEach, describe, expect, it } from '@jest/globals';
import { TableFindingStore } from '../../src/storage/finding-store.js';
import { freshStorage, type TestStorage } from '../support/storage.js';
import { resolutionOf } from './contract/resolution.js';
import { aFinding, all, appearance, appearances, tenantId } from './examples.js';

const ruleIds = ['no-a', 'no-b', 'no-c', 'no-d', 'no-e', 'no-f'];
const partitionKey = `${tenantId}_no-a`;
let storage: TestStorage;
let store: TableFindingStore;

beforeEach(async () => {
  storage = await freshStorage();
  store = new TableFindingStore(storage.findings, { ruleIds });
});

const trail = () => all(store.auditTrail(tenantId, 'no-a'));

/** Makes the transaction fail that writes `findingId` as the second finding: its audit row exists already. */
const blockSecondEvent = (findingId = '') =>
  storage.raw.findings.createEntity({ partitionKey, rowKey: `audit_${findingId}_0000000002` });

describe('a commit to the table', () => {
  it('reports a conflict for a finding that exists although it is new, and for one whose row is missing', async () => {
    const [existing, missing] = appearances('no-a', 2);
    if (!existing || !missing) throw new Error('no change');
    await store.commit([existing, missing]);
    const update = await resolutionOf(store, missing.finding.id);
    await storage.raw.findings.deleteEntity(partitionKey, `finding_${missing.finding.id}`);
    const other = { ...existing, finding: { ...existing.finding, appearedIn: 's2' } };
    const result = await store.commit([other, update]);
    expect(result).toEqual({ written: 0, conflicts: [existing.finding.id, missing.finding.id] });
    expect(await trail()).toHaveLength(2);
  });

  it('writes nothing of a transaction that fails', async () => {
    const [first, second] = appearances('no-a', 2);
    if (!first || !second) throw new Error('no change');
    await blockSecondEvent(second.finding.id);
    await expect(store.commit([first, second])).rejects.toMatchObject({ code: 'storage-malformed' });
    expect(await all(store.findings(tenantId))).toEqual([]);
    expect(await store.history(first.finding)).toEqual([]);
  });

  it('writes all other partitions when one partition is damaged', async () => {
    const changes = ruleIds.flatMap((ruleId) => appearances(ruleId, 2));
    await blockSecondEvent(changes[1]?.finding.id);
    await expect(store.commit(changes)).rejects.toMatchObject({ code: 'storage-malformed' });
    for (const ruleId of ruleIds.slice(1)) expect(await all(store.findings(tenantId, { ruleId }))).toHaveLength(2);
  });

  it('rejects a finding that is too large for a row, and names the field', async () => {
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

it('the error for a damaged row names its partition, row and property', async () => {
  const finding = aFinding('no-a', 'o');
  await store.commit([appearance(finding)]);
  const keys = { partitionKey, rowKey: `finding_${finding.id}` };
  await storage.raw.findings.updateEntity({ ...keys, severity: 'awful' }, 'Merge');
  await expect(store.finding(tenantId, finding.id)).rejects.toMatchObject({
    code: 'storage-malformed',
    message: expect.stringMatching(`partition ${keys.partitionKey}, row ${keys.rowKey}, property severity`),
  });
});
