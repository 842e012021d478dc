import { createHash } from 'node:crypto';
import { copyFile, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exportRows } from '../../src/cli/commands/export.js';
import { importRows } from '../../src/cli/commands/import.js';
import { readConfig } from '../../src/config.js';
import { suppress } from '../../src/jobs/finding/suppress-finding.js';
import { approve } from '../../src/jobs/remediation/approve.js';
import { executeRemediation } from '../../src/jobs/remediation/execute.js';
import { messageFor } from '../../src/jobs/remediation/message.js';
import { currentPause, pauseRemediation } from '../../src/jobs/remediation/pause.js';
import { runSentinel } from '../../src/jobs/sentinel/run-sentinel.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { withoutEvidence } from '../../src/model/finding/app-evidence.js';
import type { Finding } from '../../src/model/finding/finding.js';
import { blankScan } from '../../src/model/scan/scan.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { createInstallation, type Installation } from '../../src/runtime.js';
import { toFindingRow } from '../../src/storage/finding-rows.js';
import { toRow } from '../../src/storage/rows.js';
import { kindOf } from '../../src/storage/transfer/row-kinds.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { closeSqlite, sqliteFolder, sqliteIn } from '../support/sqlite.js';

const names = ['Applied', 'Approved', 'Suppressed', 'Open', 'Other'];
const tenant = {
  ...simulatedTenantOf(
    names.map((name) => anApp(name, { application: { keyCredentials: [aSymmetricSigningKey(name)] } })),
  ),
  id: '7ea25fe2-7e57-4e57-8e57-0c0ffee00001',
};
const forever = new AbortController().signal;

let laptop: Laptop;
let folder = '';
/** The export of the laptop. */
let file = '';
let findings: Finding[] = [];
const named = (name: string) => findings.find(({ displayName }) => displayName === name) as Finding;

beforeAll(async () => {
  laptop = await aLaptop({ tenant }, { TENANT_ID: tenant.id });
  await laptop.scan();
  findings = await laptop.stored();
  const approveOne = async (name: string) => {
    const subject = { tenantId: tenant.id, findingId: named(name).id };
    const approved = await approve(laptop.runtime, {
      ...subject,
      author: 'ada@example.com',
      acknowledgeWarnings: true,
    });
    return messageFor(approved, approved.remediation ?? ({} as never));
  };
  await executeRemediation(await laptop.runtime.remediation(), await approveOne('Applied'));
  await approveOne('Approved');
  await suppress(laptop.runtime, {
    tenantId: tenant.id,
    findingId: named('Suppressed').id,
    author: 'ada@example.com',
    reason: 'Retired in June',
    until: new Date(Date.now() + 30 * 86_400_000).toISOString(),
  });
  await laptop.scan();
  await runSentinel(laptop.runtime.scanContext(), { requestedBy: 'test' });
  await laptop.runtime.scans.recordRequest('requested', new Date().toISOString());
  await pauseRemediation(laptop.runtime.pause(), {
    reason: 'Change freeze',
    author: { id: 'ada', name: 'ada', roles: [] },
  });
  folder = await sqliteFolder();
  file = path.join(folder, 'export.jsonl');
});
afterAll(async () => {
  await laptop?.close();
  await closeSqlite();
});

/** Runs a command with its own screen. */
async function shown(run: (screen: Parameters<typeof exportRows>[1]) => Promise<number>) {
  const [out, log] = [new PassThrough(), new PassThrough()];
  const texts = [out, log].map((stream) => {
    let text = '';
    stream.setEncoding('utf8').on('data', (chunk) => (text += chunk));
    return () => text;
  });
  const exitCode = await run({ out, log, colour: false });
  return { exitCode, out: texts[0]?.() ?? '', log: texts[1]?.() ?? '' };
}

const exportFrom = (from: Installation, to: string, options = {}) =>
  shown((screen) => exportRows(from, screen, to, { json: true, ...options }, forever));
