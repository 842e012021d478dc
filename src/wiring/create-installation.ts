import { systemClock } from '../clock.js';
import type { Config } from '../config.js';
import { OwnScans } from '../jobs/scan/own-scans.js';
import { silentTelemetry, type Telemetry } from '../jobs/telemetry/telemetry.js';
import { ConsentinelError } from '../model/errors.js';
import type { Rule } from '../model/rule/rule.js';
import { chosenTenant } from '../model/tenant/tenant-choice.js';
import { rules as catalogue } from '../rules/index.js';
import {
  ensureRemediatorState,
  ensureTablesAndReachableQueues,
  requireKnownState,
  requireKnownTables,
  type Storage,
} from '../storage/connection.js';
import { StorageQueues } from '../storage/outbox.js';
import { TableScanStore } from '../storage/scan-store.js';
import { version } from '../version.js';
import type { AppParts } from './app-parts.js';
import { defaultKeyFolder } from './approvals.js';
import { boundHeap } from './bounded-heap.js';
import type { Runtime } from './capabilities.js';
import { environment } from './environment.js';
import { credentialOf } from './identities.js';
import type { Installation, RuntimeOptions, Variables } from './installation.js';
import { RecentValues } from './recent-values.js';
import { dataStorageOf, inventoryStorageOf, stateStorageOf } from './storage-accounts.js';
import type { SharedParts } from './tenant-parts.js';
import { tenantRuntime } from './tenant-runtime.js';

/** Runtimes in memory. Each holds clients and tokens: with all tenants of a night, the memory would follow their number. */
const mostRuntimes = 50;
/** Tenants whose scans are remembered: more than an installation has, and small. */
const mostOwnScans = 10_000;

/**
 * Wires what all tenants share, and creates missing tables and queues.
 * @param app the parts that only this app contains
 * @throws ConsentinelError `storage-unavailable`, `storage-rejected`, `storage-newer`, `config-invalid`
 */
export async function createAppInstallation(
  config: Config,
  env: Variables,
  app: AppParts,
  options: RuntimeOptions = {},
): Promise<Installation> {
  const rules = rulesOf(config);
  const storage = await dataStorageOf(config, env, app, options);
  boundHeap();
  try {
    return await wire(config, env, app, options, rules, storage);
  } catch (error) {
    await storage.close();
    throw error;
  }
}

/** Wires what all tenants share around a storage. The installation closes the storage. */
async function wire(
  config: Config,
  env: Variables,
  app: AppParts,
  options: RuntimeOptions,
  rules: readonly Rule[],
  storage: Storage,
): Promise<Installation> {
  const stateStorage = app.remediator && (await stateStorageOf(config, env, options, storage));
  if (!options.unprepared) await prepare(storage, stateStorage, app);
  const inventory = await inventoryIn(config, env, app, options, storage);
  const queues = new StorageQueues(storage);
  const scans = new TableScanStore(storage.scans, { now: systemClock.now });
  const telemetry = await telemetryOf(config, env);
  const runtimes = new RecentValues<Runtime>(mostRuntimes);
  const ownScans = new RecentValues<OwnScans>(mostOwnScans);
  const { tenants, page } = config;
  const installation: Installation = {
    tenants,
    page,
    telemetry,
    runtime(asked) {
      const tenantId = chosenTenant(tenants, asked);
      return runtimes.get(tenantId ?? '', () => tenantRuntime(shared, tenantId));
    },
    runtimeFor(message) {
      const { tenantId } = (message ?? {}) as { tenantId?: unknown };
      const named = tenants.tenantIds.length > 0 && typeof tenantId === 'string';
      return installation.runtime(named ? tenantId : undefined);
    },
    nightlyScan: () => ({ outbox: queues, clock: systemClock, scans }),
    catchUp: () => ({ tenants, scans, outbox: queues, clock: systemClock }),
    health: () => ({ tenants, scans, outbox: queues, clock: systemClock }),
    tenantsReview: () => ({
      config: { tenants },
      scans,
      clock: systemClock,
      runtime: (tenantId) => installation.runtime(tenantId).review(),
    }),
    transfer: () => {
      if (!app.transfer) throw new Error('This app moves no rows.');
      return app.transfer(storage, stateStorage);
    },
    close: () => telemetry.close().finally(() => storage.close()),
  };
  const shared = {
    config,
    env,
    app,
    options,
    storage,
    ...(stateStorage && { stateStorage }),
    scans,
    ...(inventory && { inventory }),
    outbox: queues,
    inbox: queues,
    rules,
    telemetry,
    installation,
    ownScansOf: (tenantId = '') => ownScans.get(tenantId, () => new OwnScans()),
  } satisfies SharedParts;
  return installation;
}

async function inventoryIn(config: Config, env: Variables, app: AppParts, options: RuntimeOptions, data: Storage) {
  const storage = app.inventory && (await inventoryStorageOf(config, env, options, data));
  const keyFolder = options.approvalKeyFolder ?? defaultKeyFolder;
  return storage && app.inventory?.({ config, storage, keyFolder, now: systemClock.now });
}

/** Creates missing tables and queues, and checks that this program knows the rows. */
async function prepare(storage: Storage, stateStorage: Storage | undefined, app: AppParts): Promise<void> {
  await ensureTablesAndReachableQueues(storage, app.queues);
  await requireKnownTables(storage);
  if (!stateStorage) return;
  await ensureRemediatorState(stateStorage);
  await requireKnownState(stateStorage);
}

/** The rules that are not turned off. @throws ConsentinelError `config-invalid` for an unknown rule id */
function rulesOf({ scan: { rulesOff } }: Config): readonly Rule[] {
  const unknown = rulesOff.filter((id) => !catalogue.some((rule) => rule.id === id));
  if (unknown.length === 0) return catalogue.filter(({ id }) => !rulesOff.includes(id));
  throw new ConsentinelError(
    'config-invalid',
    `RULES_OFF = ${JSON.stringify(unknown.join(','))}: unknown rule.`,
    'Give ids of rules, separated by commas, as `consentinel rules` lists them.',
  );
}

/** Loads the telemetry packages only where telemetry is on. */
async function telemetryOf({ telemetry, graph: { simulated } }: Config, env: Variables): Promise<Telemetry> {
  if (!telemetry) return silentTelemetry;
  const { createAzureMonitor } = await import('../telemetry/azure-monitor.js');
  const { identity } = telemetry;
  const credential = identity && credentialOf(env, simulated, identity.clientId);
  return createAzureMonitor({ ...telemetry, credential, version, clock: systemClock, environment });
}
