import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FindingEvidence } from '../../src/model/finding/app-evidence.js';
import type { ChainedAuditEvent } from '../../src/model/finding/audit.js';
import type { Finding } from '../../src/model/finding/finding.js';
import type { Scan } from '../../src/model/scan/scan.js';
import { fromAuditRow, fromFindingRow, toAuditRow, toFindingRow } from '../../src/storage/finding-rows.js';
import { TableFindingStore } from '../../src/storage/finding-store.js';
import { keyPart, type Row } from '../../src/storage/rows.js';
import { fromScanRow, scanKey, toScanRow } from '../../src/storage/scan-rows.js';
import type { Table, VersionedRow } from '../../src/storage/table.js';
import { joinText, splitText } from '../../src/storage/text.js';
import { freshStorage } from '../support/storage.js';
import { aFinding, appearance, tenantId } from './examples.js';

/** Any name that an owner can write: any UTF-16 units, including lone surrogates and controls. */
const text = fc.oneof(
  { weight: 8, arbitrary: fc.string({ unit: 'binary' }) },
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc.constantFrom('\\u0041', '\\', '\\\\u0000', '\r\n\t ', ' x ', '\ufffe\uffff', '\u0000', '\u{1fffe}', '__proto__'),
  fc.constantFrom('\u2028', 'a\u2029b'),
);
/** The same, also too long for one property. */
const longText = fc.oneof(
  text,
  fc.string({ unit: 'binary', minLength: 1 }).map((part) => part.repeat(Math.ceil(33_000 / part.length))),
);
const id = fc.stringMatching(/^[0-9a-f]{16}$/);
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);
const member = fc.oneof(text, number, fc.boolean(), fc.constant(null));
const count = fc.nat();

// `Required` in each of these: the compiler requires new members of the model here.
// The evidence of a finding is not part of its row.
const findings: fc.Arbitrary<Finding> = fc
  .record<Required<Omit<Finding, keyof FindingEvidence>>, 'id'>(
    {
      id,
      tenantId: fc.uuid(),
      ruleId: fc.constantFrom('no-a', 'require-b'),
      severity: fc.constantFrom('low', 'medium', 'high', 'critical'),
      status: fc.constantFrom('open', 'suppressed', 'resolved'),
      on: fc.constantFrom('application', 'servicePrincipal', 'tenant'),
      objectId: text,
      appId: text,
      displayName: text,
      key: text,
      message: text,
      evidence: fc.dictionary(text, member, { noNullPrototype: true, maxKeys: 4 }),
      appearedAt: fc.constant('2026-11-01T02:00:00.000Z'),
      appearedIn: text,
      changedAt: fc.constant('2026-11-01T02:00:00.000Z'),
      resolvedAt: fc.constant('2026-11-01T02:00:00.000Z'),
      life: fc.integer({ min: 1, max: 1000 }),
      assignee: text,
      suppression: fc.record({ reason: text, author: text, suppressedAt: text, until: text }),
      remediation: fc.record({
        id,
        status: fc.constantFrom('proposed', 'approved', 'failed'),
        plan: fc.record({
          requests: fc.array(
            fc.record({
              method: fc.constant('PATCH'),
              path: text,
              body: fc.record({
                keyCredentials: fc.array(fc.record({ keyId: text, displayName: member }), { maxLength: 2 }),
              }),
            }),
            { maxLength: 2 },
          ),
          irreversible: fc.boolean(),
          warnings: fc.array(text, { maxLength: 2 }),
          guard: member,
        }),
        planHash: fc.constant('0'.repeat(64)),
        proposedAt: text,
        decision: fc.record({ author: text, at: text, comment: text, expiresAt: text }),
        attempt: fc.record({ owner: text, startedAt: text, requestIds: fc.array(text, { maxLength: 2 }) }),
        outcome: text,
      }),
      manual: fc.record({ reason: text, steps: fc.array(text, { maxLength: 2 }) }),
    },
    { requiredKeys: ['id'] },
  )
  .map((finding) => ({ ...complete, ...finding }));

