import { setFlagsFromString } from 'node:v8';
import { systemClock } from './clock.js';
import type { Config } from './config.js';
import { silentTelemetry, type Telemetry } from './jobs/telemetry/telemetry.js';
import { ConsentinelError } from './model/errors.js';
import type { Rule } from './model/rule/rule.js';
import { chosenTenant } from './model/tenant/tenant-choice.js';
import { rules as catalogue } from './rules/index.js';
import { connectStorage, ensureTablesAndReachableQueues } from './storage/connection.js';
import { StorageQueues } from './storage/outbox.js';
import { TableScanStore } from './storage/scan-store.js';
import { version } from './version.js';
import type { Records, RemediationQueue, Runtime } from './wiring/capabilities.js';
import { credentialOf, storageCredentialOf } from './wiring/identities.js';
import type { Installation, RuntimeOptions, Variables } from './wiring/installation.js';
import { tenantRuntime } from './wiring/tenant-runtime.js';

export { createDiagnosis } from './wiring/diagnosis.js';
export type { Installation, Records, RemediationQueue, Runtime, RuntimeOptions };

/** The environment of the process; only this file reads it. */
export const environment: NodeJS.ProcessEnv = process.env;

/**
 * Wires the runtime of one tenant.
 * @throws as `createInstallation`, and `usage-invalid` where the tenant must be named
 */
export async function createRuntime(
  config: Config,
  env: Variables,
  options: RuntimeOptions & { readonly tenantId?: string | undefined } = {},
): Promise<Runtime> {
  return (await createInstallation(config, env, options)).runtime(options.tenantId);
}

/**
 * Wires what all tenants share, and creates missing tables and queues.
 * @param config its storage is not `embedded`: a caller that embeds storage sets its connection string
 * @throws ConsentinelError `storage-unavailable`, `storage-rejected`, `config-invalid`
 */
export async function createInstallation(
  config: Config,
  env: Variables,
  options: RuntimeOptions = {},
): Promise<Installation> {
  if (config.storage.kind === 'embedded') throw noStorage();
  // A scan creates much garbage and keeps little. With the default growth of V8 the heap doubles before a collection.
  setFlagsFromString('--heap-growing-percent=70');
  const rules = rulesOf(config);
  const credential = storageCredentialOf(config, env);
  const storage = connectStorage(config.storage, {
    ...(credential && { credential }),
    ...(options.tablePrefix && { prefix: options.tablePrefix }),
    ...(options.storageTimeouts && { timeouts: options.storageTimeouts }),
  });
  if (!options.unprepared) await ensureTablesAndReachableQueues(storage);
  const queues = new StorageQueues(storage);
  const scans = new TableScanStore(storage.scans, { now: systemClock.now });
  const telemetry = await telemetryOf(config, env);
  const runtimes = new Map<string, Runtime>();
  const { tenants, page } = config;
  const installation: Installation = {
    tenants,
    page,
    telemetry,
    runtime(asked) {
      const tenantId = chosenTenant(tenants, asked);
      const runtime = runtimes.get(tenantId ?? '') ?? tenantRuntime(shared, tenantId);
      runtimes.set(tenantId ?? '', runtime);
      return runtime;
    },
    runtimeFor(message) {
      const { tenantId } = (message ?? {}) as { tenantId?: unknown };
      const named = tenants.tenantIds.length > 0 && typeof tenantId === 'string';
      return installation.runtime(named ? tenantId : undefined);
    },
    nightlyScan: () => ({ outbox: queues, clock: systemClock, scans }),
    health: () => ({ tenants, scans, outbox: queues, clock: systemClock }),
    tenantsReview: () => ({
      config: { tenants },
      scans,
      clock: systemClock,
      runtime: (tenantId) => installation.runtime(tenantId).review(),
    }),
    close: () => telemetry.close(),
  };
  const shared = {
    config,
    env,
    options,
    storage,
    scans,
    outbox: queues,
    inbox: queues,
    rules,
    telemetry,
    installation,
  };
  return installation;
}

/** The rules that are not turned off. @throws ConsentinelError `config-invalid` for an unknown rule id */
function rulesOf({ scan: { rulesOff } }: Config): readonly Rule[] {
  const unknown = rulesOff.filter((id) => !catalogue.some((rule) => rule.id === id));
  if (unknown.length === 0) return catalogue.filter(({ id }) => !rulesOff.includes(id));
  throw new ConsentinelError(
    'config-invalid',
    `RULES_OFF = ${JSON.stringify(unknown.join(','))}: there is no such rule.`,
    'Give ids of rules, separated by commas, as `consentinel rules` lists them.',
  );
}

/** Loads the telemetry packages only where telemetry is on. */
async function telemetryOf({ telemetry, graph: { simulated } }: Config, env: Variables): Promise<Telemetry> {
  if (!telemetry) return silentTelemetry;
  const { createAzureMonitor } = await import('./telemetry/azure-monitor.js');
  const { identity } = telemetry;
  const credential = identity && credentialOf(env, simulated, identity.clientId);
  return createAzureMonitor({ ...telemetry, credential, version, clock: systemClock, environment });
}

function noStorage(): ConsentinelError {
  return new ConsentinelError(
    'config-invalid',
    'AzureWebJobsStorage is not set, and there is no storage without it here.',
    'Set AzureWebJobsStorage to a connection string, or AzureWebJobsStorage__accountName to an account that the identity may use.',
  );
}
