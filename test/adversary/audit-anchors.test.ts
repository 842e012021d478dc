import { randomBytes } from 'node:crypto';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TableEntityResult } from '@azure/data-tables';
import { ContainerClient } from '@azure/storage-blob';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { verifyAudit } from '../../src/cli/commands/verify-audit.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { type AuditAnchor, anchorOf } from '../../src/model/finding/audit-anchor.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { BlobAnchors } from '../../src/storage/azure/anchor-blobs.js';
import { headKey } from '../../src/storage/finding-rows.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { azuriteConnectionString } from '../support/storage.js';
import { writerOf } from './writer.js';

// An attacker who can write to the table of findings cuts the audit trail, and corrects the head of the chain.

const apps = Array.from({ length: 6 }, (_, i) =>
  anApp(`App ${i}`, { application: { keyCredentials: [aSymmetricSigningKey(`key ${i}`)] } }),
);
const tenant = simulatedTenantOf(apps);
const rule = 'no-symmetric-signing-key';
const partition = `${tenant.id}_${rule}`;

let folder: string;
let laptop: Laptop;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'consentinel-anchors-'));
});
afterAll(() => rm(folder, { recursive: true }));
afterEach(() => laptop.close());

type Rows = Map<string, TableEntityResult<Record<string, unknown>>>;

const table = () => writerOf(laptop).storage.raw.findings;

async function rowsOf(): Promise<Rows> {
  const rows: Rows = new Map();
  const filter = `PartitionKey eq '${partition}'`;
  for await (const row of table().listEntities<Record<string, unknown>>({ queryOptions: { filter } }))
    rows.set(row.rowKey ?? '', row);
  return rows;
}

const eventsIn = (rows: Rows) =>
  [...rows.values()]
    .filter(({ rowKey = '' }) => rowKey.startsWith('audit_'))
    .sort((a, b) => Number(a.sequence) - Number(b.sequence));

/** Removes the last events, and lets the head end the chain before them. */
async function cut(events: number): Promise<void> {
  const all = eventsIn(await rowsOf());
  for (const { rowKey = '' } of all.slice(-events)) await table().deleteEntity(partition, rowKey);
  const last = all.at(-events - 1);
  const head = { partitionKey: partition, rowKey: headKey, sequence: Number(last?.sequence), hash: String(last?.hash) };
  await table().updateEntity(head, 'Replace');
}

async function restore(rows: Rows): Promise<void> {
  for (const key of (await rowsOf()).keys()) await table().deleteEntity(partition, key);
  for (const { etag: _etag, timestamp: _timestamp, ...row } of rows.values())
    await table().createEntity({ ...row, partitionKey: partition, rowKey: row.rowKey ?? '' });
}

/** Every app has another name: each finding gets an event. */
function renameAll(name: string): void {
  for (const { application } of apps)
    laptop.simulator.directory.update('applications', application?.id ?? '', {
      displayName: `${name} ${application?.id}`,
    });
}

async function verify(): Promise<{ exitCode: number; out: string }> {
  const lines: string[] = [];
  const out = { write: (text: string) => lines.push(text) } as never;
  const exitCode = await verifyAudit(laptop.runtime, { out, log: out, colour: false });
  return { exitCode, out: lines.join('') };
}

const stores: [string, () => Promise<Laptop>][] = [
  ['a blob container', () => aLaptop({ tenant })],
  [
    'a file',
    () => aLaptop({ tenant }, {}, { anchorFile: path.join(folder, `${randomBytes(4).toString('hex')}.jsonl`) }),
  ],
];

describe.each(stores)('with anchors in %s, verify-audit', (_, open) => {
  it('compares the chains with the anchor of every scan', async () => {
    laptop = await open();
    expect(await verify()).toMatchObject({ exitCode: 0, out: expect.stringContaining('Not compared with anchors') });
    await laptop.scan();
    renameAll('Renamed');
    const { anchor, notes } = await laptop.scan();
    expect(notes).toEqual([]);
    const { exitCode, out } = await verify();
    expect(exitCode).toBe(0);
    expect(out).toContain(`${rule}: ${anchor?.events} events, chain intact`);
    expect(out).toMatch(new RegExp(`Compared with 2 anchors of .*The newest is ${anchor?.hash}\\.`));
  });

  it('finds that the last events were removed, and since when', async () => {
    laptop = await open();
    await laptop.scan();
    renameAll('Renamed');
    await laptop.scan();
    const { length } = eventsIn(await rowsOf());
    await cut(6);
    const { exitCode, out } = await verify();
    expect(exitCode).toBe(1);
    expect(out).toMatch(
      new RegExp(
        `anchor ${rule}: Events ${length - 5} to ${length} are missing or replaced\\. .* The change happened after `,
      ),
    );
    expect((await laptop.scan()).warnings).toEqual([
      expect.stringContaining(`The audit trail of ${rule} does not have the ${length} events`),
    ]);
  });

  it('finds it also after later scans have continued the chain', async () => {
    laptop = await open();
    await laptop.scan();
    renameAll('Renamed');
    await laptop.scan();
    const { length } = eventsIn(await rowsOf());
    await cut(4);
    for (const name of ['Once more', 'And again']) {
      renameAll(name);
      await laptop.scan();
    }
    const { exitCode, out } = await verify();
    expect(exitCode).toBe(1);
    expect(out).toContain(`to ${length} are missing or replaced.`);
    expect(out).toContain('The change happened between ');
  });

  it('finds that a partition was deleted', async () => {
    laptop = await open();
    await laptop.scan();
    const { length } = eventsIn(await rowsOf());
    for (const key of (await rowsOf()).keys()) await table().deleteEntity(partition, key);
    const { exitCode, out } = await verify();
    expect(exitCode).toBe(1);
    expect(out).toContain(`anchor ${rule}: Events 1 to ${length} are missing or replaced.`);
  });

  it('finds that an older state of a partition was restored', async () => {
    laptop = await open();
    await laptop.scan();
    const older = await rowsOf();
    renameAll('Renamed');
    await laptop.scan();
    await restore(older);
    const { exitCode, out } = await verify();
    expect(exitCode).toBe(1);
    expect(out).toContain(`anchor ${rule}: Events ${eventsIn(older).length + 1} to `);
  });
});