const complete: Omit<Finding, 'id'> = {
  tenantId: 't',
  ruleId: 'no-a',
  severity: 'low',
  status: 'open',
  on: 'tenant',
  objectId: '',
  appId: '',
  displayName: '',
  key: '',
  message: '',
  evidence: {},
  appearedAt: 'a',
  appearedIn: '',
  changedAt: 'c',
  life: 1,
};

const events: fc.Arbitrary<ChainedAuditEvent> = fc.record<Required<ChainedAuditEvent>>({
  tenantId: fc.uuid(),
  ruleId: fc.constantFrom('no-a', 'require-b'),
  findingId: id,
  at: text,
  type: fc.constantFrom('appeared', 'changed', 'suppression-ended'),
  author: text,
  summary: longText,
  detail: fc.dictionary(text, fc.oneof(member, fc.array(member)), { noNullPrototype: true, maxKeys: 4 }),
  sequence: fc.integer({ min: 1 }),
  previousHash: text,
  hash: text,
});

const countBySeverity = fc.record({ low: count, medium: count, high: count, critical: count });

const scans: fc.Arbitrary<Scan> = fc.record<Required<Scan>>({
  id: fc.string({ minLength: 1 }),
  sentinel: fc.record({
    listed: fc.record({ applications: count, servicePrincipals: count }),
    listedAt: text,
    audit: fc.record({ since: text, entries: count, objects: count }),
    position: text,
    apps: count,
    hasNews: fc.boolean(),
  }),
  tenantId: fc.uuid(),
  tenantName: text,
  status: fc.constantFrom('running', 'complete', 'incomplete', 'failed'),
  requestedBy: longText,
  startedAt: fc.constant('2026-11-01T02:00:00.000Z'),
  since: fc.constant('2026-11-01T02:00:00.000Z'),
  finishedAt: text,
  counts: fc.record({ applications: count, servicePrincipals: count }),
  findings: fc.record({ new: count, open: count, resolved: count, suppressed: count }),
  bySeverity: fc.record({ open: countBySeverity, resolved: countBySeverity }),
  delta: fc.record({ used: fc.boolean(), changes: count, reason: text, suspected: count, missed: count }),
  writes: count,
  heldBack: count,
  pages: count,
  requests: count,
  retries: count,
  continued: count,
  notExamined: fc.array(fc.record({ ruleId: text, reason: text }), { maxLength: 3 }),
  errors: fc.array(fc.record({ code: text, message: text }), { maxLength: 3 }),
  alerts: fc.record({
    about: fc.constantFrom('complete', 'incomplete', 'failed'),
    from: text,
    until: text,
    silent: fc.boolean(),
    deliveries: fc.dictionary(
      fc.constantFrom('teams', 'mail', 'owner:0123456789ab'),
      fc.record({
        status: fc.constantFrom('sending', 'sent', 'pending', 'failed'),
        at: text,
        attempts: count,
        error: text,
      }),
      { noNullPrototype: true },
    ),
    starts: fc.dictionary(fc.constantFrom('teams', 'owner:0123456789ab'), text, { noNullPrototype: true }),
  }),
  givenUp: fc.array(fc.record({ queue: text, at: text, what: text }), { maxLength: 2 }),
  undetermined: fc.array(fc.record({ objectId: text, object: text, property: text }), { maxLength: 3 }),
  notes: fc.array(text, { maxLength: 2 }),
  anchor: fc.record({ hash: text, chains: count, events: count }),
  warnings: fc.array(text, { maxLength: 2 }),
});

/** Milliseconds. On a busy machine, a hundred writes and reads take longer than one test usually does. */
/** A row that a test has written. */
async function readBack(table: Table, row: Row): Promise<VersionedRow> {
  const read = await table.get(row);
  if (!read) throw new Error('The row was not written.');
  return read;
}

const patience = 300_000;

