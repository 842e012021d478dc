import { hostname } from 'node:os';
import type { TableClient } from '@azure/data-tables';
import type { Finding } from '../../../src/model/finding/finding.js';
import { rules } from '../../../src/rules/index.js';
import { ensureStorage, type Storage } from '../../../src/storage/connection.js';
import { TableFindingStore } from '../../../src/storage/finding-store.js';
import { azuriteConnectionString, type TestStorage, testStorage } from '../../support/storage.js';

const maxActions = 100;

/** The tables and queues of a prefix, without a proxy. */
export function undisturbedStorage(prefix: string): TestStorage {
  return testStorage(azuriteConnectionString(), prefix);
}

/** Creates tables and queues with the rows of others. */
export async function copyStorage(from: TestStorage, to: TestStorage): Promise<void> {
  await ensureStorage(to);
  await Promise.all([copyTable(from.raw.findings, to.raw.findings), copyTable(from.raw.scans, to.raw.scans)]);
}

async function copyTable(from: TableClient, to: TableClient): Promise<void> {
  const partitions = new Map<string, { partitionKey: string; rowKey: string }[]>();
  for await (const { etag: _, timestamp: __, ...row } of from.listEntities()) {
    const { partitionKey = '', rowKey = '' } = row;
    partitions.set(partitionKey, [...(partitions.get(partitionKey) ?? []), { ...row, partitionKey, rowKey }]);
  }
  for (const rows of partitions.values())
    for (let i = 0; i < rows.length; i += maxActions)
      await to.submitTransaction(rows.slice(i, i + maxActions).map((row) => ['create', row]));
}

export const findingStore = (storage: Storage): TableFindingStore =>
  new TableFindingStore(storage.findings, { ruleIds: rules.map(({ id }) => id) });

/** All findings of a tenant, by id. */
export async function storedFindings(storage: Storage, tenantId: string): Promise<Map<string, Finding>> {
  const found = new Map<string, Finding>();
  for await (const { value } of findingStore(storage).findings(tenantId)) found.set(value.id, value);
  return found;
}

/** The rules whose audit chain is broken. */
export async function brokenChains(storage: Storage, tenantId: string): Promise<string[]> {
  const broken: string[] = [];
  for await (const { ruleId, fault } of findingStore(storage).verifyAudit(tenantId))
    if (fault) broken.push(`${ruleId}: ${fault.kind} at ${fault.sequence}`);
  return broken;
}

/** Lets the owner of the lease be a process that has ended, as the process of a failed command has. */
export async function endOwnerOfLease({ raw: { scans } }: TestStorage, tenantId: string): Promise<void> {
  const { owner } = await scans.getEntity<{ owner?: string }>(tenantId, 'lease');
  if (!owner) return;
  const ended = `${hostname()}:${2 ** 30}:ended`;
  await scans.updateEntity({ partitionKey: tenantId, rowKey: 'lease', owner: ended }, 'Merge');
}