const importInto = (into: Installation, from: string, options = {}, signal = forever) =>
  shown((screen) => importRows(into, screen, from, { json: true, ...options }, signal));

/** An installation with an empty file of SQLite. */
async function onSqlite(settings: Record<string, string> = {}) {
  const storageFolder = await sqliteFolder();
  const { AzureWebJobsStorage: _, ...own } = laptop.settings;
  const all = { ...own, ...settings };
  const installation = await createInstallation(readConfig(all), all, {
    storageFolder,
    approvalKeyFolder: storageFolder,
  });
  return { installation, storageFolder };
}

/** What a reader sees: findings with history, scans, suppressions. Etags differ between storages. */
async function seen(installation: Installation) {
  const { findings: store, scans } = installation.runtime(tenant.id).records();
  const all: unknown[] = [];
  for await (const { value } of store.findings(tenant.id)) all.push([value.id, value, await store.history(value)]);
  for await (const scan of scans.scans(tenant.id)) all.push([scan.id, scan, await scans.scan(tenant.id, scan.id)]);
  return JSON.stringify(all.sort((a, b) => String((a as [string])[0]).localeCompare(String((b as [string])[0]))));
}

const lines = async (from = file) => (await readFile(from, 'utf8')).trimEnd().split('\n');

/** A file with other lines, and an end that fits them. */
async function rewritten(change: (rows: string[]) => string[]): Promise<string> {
  const all = await lines();
  const body = change(all.slice(0, -1));
  const sha256 = createHash('sha256')
    .update(body.map((line) => `${line}\n`).join(''))
    .digest('hex');
  const to = path.join(folder, `${sha256}.jsonl`);
  await writeFile(to, `${[...body, JSON.stringify({ end: true, rows: body.length - 1, sha256 })].join('\n')}\n`);
  return to;
}

