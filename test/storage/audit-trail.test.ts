import { beforeEach, describe, expect, it } from '@jest/globals';
import { chainEvents } from '../../src/storage/audit-chain.js';
import { toAuditRow, toHeadRow } from '../../src/storage/finding-rows.js';
import { TableFindingStore } from '../../src/storage/finding-store.js';
import { freshStorage, type TestStorage } from '../support/storage.js';
import { aFinding, all, anEvent, appearances, tenantId } from './examples.js';

const partitionKey = `${tenantId}_no-a`;
let storage: TestStorage;
let store: TableFindingStore;

beforeEach(async () => {
  storage = await freshStorage();
  store = new TableFindingStore(storage.findings, { ruleIds: ['no-a', 'no-b'] });
  await store.commit([...appearances('no-a', 5), ...appearances('no-b', 5)]);
});

const verdict = async () => (await all(store.verifyAudit(tenantId))).find(({ ruleId }) => ruleId === 'no-a');
const trail = () => all(store.auditTrail(tenantId, 'no-a'));

/** The row of the event with this number. */
async function rowKeyOf(sequence: number): Promise<string> {
  const event = (await trail()).find((each) => each.sequence === sequence);
  return `audit_${event?.findingId}_${String(sequence).padStart(10, '0')}`;
}

describe('the audit trail in a table', () => {
  it('is valid when no row was changed', async () => {
    expect(await all(store.verifyAudit(tenantId))).toEqual([
      { ruleId: 'no-a', events: 5, fault: undefined },
      { ruleId: 'no-b', events: 5, fault: undefined },
    ]);
  });

  it('starts with a previous hash of 64 zeros', async () => {
    expect((await trail())[0]?.previousHash).toBe('0'.repeat(64));
  });

  it('reports a changed row', async () => {
    await storage.raw.findings.updateEntity({ partitionKey, rowKey: await rowKeyOf(3), author: 'attacker' }, 'Merge');
    expect((await verdict())?.fault).toMatchObject({ kind: 'changed', sequence: 3 });
  });

  it('reports a row that was changed together with its hash', async () => {
    const [, second, third] = await trail();
    if (!second || !third) throw new Error('no events');
    const { hash: _hash, sequence: _sequence, previousHash: _previous, ...event } = third;
    const [forged] = chainEvents([{ ...event, author: 'attacker' }], second);
    if (forged) await storage.raw.findings.updateEntity(toAuditRow(forged), 'Replace');
    expect((await verdict())?.fault).toMatchObject({ kind: 'changed', sequence: 3 });
  });

  it('reports a removed row', async () => {
    await storage.raw.findings.deleteEntity(partitionKey, await rowKeyOf(2));
    expect((await verdict())?.fault).toMatchObject({ kind: 'removed', sequence: 2 });
  });

  it('reports an inserted row', async () => {
    const [first] = await trail();
    if (!first) throw new Error('no events');
    const [forged] = chainEvents([anEvent(aFinding('no-a', 'forged'))], first);
    if (forged) await storage.raw.findings.createEntity(toAuditRow(forged));
    // Two rows have the number 2, in random order. Only one of them fits the next row.
    expect((await verdict())?.fault).toMatchObject({
      kind: expect.stringMatching('inserted|changed'),
      sequence: 2,
    });
  });

  it('reports a row that was appended without the head', async () => {
    const last = (await trail()).at(-1);
    if (!last) throw new Error('no events');
    const [forged] = chainEvents([anEvent(aFinding('no-a', 'forged'))], last);
    if (forged) await storage.raw.findings.createEntity(toAuditRow(forged));
    expect((await verdict())?.fault).toMatchObject({ kind: 'inserted', sequence: 6 });
  });

  it('reports the first of the rows that were removed at the end', async () => {
    for (const sequence of [5, 4]) await storage.raw.findings.deleteEntity(partitionKey, await rowKeyOf(sequence));
    expect((await verdict())?.fault).toMatchObject({ kind: 'removed', sequence: 4 });
  });

  it('reports a changed and a removed head', async () => {
    const end = (await trail()).at(-2);
    if (!end) throw new Error('no events');
    await storage.raw.findings.updateEntity(toHeadRow(partitionKey, end), 'Replace');
    expect((await verdict())?.fault).toMatchObject({ kind: 'inserted', sequence: 5 });
    await storage.raw.findings.deleteEntity(partitionKey, 'audit-head');
    expect((await verdict())?.fault).toMatchObject({ kind: 'removed', sequence: 5 });
  });

  it('reports the removal of the whole trail, including its head', async () => {
    for (const sequence of [5, 4, 3, 2, 1])
      await storage.raw.findings.deleteEntity(partitionKey, await rowKeyOf(sequence));
    await storage.raw.findings.deleteEntity(partitionKey, 'audit-head');
    expect((await verdict())?.fault).toMatchObject({ kind: 'removed', sequence: 1 });
  });

  it('accepts no commit when there are rows after the head', async () => {
    await storage.raw.findings.deleteEntity(partitionKey, 'audit-head');
    const [change] = appearances('no-a', 1, 0);
    const stored = await store.finding(tenantId, change?.finding.id ?? '');
    if (!stored) throw new Error('no finding');
    const finding = { ...stored.value, message: 'Another.' };
    const commit = store.commit([{ finding, etag: stored.etag, events: [anEvent(finding, 'changed')] }]);
    // The first event of the finding has the number 1, like the new event.
    await expect(commit).rejects.toMatchObject({ code: 'storage-malformed' });
  });
});
