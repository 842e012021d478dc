import { TableClient, type TableServiceClientOptions } from '@azure/data-tables';
import { type QueueClient, QueueServiceClient } from '@azure/storage-queue';
import { isLoopback, type StorageConfig } from '../config.js';
import { type QueueName, queueNames } from '../jobs/ports/index.js';
import { ConsentinelError, codeOf } from '../model/errors.js';
import { withStorageErrors } from './errors.js';
import { incompleteAnswers } from './incomplete-answers.js';
import { requireKnownSchema } from './schema-version.js';
import { defaultTimeouts, type StorageTimeouts, timeoutPolicies } from './timeouts.js';

/** A queue or its poison queue, named by the Functions host. */
export type AnyQueueName = QueueName | `${QueueName}-poison`;

/** The shape of a credential of `@azure/identity`, because this folder does not import that package. */
export interface StorageCredential {
  getToken(scopes: string | string[], options?: object): Promise<{ token: string; expiresOnTimestamp: number } | null>;
}

export interface StorageOptions {
  /** Required for a configuration with an identity. */
  readonly credential?: StorageCredential;
  /** Lower-case letters and digits before every table and queue name, so that installations can share an account. */
  readonly prefix?: string;
  /** @default defaultTimeouts */
  readonly timeouts?: StorageTimeouts;
}

/** The clients of the product's tables and queues. Creating one makes no call. */
export interface Storage {
  readonly findings: TableClient;
  readonly scans: TableClient;
  /** The remediator's own state: its budget and the used approvals. */
  readonly remediatorState: TableClient;
  /** Listed objects; created when the first one is stored. */
  readonly inventory: TableClient;
  queue(name: AnyQueueName): QueueClient;
  /** Ends one call to a queue, with its retries, in time. Calls to tables end by themselves. */
  queueTimeout(): AbortSignal;
}

type AccountConfig = Exclude<StorageConfig, { kind: 'embedded' }>;

/**
 * Creates the clients of the configured storage account.
 * @param config a connection string or an identity; the embedded storage provides its own connection string
 * @throws ConsentinelError `config-invalid` for a connection string that the SDK cannot read
 */
export function connectStorage(config: AccountConfig, options: StorageOptions = {}): Storage {
  const prefix = options.prefix ?? '';
  if (!/^[a-z0-9]*$/.test(prefix)) throw new Error(`Not a prefix of table and queue names: ${prefix}`);
  const timeouts = options.timeouts ?? defaultTimeouts;
  const { table, queues } =
    config.kind === 'identity'
      ? byIdentity(config, options, timeouts)
      : byConnectionString(config.connectionString, timeouts);
  return {
    findings: table(`${tablePrefix(prefix)}findings`),
    scans: table(`${tablePrefix(prefix)}scans`),
    remediatorState: table(`${tablePrefix(prefix)}remediatorState`),
    inventory: table(`${tablePrefix(prefix)}inventory`),
    queue: (name) => queues.getQueueClient(`${prefix}${name}`),
    queueTimeout: () => AbortSignal.timeout(timeouts.attempt),
  };
}

/**
 * Creates every missing table and queue, including poison queues.
 * @param queues the queues that the identity may create, each with its poison queue; by default all
 * @throws ConsentinelError `storage-unavailable` or `storage-rejected`
 */
export async function ensureStorage(storage: Storage, queues?: readonly QueueName[]): Promise<void> {
  await Promise.all([ensureTables(storage), ensureQueues(storage, queues)]);
}

/** Creates the missing table of the remediator's own state. @throws as `ensureStorage` */
export async function ensureRemediatorState({ remediatorState }: Storage): Promise<void> {
  await ensureTable(remediatorState);
}

/** Checks that this program may write to the shared tables. @throws ConsentinelError `storage-newer` */
export async function requireKnownTables({ findings, scans }: Storage): Promise<void> {
  await Promise.all([findings, scans].map(requireKnownSchema));
}

/** Checks that this program may write to the remediator's own state. @throws ConsentinelError `storage-newer` */
export async function requireKnownState({ remediatorState }: Storage): Promise<void> {
  await requireKnownSchema(remediatorState);
}

/**
 * Creates every missing table, and every missing queue if the queue service answers. A scan needs no queue: one that is
 * missing is created by the first message.
 * @param queues as for `ensureStorage`
 * @throws ConsentinelError `storage-unavailable` for tables, or `storage-rejected`
 */
export async function ensureTablesAndReachableQueues(storage: Storage, queues?: readonly QueueName[]): Promise<void> {
  const created = ensureQueues(storage, queues).catch((error: unknown) => {
    if (codeOf(error) !== 'storage-unavailable') throw error;
  });
  await Promise.all([ensureTables(storage), created]);
}

async function ensureTables({ findings, scans }: Storage): Promise<void> {
  await Promise.all([findings, scans].map(ensureTable));
}

function ensureTable(table: TableClient): Promise<void> {
  return withStorageErrors({ action: 'make the table', target: `table ${table.tableName}` }, () => table.createTable());
}

async function ensureQueues(storage: Storage, queues: readonly QueueName[] = Object.values(queueNames)): Promise<void> {
  const names = queues.flatMap((name): AnyQueueName[] => [name, `${name}-poison`]);
  const create = (name: AnyQueueName) =>
    withStorageErrors({ action: 'make the queue', target: `queue ${name}` }, () =>
      storage.queue(name).createIfNotExists({ abortSignal: storage.queueTimeout() }),
    );
  await Promise.all(names.map(create));
}

/** The name of a table must not start with a digit. */
function tablePrefix(prefix: string): string {
  return /^\d/.test(prefix) ? `t${prefix}` : prefix;
}

interface Clients {
  table(name: string): TableClient;
  queues: QueueServiceClient;
}

function byIdentity(
  config: Extract<AccountConfig, { kind: 'identity' }>,
  { credential }: StorageOptions,
  timeouts: StorageTimeouts,
): Clients {
  if (!credential) throw new Error('Storage by identity needs a credential.');
  const tableOptions = { additionalPolicies: [...timeoutPolicies(timeouts), incompleteAnswers] };
  return {
    table: (name) => new TableClient(config.tableServiceUri, name, credential, tableOptions),
    queues: new QueueServiceClient(config.queueServiceUri, credential),
  };
}

function byConnectionString(connectionString: string, timeouts: StorageTimeouts): Clients {
  try {
    const options: TableServiceClientOptions = {
      allowInsecureConnection: isPlainHttp(connectionString),
      additionalPolicies: [...timeoutPolicies(timeouts), incompleteAnswers],
    };
    const table = (name: string) => TableClient.fromConnectionString(connectionString, name, options);
    table('findings');
    return { table, queues: QueueServiceClient.fromConnectionString(connectionString) };
  } catch {
    // The SDK's message can contain the connection string and its key.
    throw new ConsentinelError(
      'config-invalid',
      'AzureWebJobsStorage is not a connection string with a table and a queue endpoint.',
      'Copy the whole string from the storage account (Security + networking, Access keys), or use AzureWebJobsStorage__accountName with an identity.',
    );
  }
}

/** Plain http is allowed only for an emulator on this machine. The SDK refuses it for any other address. */
function isPlainHttp(connectionString: string): boolean {
  if (/UseDevelopmentStorage=true/i.test(connectionString)) return true;
  const endpoint = /(?:^|;)\s*TableEndpoint=([^;]+)/i.exec(connectionString)?.[1];
  return endpoint !== undefined && isLoopback(endpoint.trim());
}