describe('export and import', () => {
  it('move everything from Table Storage to SQLite and back, with intact audit trails', async () => {
    const exported = await exportFrom(laptop.installation, file);
    expect(exported.exitCode).toBe(0);
    const report = JSON.parse(exported.out);
    expect(report).toMatchObject({ withdrawn: 1, stopped: 0, faults: [], hasRemediatorState: true });
    expect(report.tenants[tenant.id]).toMatchObject({ findings: findings.length, scans: 2, remediator: 2 });
    expect(report.tenants.installation).toMatchObject({ events: 1 });
    if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600);

    const { installation, storageFolder } = await onSqlite();
    const imported = await importInto(installation, file);
    expect([imported.exitCode, JSON.parse(imported.out)]).toMatchObject([
      0,
      { verified: true, rows: report.rows, written: report.rows, present: 0, sha256: report.sha256 },
    ]);
    expect((await lines()).join('\n')).toContain('"rowKey":"sentinel_');
    expect(imported.log).toContain('no-symmetric-signing-key');
    expect(imported.log).not.toMatch(/removed|inserted|changed/);

    // The way back, into other tables of Azurite.
    const back = path.join(folder, 'back.jsonl');
    const second = JSON.parse((await exportFrom(installation, back)).out);
    expect(second).toMatchObject({ rows: report.rows, withdrawn: 0 });
    expect((await lines(back)).slice(1, -1)).toEqual((await lines()).slice(1, -1));
    const tablePrefix = `t${storageFolder
      .slice(-6)
      .toLowerCase()
      .replace(/[^a-z0-9]/g, 'x')}back`;
    const target = await createInstallation(readConfig(laptop.settings), laptop.settings, { tablePrefix });
    expect(JSON.parse((await importInto(target, back)).out)).toMatchObject({ verified: true, written: report.rows });
    expect(await seen(target)).toBe(await seen(installation));
    await Promise.all([target.close(), installation.close()]);
  });

  it('end approvals, and keep suppressions, outcomes and pauses', async () => {
    const { installation } = await onSqlite();
    await importInto(installation, file);
    const runtime = installation.runtime(tenant.id);
    const { findings: store } = runtime.records();
    const moved = async (name: string) => (await store.finding(tenant.id, named(name).id))?.value as Finding;
    expect(await moved('Applied')).toMatchObject({ status: 'resolved', remediation: { status: 'applied' } });
    expect(await moved('Suppressed')).toMatchObject({ suppression: { reason: 'Retired in June' } });
    expect(withoutEvidence(await moved('Open'))).toEqual(named('Open'));
    const approved = await moved('Approved');
    expect(approved.remediation).toMatchObject({ status: 'stale', outcome: expect.stringContaining('decide again') });
    expect(JSON.stringify(approved.remediation)).not.toContain('signature');
    expect((await store.history(approved)).map(({ type }) => type)).toEqual([
      'appeared',
      'proposed',
      'approved',
      'refused',
    ]);
    // The source keeps its approval.
    expect((await laptop.runtime.findings.finding(tenant.id, approved.id))?.value.remediation?.status).toBe('approved');
    expect(await runtime.pause().pauses.latest()).toMatchObject({ statement: { reason: 'Change freeze' } });
    await installation.close();
  });

  it('leave out leases, scan requests and queue messages, and free the lease in both', async () => {
    expect((await lines()).join('\n')).not.toMatch(
      /"rowKey":"lease"|"partitionKey":"(requests|schema)"|"rowKey":"state~/,
    );
    const { installation, storageFolder } = await onSqlite();
    await importInto(installation, file);
    const target = await sqliteIn(storageFolder);
    expect(await target.queue('remediations').length()).toBe(0);
    for (const storage of [laptop.storage, target])
      expect(await storage.scans.get({ partitionKey: tenant.id, rowKey: 'lease' })).toMatchObject({
        owner: '',
        scanId: expect.stringMatching(/port$/),
      });
    await installation.close();
  });

  it('leave out no kind of row that the product writes, except those of one installation', async () => {
    await currentPause(laptop.runtime.pause());
    const left = new Set<string>();
    for (const table of ['findings', 'scans', 'remediatorState'] as const)
      for await (const page of laptop.storage[table].pages([{ name: 'PartitionKey', is: 'ge', value: '0' }]))
        for (const { partitionKey, rowKey } of page)
          if (!kindOf(table, rowKey)) left.add(partitionKey === tenant.id ? rowKey : partitionKey);
    // The pause in the remediator's state is its memory of what it has verified with its own keys.
    expect([...left].sort()).toEqual(['installation', 'lease', 'requests', 'schema']);
  });

  it('can be repeated after an interruption at any row, with the same result', async () => {
    const whole = await onSqlite();
    await importInto(whole.installation, file);
    const expected = await seen(whole.installation);
    await whole.installation.close();
    for (const transactions of [0, 1, 2, 4]) {
      const { installation, storageFolder } = await onSqlite();
      const target = await sqliteIn(storageFolder);
      // A prefix of the rows, as an interrupted import leaves them.
      const rows = (await lines()).slice(1, 1 + transactions * 9).map((line) => JSON.parse(line));
      for (const { table, row } of rows) await target[table as 'findings'].write({ kind: 'create', row });
      const again = JSON.parse((await importInto(installation, file)).out);
      expect(again).toMatchObject({ verified: true, present: rows.length, written: again.rows - rows.length });
      expect(await seen(installation)).toBe(expected);
      expect(JSON.parse((await importInto(installation, file)).out)).toMatchObject({ written: 0, present: again.rows });
      await installation.close();
    }
  });
});

