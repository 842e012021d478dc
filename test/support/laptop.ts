import { randomBytes } from 'node:crypto';
import { readConfig } from '../../src/config.js';
import type { ScanRequest } from '../../src/jobs/scan/scan-context.js';
import { scanTenant } from '../../src/jobs/scan/scan-tenant.js';
import { demoTenant } from '../../src/local/demo-tenant.js';
import type { Finding } from '../../src/model/finding/finding.js';
import type { Scan } from '../../src/model/scan/scan.js';
import { createInstallation, environment, type Installation } from '../../src/runtime.js';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../src/simulator/http/server.js';
import { connectStorage } from '../../src/storage/connection.js';
import { type RuntimeParts, withParts } from './runtime-parts.js';

/** A tenant, a storage account of its own, and the runtime between them: all of it real but for the cloud. */
export interface Laptop {
  readonly simulator: Simulator;
  readonly installation: Installation;
  readonly runtime: RuntimeParts;
  readonly settings: Readonly<Record<string, string>>;
  scan(request?: Partial<ScanRequest>): Promise<Scan>;
  /** Every stored finding, in the order of ids. */
  stored(): Promise<Finding[]>;
  /** Every row of every table, as JSON. */
  rows(): Promise<string[]>;
  close(): Promise<void>;
}

/**
 * `@azure/identity` asks the platform once in a process where tokens come from, so every simulator of a test file
 * listens where the first one did.
 */
let first: { port: number; identityHeader: string } | undefined;

/** Long enough for the lags that tests order, and short enough to run out while a test waits. */
const patience = { looks: 12, agreeing: 2, milliseconds: 25 };

/**
 * Starts a laptop; with `others` its runtime is that of `tenant`, the first of several.
 * @param settings on top of the simulator's and the storage's
 */
export async function aLaptop(
  options: Partial<SimulatorOptions> = {},
  settings: Readonly<Record<string, string>> = {},
): Promise<Laptop> {
  const simulator = await startSimulator({ tenant: demoTenant(), ...first, ...options });
  const { IDENTITY_HEADER: identityHeader } = simulator.settings;
  first ??= { port: Number(new URL(simulator.origin).port), identityHeader };
  const all: Record<string, string> = {
    ...simulator.settings,
    AzureWebJobsStorage: process.env.AZURITE_CONNECTION_STRING ?? '',
    ...settings,
  };
  // `@azure/identity` reads the process's environment.
  Object.assign(environment, { IDENTITY_ENDPOINT: all.IDENTITY_ENDPOINT, IDENTITY_HEADER: all.IDENTITY_HEADER });
  const tablePrefix = `t${randomBytes(6).toString('hex')}`;
  const tenantId = options.others ? options.tenant?.id : undefined;
  const installation = await createInstallation(readConfig(all), all, { tablePrefix, patience });
  const runtime = withParts(installation.runtime(tenantId));
  return {
    simulator,
    installation,
    runtime,
    settings: all,
    scan: (request = {}) => scanTenant(runtime, { requestedBy: 'test', ...request }),
    async stored() {
      const found: Finding[] = [];
      for await (const { value } of runtime.findings.findings((options.tenant ?? demoTenant()).id)) found.push(value);
      return found.sort((a, b) => a.id.localeCompare(b.id));
    },
    async rows() {
      const connectionString = all.AzureWebJobsStorage ?? '';
      const { findings, scans } = connectStorage(
        { kind: 'connection-string', connectionString },
        { prefix: tablePrefix },
      );
      const rows: string[] = [];
      for (const table of [findings, scans])
        for await (const row of table.listEntities()) rows.push(JSON.stringify(row));
      return rows;
    },
    async close() {
      await runtime.close();
      await simulator.close();
    },
  };
}
