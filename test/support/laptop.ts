import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readConfig } from '../../src/config.js';
import type { ScanRequest } from '../../src/jobs/scan/scan-context.js';
import { scanTenant } from '../../src/jobs/scan/scan-tenant.js';
import { demoTenant } from '../../src/local/demo-tenant.js';
import { withoutEvidence } from '../../src/model/finding/app-evidence.js';
import type { Finding } from '../../src/model/finding/finding.js';
import type { Scan } from '../../src/model/scan/scan.js';
import { createInstallation, environment, type Installation, type RuntimeOptions } from '../../src/runtime.js';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../src/simulator/http/server.js';
import { schemaPartition } from '../../src/storage/schema-version.js';
import { type RuntimeParts, withParts } from './runtime-parts.js';
import { type TestStorage, testStorage } from './storage.js';

/** A simulated tenant, its own tables and queues in Azurite, and the real runtime that connects them. */
export interface Laptop {
  readonly simulator: Simulator;
  readonly installation: Installation;
  readonly runtime: RuntimeParts;
  readonly settings: Readonly<Record<string, string>>;
  /** The tables and queues, for a writer that is not the product. */
  readonly storage: TestStorage;
  /** Revokes a permission of the reader. Its next request gets a new token: an old one still has the permission. */
  withdraw(permission: string): void;
  /** Before the names of its tables and queues. */
  readonly tablePrefix: string;
  /** Runs a scan to its end. */
  scan(request?: Partial<ScanRequest>): Promise<Scan>;
  /** All stored findings, sorted by id. */
  stored(): Promise<Finding[]>;
  /** The same with their evidence, as lists and reports show them. */
  shown(): Promise<Finding[]>;
  /** All rows of all tables, as JSON. */
  rows(): Promise<string[]>;
  close(): Promise<void>;
}

/**
 * `@azure/identity` reads the address and secret of the identity endpoint once per process, so all simulators of a test
 * file use those of the first one.
 */
let first: { port: number; identityHeader: string } | undefined;

/** Longer than the replication lags of the tests, and short enough that a test can wait until it ends. */
const patience = { agreeing: 2, firstMilliseconds: 25, longestMilliseconds: 50, totalMilliseconds: 400 };

/** The laptops of a test file sign approvals with one key file. */
const approvalKeyFolder = path.join(tmpdir(), `consentinel-key-${process.pid}-${randomBytes(6).toString('hex')}`);
process.once('exit', () => rmSync(approvalKeyFolder, { recursive: true, force: true }));

/**
 * Starts a laptop. With `others`, its runtime belongs to `tenant`, the first of several.
 * @param options by default the simulator has the demo tenant
 * @param settings in addition to those of the simulator and the storage
 * @param wiring options of the runtime; by default its tables have a random prefix
 */
export async function aLaptop(
  options: Partial<SimulatorOptions> = {},
  settings: Readonly<Record<string, string>> = {},
  wiring: RuntimeOptions = {},
): Promise<Laptop> {
  const simulator = await startSimulator({ tenant: demoTenant(), ...first, ...options });
  const { IDENTITY_HEADER: identityHeader } = simulator.settings;
  first ??= { port: Number(new URL(simulator.origin).port), identityHeader };
  const all: Record<string, string> = {
    ...simulator.settings,
    AzureWebJobsStorage: process.env.AZURITE_CONNECTION_STRING ?? '',
    ...settings,
  };
  // `@azure/identity` reads the environment of the process.
  Object.assign(environment, { IDENTITY_ENDPOINT: all.IDENTITY_ENDPOINT, IDENTITY_HEADER: all.IDENTITY_HEADER });
  const tablePrefix = wiring.tablePrefix ?? `t${randomBytes(6).toString('hex')}`;
  const tenantId = options.others ? options.tenant?.id : undefined;
  const runtimeOptions = { patience, approvalKeyFolder, ...wiring, tablePrefix };
  const installation = await createInstallation(readConfig(all), all, runtimeOptions).catch(async (error: unknown) => {
    await simulator.close();
    throw error;
  });
  const runtime = withParts(installation.runtime(tenantId));
  const connectionString = all.ConsentinelStorage || all.AzureWebJobsStorage || '';
  const storage = testStorage(connectionString, tablePrefix);
  const shown = async () => {
    const found: Finding[] = [];
    for await (const { value } of runtime.findings.findings((options.tenant ?? demoTenant()).id)) found.push(value);
    return found.sort((a, b) => a.id.localeCompare(b.id));
  };
  return {
    simulator,
    installation,
    runtime,
    settings: all,
    storage,
    withdraw: (permission) => {
      simulator.roles.revoke(permission);
      simulator.order({ kind: 'token-revoked', times: 1 });
    },
    tablePrefix,
    scan: (request = {}) => scanTenant(runtime, { requestedBy: 'test', ...request }),
    stored: async () => (await shown()).map(withoutEvidence),
    shown,
    async rows() {
      const { findings, scans } = storage.raw;
      const rows: string[] = [];
      // Not the version of the table, which every installation writes.
      for (const table of [findings, scans])
        for await (const row of table.listEntities())
          if (row.partitionKey !== schemaPartition) rows.push(JSON.stringify(row));
      return rows;
    },
    async close() {
      await runtime.close();
      await simulator.close();
    },
  };
}