describe('export', () => {
  it('does not run beside a scan, and writes a scan without an end as failed', async () => {
    const { installation, storageFolder } = await onSqlite();
    await importInto(installation, file);
    const storage = await sqliteIn(storageFolder);
    const { scans } = installation.runtime(tenant.id).records();
    let newest: Awaited<ReturnType<typeof scans.scan>>;
    for await (const scan of scans.scans(tenant.id)) newest ??= scan;
    if (!newest) throw new Error('no scan');
    const { finishedAt: _, alerts: __, ...rest } = newest;
    await scans.begin({ ...rest, id: 'killed', status: 'running', startedAt: new Date().toISOString() });
    const to = path.join(folder, 'running.jsonl');
    await expect(exportFrom(installation, to)).rejects.toMatchObject({ code: 'scan-in-progress' });
    const lease = await storage.scans.get({ partitionKey: tenant.id, rowKey: 'lease' });
    const row = toRow(tenant.id, 'lease', {
      ...lease,
      owner: 'other:1:x',
      expiresAt: '2026-01-01T00:00:00.000Z',
      etag: undefined,
    });
    await storage.scans.write({ kind: 'put', row: { ...row, partitionKey: tenant.id, rowKey: 'lease' } });
    expect(JSON.parse((await exportFrom(installation, to)).out)).toMatchObject({ stopped: 1 });
    expect((await lines(to)).join('\n')).not.toContain('"status":"running"');
    await installation.close();
  });

  it('refuses a remediation in progress, and a broken trail unless it is asked for', async () => {
    const { installation, storageFolder } = await onSqlite();
    await importInto(installation, file);
    const storage = await sqliteIn(storageFolder);
    const to = path.join(folder, 'refused.jsonl');
    const open = named('Open');
    const attempt = { owner: 'x', startedAt: '2026-11-26T00:00:00Z', requestIds: [] };
    const remediation = { ...open.remediation, status: 'approved' as const, attempt } as NonNullable<
      Finding['remediation']
    >;
    const put = (finding: Finding) =>
      storage.findings.write({ kind: 'put', row: toFindingRow({ finding, etag: undefined, events: [] }) });
    await put({ ...open, remediation });
    await expect(exportFrom(installation, to)).rejects.toMatchObject({
      code: 'transfer-refused',
      message: expect.stringContaining('is in progress'),
    });
    await put(open);
    const rows = (await lines()).slice(1, -1).map((line) => JSON.parse(line));
    const event = rows.find(({ row }) => row.rowKey.startsWith('audit_'))?.row;
    await storage.findings.write({ kind: 'put', row: { ...event, summary: 'Nothing happened.' } });
    await expect(exportFrom(installation, to)).rejects.toMatchObject({
      code: 'transfer-refused',
      remedy: expect.stringContaining('--with-broken-trail'),
    });
    await expect(stat(to)).rejects.toMatchObject({ code: 'ENOENT' });
    const report = JSON.parse((await exportFrom(installation, to, { withBrokenTrail: true })).out);
    expect(report.faults).toEqual([expect.stringContaining('does not match its hash')]);
    const target = await onSqlite();
    await expect(importInto(target.installation, to)).rejects.toMatchObject({ code: 'transfer-refused' });
    const broken = await importInto(target.installation, to, { withBrokenTrail: true });
    expect([broken.exitCode, JSON.parse(broken.out)]).toMatchObject([1, { verified: false }]);
    expect(broken.log).toContain('does not match its hash');
    await Promise.all([installation.close(), target.installation.close()]);
  });

  it('names what the storage has, for a tenant without rows', async () => {
    const other = '7ea25fe2-7e57-4e57-8e57-0c0ffee00002';
    await expect(exportFrom(laptop.installation, file, { tenant: other })).rejects.toMatchObject({
      code: 'usage-invalid',
      remedy: `It has rows of: ${tenant.id}.`,
    });
  });
});

