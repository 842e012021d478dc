import { readConfig } from '../../src/config.js';
import type { Scan } from '../../src/model/scan/scan.js';
import { createInstallation } from '../../src/runtime.js';
import { partitionOf } from '../../src/storage/finding-rows.js';
import { indexKey, scanKey, toIndexRow, toScanRow } from '../../src/storage/scan-rows.js';
import type { Laptop } from '../support/laptop.js';
import { type RuntimeParts, withParts } from '../support/runtime-parts.js';
import { type TestStorage, testStorage } from '../support/storage.js';

/** An attacker with the rights of a writer of the tables and queues. It has no access to Graph or to any process. */
export interface Writer {
  readonly storage: TestStorage;
  createScan(scan: Scan): Promise<void>;
  /** Changes columns of the row of a scan. */
  mergeScan(scanId: string, columns: Readonly<Record<string, string | number>>): Promise<void>;
  /** Changes columns of the row of a finding. */
  mergeFinding(
    finding: { readonly tenantId: string; readonly ruleId: string; readonly id: string },
    columns: Readonly<Record<string, string | number>>,
  ): Promise<void>;
}

/** The writer of a laptop's tables and queues. @param prefix of their names. @default that of the laptop */
export function writerOf({ settings, tablePrefix }: Laptop, prefix = tablePrefix): Writer {
  const connectionString = settings.AzureWebJobsStorage ?? '';
  const storage = testStorage(connectionString, prefix);
  let tenantId = '';
  const scans = new Map<string, string>();
  return {
    storage,
    async createScan(scan) {
      const key = scanKey(scan);
      tenantId = scan.tenantId;
      scans.set(scan.id, key);
      await storage.raw.scans.upsertEntity(toScanRow(scan, key), 'Replace');
      await storage.raw.scans.upsertEntity(toIndexRow(scan, key), 'Replace');
    },
    async mergeScan(scanId, columns) {
      const index = await storage.raw.scans.getEntity<{ scanRow: string }>(
        tenantId || (await firstTenant(storage)),
        indexKey(scanId),
      );
      await storage.raw.scans.updateEntity(
        { partitionKey: String(index.partitionKey), rowKey: index.scanRow, ...columns },
        'Merge',
      );
    },
    async mergeFinding(finding, columns) {
      await storage.raw.findings.updateEntity(
        { partitionKey: partitionOf(finding), rowKey: `finding_${finding.id}`, ...columns },
        'Merge',
      );
    },
  };
}

async function firstTenant({ raw: { scans } }: TestStorage): Promise<string> {
  for await (const { partitionKey } of scans.listEntities()) return String(partitionKey);
  throw new Error('No tenant was scanned.');
}

/** A runtime over the same storage, as a new process has it: without the memory of the first. */
export async function runtimeOfNewProcess({ settings, tablePrefix }: Laptop): Promise<RuntimeParts> {
  const installation = await createInstallation(readConfig(settings), settings, { tablePrefix });
  return withParts(installation.runtime());
}
