import { type Config, isLoopback, type StorageConfig } from '../config.js';
import { ConsentinelError } from '../model/errors.js';
import type { Storage } from '../storage/connection.js';
import type { AppParts } from './app-parts.js';
import { credentialOf } from './identities.js';
import type { RuntimeOptions, Variables } from './installation.js';

/**
 * The data account: findings, scans and queues. Where no account is configured, a file of this machine.
 * @throws ConsentinelError `config-invalid` where no account is configured and the app does not embed storage;
 * `storage-unavailable`, `storage-newer` for the file
 */
export async function dataStorageOf(
  config: Config,
  env: Variables,
  app: Pick<AppParts, 'embeddedStorage'>,
  options: RuntimeOptions,
): Promise<Storage> {
  if (config.storage.kind !== 'embedded') return await connect(config.storage, env, options);
  const embedded = await app.embeddedStorage?.(options);
  if (!embedded) throw noStorage();
  return embedded;
}

/**
 * The account of the remediator's own state: the account of the Functions host, in which no other identity has rights.
 * Where `ConsentinelStorage` is not set, it is the data account.
 * @param data the connected data account
 * @returns undefined where `ConsentinelStorage` names the data account, and this process cannot write to the directory or
 * no account of the host is configured
 */
export async function stateStorageOf(
  config: Config,
  env: Variables,
  options: RuntimeOptions,
  data: Storage,
): Promise<Storage | undefined> {
  const { hostStorage, remediation } = config;
  if (!hasStateAccount(config)) return data;
  // Who only reads on the command line has no rights in the remediator's account.
  const writes = remediation.clientId !== undefined || remediation.withSignedInCredential;
  return writes && hostStorage.kind !== 'embedded' ? await connect(hostStorage, env, options) : undefined;
}

/**
 * The account of the listed objects: the scanner's own, in which no other identity has rights. Where `ConsentinelStorage` is
 * not set, it is the data account.
 * @returns undefined where no account of the host is configured
 */
export async function inventoryStorageOf(
  config: Config,
  env: Variables,
  options: RuntimeOptions,
  data: Storage,
): Promise<Storage | undefined> {
  if (!hasStateAccount(config)) return data;
  return config.hostStorage.kind === 'embedded' ? undefined : await connect(config.hostStorage, env, options);
}

/** True where the remediator's own state is not in the data account. */
export function hasStateAccount({ storage, hostStorage }: Pick<Config, 'storage' | 'hostStorage'>): boolean {
  return JSON.stringify(storage) !== JSON.stringify(hostStorage);
}

export function noStateStorage(): ConsentinelError {
  return new ConsentinelError(
    'config-invalid',
    'AzureWebJobsStorage is not set. The remediator keeps its budget and the used approvals in that account, and not in ConsentinelStorage.',
    "Set AzureWebJobsStorage__accountName to the remediator's storage account.",
  );
}

let azure: Promise<typeof import('../storage/azure/connect-storage.js')> | undefined;

/** The SDKs are loaded once, and only where an account is configured: they take a tenth of the time in which a command starts. */
function loadAzure() {
  azure ??= import('../storage/azure/connect-storage.js');
  return azure;
}

async function connect(
  account: Exclude<StorageConfig, { kind: 'embedded' }>,
  env: Variables,
  { tablePrefix, storageTimeouts }: RuntimeOptions,
): Promise<Storage> {
  const { connectStorage } = await loadAzure();
  // A connection string grants access by itself.
  const credential =
    account.kind === 'identity' && credentialOf(env, isLoopback(account.tableServiceUri), account.clientId);
  return connectStorage(account, {
    ...(credential && { credential }),
    ...(tablePrefix && { prefix: tablePrefix }),
    ...(storageTimeouts && { timeouts: storageTimeouts }),
  });
}

function noStorage(): ConsentinelError {
  return new ConsentinelError(
    'config-invalid',
    'AzureWebJobsStorage is not set. This process needs a storage account.',
    'Set AzureWebJobsStorage to a connection string, or AzureWebJobsStorage__accountName to an account that the identity can use.',
  );
}