describe('import', () => {
  const isEmpty = async (storageFolder: string) => {
    const storage = await sqliteIn(storageFolder);
    for (const table of [storage.findings, storage.scans, storage.remediatorState])
      for await (const page of table.pages([{ name: 'PartitionKey', is: 'ge', value: '0' }]))
        for (const row of page) if (row.partitionKey !== 'schema') return false;
    return true;
  };

  const damages: [string, (text: string) => string, string][] = [
    ['that was cut after a line', (text) => `${text.split('\n').slice(0, -5).join('\n')}\n`, 'it was cut'],
    ['that was cut inside a line', (text) => text.slice(0, -200), 'is not a row'],
    ['with one changed letter', (text) => text.replace('Retired in June', 'Retired in July'), 'SHA-256'],
    ['with a line more', (text) => `${text}{}\n`, 'after its end'],
    [
      'with two lines exchanged',
      (text) => {
        const [header, one, two, ...rest] = text.split('\n');
        return [header, two, one, ...rest].join('\n');
      },
      'order',
    ],
    ['without rows', () => '', 'not a file of `consentinel export`'],
    ['of another kind', () => '{"name":"x"}\n', 'not a file of `consentinel export`'],
    ['of a newer version', (text) => text.replace('"version":1', '"version":2'), 'newer'],
  ];
  it.each(damages)('writes nothing of a file %s', async (what, damage, message) => {
    const damaged = path.join(folder, `${what}.jsonl`);
    await writeFile(damaged, damage(await readFile(file, 'utf8')));
    const { installation, storageFolder } = await onSqlite();
    await expect(importInto(installation, damaged)).rejects.toMatchObject({
      code: 'transfer-refused',
      message: expect.stringContaining(message),
    });
    expect(await isEmpty(storageFolder)).toBe(true);
    await installation.close();
  });

  it('ends at the place where the file was cut after its examination, and does not say that nothing was written', async () => {
    const { installation, storageFolder } = await onSqlite();
    const changing = path.join(folder, 'changing.jsonl');
    const whole = await readFile(file, 'utf8');
    await writeFile(changing, whole);
    const request = { expected: [], withBrokenTrail: false, signal: forever };
    const incoming = await installation.transfer().examine(changing, request);
    await writeFile(changing, whole.split('\n').slice(0, 4).join('\n'));
    await expect(incoming.write(forever)).rejects.toMatchObject({
      code: 'transfer-refused',
      message: expect.stringContaining('it was cut'),
      remedy: expect.stringMatching(/^The file changed during the import\. /),
    });
    expect(await isEmpty(storageFolder)).toBe(true);
    await installation.close();
  });

  it('ends with an error if another whole file has taken its place', async () => {
    const { installation } = await onSqlite();
    const changing = path.join(folder, 'changing.jsonl');
    await writeFile(changing, await readFile(file, 'utf8'));
    const request = { expected: [], withBrokenTrail: false, signal: forever };
    const incoming = await installation.transfer().examine(changing, request);
    await copyFile(await rewritten((all) => all.slice(0, -1)), changing);
    await expect(incoming.write(forever)).rejects.toMatchObject({
      code: 'transfer-refused',
      message: `${changing} changed during the import.`,
    });
    await installation.close();
  });

  it('writes nothing of a forged file: an approved plan, a removed event, a row of another tenant, a lease', async () => {
    const changeRow =
      (match: RegExp, change: (row: Record<string, unknown>) => object | undefined) => (rows: string[]) =>
        rows.flatMap((line) => {
          if (!match.test(line)) return [line];
          const { table, row } = JSON.parse(line);
          const next = change(row);
          return next ? [JSON.stringify({ table, row: next })] : [];
        });
    const finding = new RegExp(`"rowKey":"finding_${named('Open').id}"`);
    const forged: [(rows: string[]) => string[], string][] = [
      [
        changeRow(finding, (row) => ({
          ...row,
          remediation: String(row.remediation).replace('"proposed"', '"approved"'),
        })),
        'it is approved',
      ],
      [(rows) => rows.filter((line) => !line.includes('"type":"suppressed"')), 'audit trail is broken'],
      [changeRow(finding, (row) => ({ ...row, partitionKey: 'other_rule' })), 'does not have such a row'],
      [
        (rows) => [...rows, JSON.stringify({ table: 'scans', row: { partitionKey: tenant.id, rowKey: 'lease' } })],
        'does not have such a row',
      ],
      [changeRow(finding, (row) => ({ ...row, schemaVersion: 99 })), 'version 99'],
    ];
    for (const [change, message] of forged) {
      const { installation, storageFolder } = await onSqlite();
      await expect(importInto(installation, await rewritten(change))).rejects.toMatchObject({
        message: expect.stringContaining(message),
      });
      expect(await isEmpty(storageFolder)).toBe(true);
      await installation.close();
    }
  });

  it('names the rows that differ or that the file does not have, and writes nothing', async () => {
    const { installation, storageFolder } = await onSqlite();
    const target = await sqliteIn(storageFolder);
    const rows = (await lines()).slice(1, -1).map((line) => JSON.parse(line));
    const { row } = rows.find(({ row: one }) => one.rowKey.startsWith('finding_'));
    await target.findings.write({ kind: 'create', row: { ...row, severity: 'low' } });
    await target.findings.write({ kind: 'create', row: toRow(`${tenant.id}_former-rule`, 'audit_x_0000000001', {}) });
    await target.scans.write({ kind: 'create', row: toRow(tenant.id, 'scan_1_own', {}) });
    const failed = await importInto(installation, file).catch((error) => error);
    expect(failed).toMatchObject({ code: 'transfer-refused', remedy: expect.stringContaining('can be repeated') });
    expect(failed.message).toContain(`row ${row.rowKey} (another content)`);
    expect(failed.message).toContain(`partition ${tenant.id}_former-rule (not in the file)`);
    expect(failed.message).toContain('row scan_1_own (not in the file)');
    expect(await target.findings.get({ partitionKey: row.partitionKey, rowKey: 'audit-head' })).toBeUndefined();
    await installation.close();
  });

  it('names the rows of a table of which the file has none', async () => {
    const { installation, storageFolder } = await onSqlite();
    const target = await sqliteIn(storageFolder);
    await target.remediatorState.write({ kind: 'create', row: toRow(tenant.id, 'budget', { reserved: [] }) });
    const without = await rewritten((all) => all.filter((line) => !line.startsWith('{"table":"remediatorState"')));
    await expect(importInto(installation, without)).rejects.toMatchObject({
      code: 'transfer-refused',
      message: expect.stringContaining('remediatorState, partition'),
    });
    await installation.close();
  });

  it('keeps the pauses of the target, and refuses a tenant that the settings do not name', async () => {
    const { installation } = await onSqlite();
    const author = { id: 'bob', name: 'bob', roles: [] };
    await pauseRemediation(installation.runtime(tenant.id).pause(), { reason: 'Own pause', author });
    expect(JSON.parse((await importInto(installation, file)).out)).toMatchObject({ ownPauses: true, verified: true });
    expect(await installation.runtime(tenant.id).pause().pauses.latest()).toMatchObject({
      statement: { reason: 'Own pause' },
    });
    const other = await onSqlite({ TENANT_ID: '7ea25fe2-7e57-4e57-8e57-0c0ffee00002' });
    await expect(importInto(other.installation, file)).rejects.toMatchObject({
      message: expect.stringContaining(tenant.id),
    });
    await Promise.all([installation.close(), other.installation.close()]);
  });

  it('holds the lease while it writes, and refuses a target in which a scan ran meanwhile', async () => {
    const { installation } = await onSqlite();
    const { scans } = installation.runtime(tenant.id).records();
    const startedAt = new Date().toISOString();
    const own = blankScan({
      id: 'own',
      tenantId: tenant.id,
      requestedBy: 'cli',
      startedAt,
      since: startedAt,
      status: 'running',
    });
    const examine = () =>
      installation.transfer().examine(file, { expected: [], withBrokenTrail: false, signal: forever });
    const held = await (await examine()).hold(tenant.id);
    await expect(scans.begin(own)).rejects.toMatchObject({ code: 'scan-in-progress' });
    await held.renew();
    await held.release();
    const incoming = await examine();
    const lease = await scans.begin(own);
    await expect(examine()).rejects.toMatchObject({ code: 'scan-in-progress' });
    await scans.finish(lease, { ...own, status: 'complete', finishedAt: startedAt });
    await expect(incoming.hold(tenant.id)).rejects.toMatchObject({ code: 'lease-lost' });
    await installation.close();
  });
});
