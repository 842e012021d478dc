import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { demoTenant } from '../../src/local/demo-tenant.js';
import type { Finding } from '../../src/model/finding/finding.js';
import { unsignedApproval } from '../../src/model/remediation/needs-new-plan.js';
import type { Scan } from '../../src/model/scan/scan.js';
import type { Table } from '../../src/storage/table.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

type Row = Record<string, string | number> & { partitionKey: string; rowKey: string };

/** The tables of a version 0.1.0, made by `make.mjs` beside them, and the ids of findings with a decision. */
interface Dump {
  readonly executed: string;
  readonly approved: string;
  readonly rejected: string;
  readonly suppressed: string;
  readonly tables: { readonly findings: Row[]; readonly scans: Row[] };
}

const readDump = (commit: string): Dump =>
  JSON.parse(gunzipSync(readFileSync(`test/fixtures/store-0.1.0/${commit}.json.gz`)).toString('utf8'));

async function restore(table: Table, rows: readonly Row[]): Promise<void> {
  for (const row of rows) await table.write({ kind: 'create', row });
}

describe.each(['70b2448'])('a store of version 0.1.0 (%s)', (commit) => {
  const dump = readDump(commit);
  const tenant = demoTenant();
  let laptop: Laptop;
  let before: Map<string, Finding>;
  let scan: Scan;
  let after: Map<string, Finding>;
  const byId = (findings: Finding[]) => new Map(findings.map((finding) => [finding.id, finding]));
  beforeAll(async () => {
    laptop = await aLaptop({ tenant }, { REMEDIATION: 'on', MAX_RESOLVED_PERCENT: '100' });
    await restore(laptop.storage.findings, dump.tables.findings);
    await restore(laptop.storage.scans, dump.tables.scans);
    before = byId(await laptop.stored());
    scan = await laptop.scan();
    after = byId(await laptop.stored());
  });
  afterAll(() => laptop.close());

  it('has rows without a version, findings, decisions, events and scans', () => {
    const rows = [...dump.tables.findings, ...dump.tables.scans];
    expect(rows.filter(({ schemaVersion }) => schemaVersion !== undefined)).toEqual([]);
    const kinds = (prefix: string) => rows.filter(({ rowKey }) => rowKey.startsWith(prefix)).length;
    expect(before.size).toBe(kinds('finding_'));
    expect(kinds('audit_')).toBeGreaterThan(before.size);
    expect(kinds('scan_')).toBe(2);
    expect(before.get(dump.approved)?.remediation).toMatchObject({ status: 'approved' });
    expect(before.get(dump.approved)?.remediation?.approvals).toBeUndefined();
  });

  it('can be scanned: each finding keeps its id and its first appearance', () => {
    expect(scan).toMatchObject({ status: 'complete', errors: [] });
    for (const [id, finding] of before)
      expect(after.get(id)).toMatchObject({ ruleId: finding.ruleId, objectId: finding.objectId });
    const kept = [...before.values()].filter(({ id, status }) => status === 'open' && after.get(id)?.status === 'open');
    expect(kept.length).toBeGreaterThan(3);
    for (const { id, appearedAt } of kept) expect(after.get(id)?.appearedAt).toBe(appearedAt);
  });

  it('keeps suppressions and the events of decisions', async () => {
    expect(after.get(dump.suppressed)).toMatchObject({
      status: 'suppressed',
      suppression: { reason: 'Known until the migration' },
    });
    // The simulated tenant has the key that the earlier version has removed.
    expect(before.get(dump.executed)).toMatchObject({ status: 'resolved', remediation: { status: 'applied' } });
    const history = await laptop.runtime.findings.history(after.get(dump.executed) as Finding);
    expect(history.map(({ type }) => type)).toEqual(expect.arrayContaining(['approved', 'applied', 'reappeared']));
    const rejected = await laptop.runtime.findings.history(after.get(dump.rejected) as Finding);
    expect(rejected.map(({ type }) => type)).toContain('rejected');
  });

  it('keeps no unsigned approval: the plan needs a new decision, and nothing is sent', async () => {
    const { remediation } = after.get(dump.approved) ?? {};
    expect(remediation).toMatchObject({ status: 'stale', outcome: expect.stringContaining(unsignedApproval) });
    const history = await laptop.runtime.findings.history({ ...(after.get(dump.approved) as Finding) });
    expect(history.map(({ type }) => type)).toEqual(expect.arrayContaining(['approved', 'stale']));
    expect(laptop.simulator.requests.filter(({ method }) => method === 'PATCH')).toEqual([]);
  });

  it('has a history of each finding and intact audit chains, before and after events of this version', async () => {
    for (const finding of after.values()) {
      const [first] = await laptop.runtime.findings.history(finding);
      expect(first?.type).toBe('appeared');
    }
    const verdicts = [];
    for await (const verdict of laptop.runtime.findings.verifyAudit(tenant.id)) verdicts.push(verdict);
    expect(verdicts.length).toBeGreaterThan(2);
    expect(verdicts.filter(({ fault }) => fault !== undefined)).toEqual([]);
  });

  it('lists the scans of both versions, newest first', async () => {
    const ids = [];
    for await (const { id } of laptop.runtime.scans.scans(tenant.id)) ids.push(id);
    expect(ids).toHaveLength(3);
    expect(ids[0]).toBe(scan.id);
  });
});