describe('a row', () => {
  it('restores any finding', () => {
    fc.assert(fc.property(findings, (f) => expect(fromFindingRow(toFindingRow(appearance(f)))).toEqual(f)));
  });

  it('restores any audit event', () => {
    fc.assert(fc.property(events, (event) => expect(fromAuditRow(toAuditRow(event))).toEqual(event)));
  });

  it('restores any scan', () => {
    fc.assert(fc.property(scans, (scan) => expect(fromScanRow(toScanRow(scan, 'scan_1'))).toEqual(scan)));
  });

  it('has no property longer than 32,768 UTF-16 units, and no character that storage can change', () => {
    fc.assert(
      fc.property(findings, (finding) => {
        for (const value of Object.values(toFindingRow(appearance(finding)))) {
          expect(String(value).length).toBeLessThanOrEqual(32_768);
          expect(String(value)).not.toMatch(/[\p{Cc}\p{Cs}\u2028\u2029\ufffe\uffff]/u);
        }
      }),
    );
  });

  it(
    'is read from a table as it was written',
    async () => {
      const { findings: table } = await freshStorage();
      await fc.assert(
        fc.asyncProperty(findings, async (finding) => {
          const row = toFindingRow(appearance(finding));
          // In a transaction, like the store: for a single row, Azurite 3.37 loses characters of a long body that is split
          // into network packets inside a character.
          await table.transact([{ kind: 'put', row }]);
          expect(fromFindingRow(await readBack(table, row))).toEqual(finding);
        }),
        { numRuns: 100 },
      );
    },
    patience,
  );

  it(
    'of an audit event or a scan is read from a table as it was written',
    async () => {
      const { findings, scans: scanTable } = await freshStorage();
      await fc.assert(
        fc.asyncProperty(events, scans, async (event, scan) => {
          const [eventRow, scanRow] = [toAuditRow(event), toScanRow(scan, scanKey(scan))];
          await findings.transact([{ kind: 'put', row: eventRow }]);
          await scanTable.transact([{ kind: 'put', row: scanRow }]);
          expect(fromAuditRow(await readBack(findings, eventRow))).toEqual(event);
          expect(fromScanRow(await readBack(scanTable, scanRow))).toEqual(scan);
        }),
        { numRuns: 50 },
      );
    },
    patience,
  );

  it('returns every character of the Basic Multilingual Plane from a table', async () => {
    const { findings: table } = await freshStorage();
    const store = new TableFindingStore(table, { ruleIds: ['no-a'] });
    const blocks = Array.from({ length: 64 }, (_, block) => {
      const message = String.fromCharCode(...Array.from({ length: 1024 }, (_, i) => block * 1024 + i));
      return aFinding('no-a', `block ${block}`, { message });
    });
    await store.commit(blocks.map(appearance));
    const read = await store.knownFindings(tenantId, blocks);
    expect(blocks.map(({ id }) => read.get(id)?.value)).toEqual(blocks);
  });

  it('that was written before a character was escaped is still read', async () => {
    const { findings: table } = await freshStorage();
    const finding = { ...complete, id: '0123456789abcdef', displayName: 'a b' };
    const row = toFindingRow(appearance(finding));
    await table.write({ kind: 'put', row: { ...row, displayName: 'a\u2028b' } });
    const read = fromFindingRow(await readBack(table, row));
    expect(read).toEqual({ ...finding, displayName: 'a\u2028b' });
  });

  it('is rejected when a part of a long text is missing', () => {
    const row = toFindingRow(appearance({ ...complete, id: '0123456789abcdef', message: 'm'.repeat(70_000) }));
    const { message_2: _lost, ...damaged } = row;
    expect(() => fromFindingRow(damaged)).toThrow(/property message_2/);
  });
});

describe('a text', () => {
  it('stays readable in storage', () => {
    expect(splitText('Lohn & Gehalt – 給与 😀')).toEqual(['Lohn & Gehalt – 給与 😀']);
    expect(splitText('')).toEqual(['']);
  });

  it('is never divided inside a character', () => {
    for (const shift of ['', 'x']) {
      const long = shift + '😀'.repeat(40_000);
      const parts = splitText(long);
      expect(parts.length).toBeGreaterThan(1);
      for (const part of parts) expect(part).not.toMatch(/\p{Cs}/u);
      expect(joinText(parts)).toBe(long);
    }
  });
});

describe('a part of a key', () => {
  it('differs for different ids, and has only characters that are allowed in keys', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(keyPart(a) === keyPart(b)).toBe(a === b);
        expect(keyPart(a)).toMatch(/^[A-Za-z0-9.:~-]*$/);
      }),
    );
  });
});