describe('anchors in a file', () => {
  it('that were changed, or are none, are reported', async () => {
    const anchorFile = path.join(folder, 'changed.jsonl');
    laptop = await aLaptop({ tenant }, {}, { anchorFile });
    await laptop.scan();
    const chains = [{ ruleId: rule, events: 1, head: 'a'.repeat(64) }];
    const at = new Date().toISOString();
    const forged = anchorOf({ tenantId: tenant.id, scanId: 'forged', at, chains }, undefined);
    await appendFile(anchorFile, `${JSON.stringify({ ...forged, scanId: 'other' })}\n`);
    await appendFile(anchorFile, `${JSON.stringify(forged)}\nnothing\n`);
    const { exitCode, out } = await verify();
    expect(exitCode).toBe(1);
    expect(out).toContain('was changed: it does not match its hash.');
    expect(out).toContain('Anchors are missing, were inserted or changed between');
    expect(out).toContain('changed.jsonl is no anchor.');
    // The scan continues after the newest line that is an anchor.
    expect((await laptop.scan()).anchor).toBeDefined();
  });
});

describe('anchors that cannot be reached', () => {
  const away = { AzureWebJobsStorage: '' };
  const open = async () => {
    away.AzureWebJobsStorage = azuriteConnectionString().replace(/(BlobEndpoint=http:\/\/127.0.0.1):\d+/, '$1:9');
    laptop = await aLaptop({ tenant }, away);
  };

  it('do not fail the scan, which reports it', async () => {
    await open();
    const scan = await laptop.scan();
    expect(scan).toMatchObject({ status: 'complete', errors: [] });
    expect(scan.anchor).toBeUndefined();
    expect(scan.warnings).toEqual([expect.stringContaining('The scan could not write its audit anchor to')]);
  });

  it('make verify-audit say that it has not compared, and exit with 1', async () => {
    await open();
    await laptop.runtime.scans.recordRequest('x', new Date().toISOString());
    const { exitCode, out } = await verify();
    expect(exitCode).toBe(1);
    expect(out).toContain('Not compared with anchors: Storage could not be reached');
  });
});

describe('append blobs', () => {
  const name = `anchors-${randomBytes(4).toString('hex')}`;
  const store = () => new BlobAnchors({ connectionString: azuriteConnectionString(), name });
  const append = (at: string, scanId: string) =>
    store().append(tenant.id, at, (newest) => anchorOf({ tenantId: tenant.id, scanId, at, chains: [] }, newest));
  const all = async () => {
    const anchors: AuditAnchor[] = [];
    for await (const anchor of store().read(tenant.id)) {
      if (typeof anchor === 'string') throw new Error(anchor);
      anchors.push(anchor);
    }
    return anchors;
  };

  it('are one for each month, and the chain of anchors continues from month to month', async () => {
    laptop = await aLaptop({ tenant });
    await append('2026-11-30T02:00:00.000Z', 's1');
    await append('2026-12-01T02:00:00.000Z', 's2');
    await append('2027-01-01T02:00:00.000Z', 's3');
    const container = new ContainerClient(azuriteConnectionString(), name);
    const names: [string, string | undefined][] = [];
    for await (const blob of container.listBlobsFlat()) names.push([blob.name, blob.properties.blobType]);
    expect(names).toEqual(
      ['2026-11', '2026-12', '2027-01'].map((month) => [`${tenant.id}/${month}.jsonl`, 'AppendBlob']),
    );
    const anchors = await all();
    expect(anchors.map(({ scanId }) => scanId)).toEqual(['s1', 's2', 's3']);
    expect(anchors.map(({ previous }) => previous).slice(1)).toEqual(anchors.map(({ hash }) => hash).slice(0, 2));
  });

  it('are appended to by concurrent writers without a fork', async () => {
    laptop = await aLaptop({ tenant });
    await Promise.all([1, 2, 3, 4].map((i) => append('2027-02-01T02:00:00.000Z', `c${i}`)));
    const anchors = (await all()).slice(-4);
    expect(new Set(anchors.map(({ previous }) => previous)).size).toBe(4);
  });
});
