import { systemClock } from './clock.js';
import { type Config, isLoopback } from './config.js';
import { createCredential } from './graph/credential.js';
import { createDirectory } from './graph/directory.js';
import type { Clock, Directory, Outbox, ScanStore } from './jobs/ports.js';
import type { ScanContext } from './jobs/scan-tenant.js';
import { ConsentinelError } from './model/errors.js';
import type { Scan } from './model/scan.js';
import { rules } from './rules/index.js';
import { connectStorage, ensureStorage } from './storage/connection.js';
import { TableFindingStore } from './storage/finding-store.js';
import { StorageQueues } from './storage/outbox.js';
import { TableScanStore } from './storage/scan-store.js';

/** The process's environment; nothing else reads it. */
export const environment: NodeJS.ProcessEnv = process.env;

/** Everything the ways in work with, wired to the real clients. */
export interface Runtime extends ScanContext {
  readonly config: Config;
  readonly directory: Directory;
  readonly clock: Clock;
  readonly outbox: Outbox;
  /** The tenant at work: the one that is set, else the only one in storage, else the one that Graph names. */
  tenantId(): Promise<string>;
  close(): Promise<void>;
}

/**
 * Wires the runtime. Tables and queues are made where they are missing.
 * @param config its storage must be named: whoever embeds one has its connection string by now
 * @throws ConsentinelError `storage-unavailable`, `storage-rejected`, `config-invalid`
 */
export async function createRuntime(
  config: Config,
  env: Readonly<Record<string, string | undefined>>,
  options: { readonly tablePrefix?: string } = {},
): Promise<Runtime> {
  if (config.storage.kind === 'embedded') throw noStorage();
  const { simulated } = config.graph;
  const reader = { environment: env, ...(config.readerClientId && { clientId: config.readerClientId }) };
  const storage = connectStorage(config.storage, {
    ...(config.storage.kind === 'identity' && {
      credential: createCredential({
        environment: env,
        simulated: isLoopback(config.storage.tableServiceUri),
        ...(config.storage.clientId && { clientId: config.storage.clientId }),
      }),
    }),
    ...(options.tablePrefix && { prefix: options.tablePrefix }),
  });
  await ensureStorage(storage);
  const directory = createDirectory({
    graph: config.graph,
    credential: createCredential({ ...reader, simulated }),
    ...(config.tenantId && { tenantId: config.tenantId }),
  });
  const scans = new TableScanStore(storage.scans, { now: systemClock.now });
  return {
    config,
    directory,
    findings: new TableFindingStore(storage.findings, { ruleIds: rules.map(({ id }) => id) }),
    scans,
    outbox: new StorageQueues(storage),
    clock: systemClock,
    rules,
    maxResolvedPercent: config.maxResolvedPercent,
    tenantId: () => tenantAtWork(config, scans, directory),
    close: async () => {},
  };
}

/** The latest scan that came to an end of its own, complete or not. */
export async function latestFinished(scans: ScanStore, tenantId: string): Promise<Scan | undefined> {
  for await (const scan of scans.scans(tenantId))
    if (scan.status === 'complete' || scan.status === 'incomplete') return scan;
  return undefined;
}

async function tenantAtWork(config: Config, scans: ScanStore, directory: Directory): Promise<string> {
  if (config.tenantId) return config.tenantId;
  const stored = await scans.tenants();
  return stored.length === 1 && stored[0] ? stored[0] : (await directory.organization()).id;
}

function noStorage(): ConsentinelError {
  return new ConsentinelError(
    'config-invalid',
    'AzureWebJobsStorage is not set, and there is no storage without it here.',
    'Set AzureWebJobsStorage to a connection string, or AzureWebJobsStorage__accountName to an account that the identity may use.',
  );
}
