import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readConfig } from '../../src/config.js';
import { examineInstallation } from '../../src/jobs/doctor/doctor.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { createInstallation } from '../../src/runtime.js';
import { TableConflict } from '../../src/storage/errors.js';
import { leaseKey } from '../../src/storage/scan-rows.js';
import { requireKnownSchema, schemaPartition } from '../../src/storage/schema-version.js';
import type { Table as StoredTable } from '../../src/storage/table.js';
import { rejection } from '../graph/scripted-graph.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

const tenant = simulatedTenantOf(
  ['Payroll', 'Invoices'].map((name) => anApp(name, { application: { keyCredentials: [aSymmetricSigningKey(name)] } })),
);
const version = { partitionKey: schemaPartition, rowKey: 'version' };

let laptop: Laptop;
beforeEach(async () => {
  laptop = await aLaptop({ tenant });
});
afterEach(() => laptop.close());

/** Starts the program with the tables of the laptop. */
const start = () =>
  createInstallation(readConfig(laptop.settings), laptop.settings, { tablePrefix: laptop.tablePrefix });

type Table = 'findings' | 'scans' | 'remediatorState';

/** Writes the version of a newer program into a row. */
function makeNewer(table: Table, { partitionKey, rowKey }: { partitionKey: string; rowKey: string }) {
  return laptop.storage.raw[table].updateEntity({ partitionKey, rowKey, schemaVersion: 2 }, 'Merge');
}

async function rowOf(prefix: string): Promise<{ partitionKey: string; rowKey: string }> {
  for await (const { partitionKey = '', rowKey = '' } of laptop.storage.raw.findings.listEntities())
    if (rowKey.startsWith(prefix)) return { partitionKey, rowKey };
  throw new Error(`There is no row ${prefix}.`);
}

describe('a program that starts', () => {
  it.each<Table>(['findings', 'scans', 'remediatorState'])('records its version in the table %s', async (table) => {
    const row = await laptop.storage.raw[table].getEntity(version.partitionKey, version.rowKey);
    expect(row.schemaVersion).toBe(1);
  });

  it.each<Table>(['findings', 'scans', 'remediatorState'])('refuses a table %s of a newer version', async (table) => {
    await makeNewer(table, version);
    const error = await rejection(start());
    expect(error).toMatchObject({
      code: 'storage-newer',
      message: expect.stringContaining('version 2, and this program knows 1'),
      remedy: expect.stringContaining('Upgrade this program'),
    });
    expect((await laptop.storage.raw[table].getEntity('schema', 'version')).schemaVersion).toBe(2);
  });

  it('upgrades a table of an older version, also if several processes start', async () => {
    await laptop.storage.raw.findings.deleteEntity(version.partitionKey, version.rowKey);
    await laptop.storage.raw.scans.updateEntity({ ...version, schemaVersion: 0 }, 'Replace');
    for (const installation of await Promise.all([start(), start(), start()])) await installation.close();
    for (const table of ['findings', 'scans'] as const)
      expect((await laptop.storage.raw[table].getEntity('schema', 'version')).schemaVersion).toBe(1);
  });

  it('ends with an error if storage never returns the row that it has', async () => {
    const hidden: Pick<StoredTable, 'name' | 'get' | 'write'> = {
      name: 'findings',
      get: async () => undefined,
      write: async () => {
        throw new TableConflict('exists', 0);
      },
    };
    expect(await rejection(requireKnownSchema(hidden as StoredTable))).toMatchObject({
      code: 'storage-rejected',
      message: expect.stringContaining('table findings'),
      remedy: expect.stringContaining('Check for a proxy'),
    });
  });

  it('says so in `doctor`', async () => {
    await makeNewer('findings', version);
    const checks = await examineInstallation(await laptop.runtime.doctor());
    expect(checks.find(({ check }) => check === 'storage')).toMatchObject({
      outcome: 'fails',
      detail: expect.stringContaining('newer than this program'),
    });
  });
});

describe('a program that still runs when a newer one has upgraded the tables', () => {
  it('leaves a newer finding as it is, examines the others, and reports it', async () => {
    await laptop.scan();
    const row = await rowOf('finding_');
    await makeNewer('findings', row);
    const stored = await laptop.storage.raw.findings.getEntity(row.partitionKey, row.rowKey);
    for (const { id } of tenant.applications as { id: string }[]) laptop.simulator.directory.delete('applications', id);
    const scan = await laptop.scan();
    const id = row.rowKey.replace('finding_', '');
    expect(scan).toMatchObject({
      status: 'incomplete',
      errors: [{ code: 'storage-newer', message: expect.stringContaining(`${id} of ${'no-symmetric-signing-key'}`) }],
    });
    expect(scan.findings.resolved).toBeGreaterThan(0);
    expect(await laptop.storage.raw.findings.getEntity(row.partitionKey, row.rowKey)).toEqual(stored);
  });

  it('writes no finding behind a newer end of the audit chain', async () => {
    await laptop.scan();
    const row = await rowOf('audit-head');
    await makeNewer('findings', row);
    const before = await laptop.rows();
    const { id } = (tenant.applications as { id: string; keyCredentials: { keyId: string }[] }[])[0] ?? { id: '' };
    laptop.simulator.directory.delete('applications', id);
    expect(await rejection(laptop.scan())).toMatchObject({ code: 'storage-newer' });
    const findings = (rows: string[]) => rows.filter((text) => /"rowKey":"(finding|audit)/.test(text));
    expect(findings(await laptop.rows())).toEqual(findings(before));
  });

  it('begins no scan under a newer lease', async () => {
    await laptop.scan();
    await makeNewer('scans', { partitionKey: tenant.id, rowKey: leaseKey });
    const before = await laptop.rows();
    expect(await rejection(laptop.scan())).toMatchObject({ code: 'storage-newer' });
    expect(await laptop.rows()).toEqual(before);
  });
});
