import { TableClient, type TableServiceClientOptions } from '@azure/data-tables';
import { type QueueClient, QueueServiceClient } from '@azure/storage-queue';
import { isLoopback, type StorageConfig } from '../config.js';
import { type QueueName, queueNames } from '../jobs/ports/index.js';
import { ConsentinelError } from '../model/errors.js';
import { ask } from './errors.js';

/** A queue, or the queue that its undeliverable messages end in (the Functions host's naming). */
export type AnyQueueName = QueueName | `${QueueName}-poison`;

/** A credential of `@azure/identity`, by shape: the package itself stays out of this folder. */
export interface StorageCredential {
  getToken(scopes: string | string[], options?: object): Promise<{ token: string; expiresOnTimestamp: number } | null>;
}

export interface StorageOptions {
  /** Needed where the configuration names an identity. */
  readonly credential?: StorageCredential;
  /** Lower-case letters and digits before every table and queue name, so that several can share an account. */
  readonly prefix?: string;
}

/** The tables and queues of the product. Making one costs nothing: no call is made. */
export interface Storage {
  readonly findings: TableClient;
  readonly scans: TableClient;
  queue(name: AnyQueueName): QueueClient;
}

type Named = Exclude<StorageConfig, { kind: 'embedded' }>;

/**
 * Clients of the storage account that the settings name.
 * @param config a connection string or an identity; the embedded storage yields its own connection string first
 * @throws ConsentinelError `config-invalid` for a connection string that the SDK cannot read
 */
export function connectStorage(config: Named, options: StorageOptions = {}): Storage {
  const prefix = options.prefix ?? '';
  if (!/^[a-z0-9]*$/.test(prefix)) throw new Error(`Not a prefix of table and queue names: ${prefix}`);
  const { table, queues } =
    config.kind === 'identity' ? byIdentity(config, options) : byConnectionString(config.connectionString);
  return {
    findings: table(`${tablePrefix(prefix)}findings`),
    scans: table(`${tablePrefix(prefix)}scans`),
    queue: (name) => queues.getQueueClient(`${prefix}${name}`),
  };
}

/**
 * Makes every table and queue that is not there yet, poison queues too.
 * @throws ConsentinelError `storage-unavailable` or `storage-rejected`
 */
export async function ensureStorage(storage: Storage): Promise<void> {
  const names = Object.values(queueNames).flatMap((name): AnyQueueName[] => [name, `${name}-poison`]);
  await Promise.all([
    ...[storage.findings, storage.scans].map((table) =>
      ask({ doing: 'make the table', target: `table ${table.tableName}` }, () => table.createTable()),
    ),
    ...names.map((name) =>
      ask({ doing: 'make the queue', target: `queue ${name}` }, () => storage.queue(name).createIfNotExists()),
    ),
  ]);
}

/** A table's name may not begin with a digit. */
function tablePrefix(prefix: string): string {
  return /^\d/.test(prefix) ? `t${prefix}` : prefix;
}

interface Clients {
  table(name: string): TableClient;
  queues: QueueServiceClient;
}

function byIdentity(config: Extract<Named, { kind: 'identity' }>, { credential }: StorageOptions): Clients {
  if (!credential) throw new Error('Storage by identity needs a credential.');
  return {
    table: (name) => new TableClient(config.tableServiceUri, name, credential),
    queues: new QueueServiceClient(config.queueServiceUri, credential),
  };
}

function byConnectionString(connectionString: string): Clients {
  try {
    const options: TableServiceClientOptions = { allowInsecureConnection: isPlainHttp(connectionString) };
    const table = (name: string) => TableClient.fromConnectionString(connectionString, name, options);
    table('findings');
    return { table, queues: QueueServiceClient.fromConnectionString(connectionString) };
  } catch {
    // The SDK's own message may quote the string, key included.
    throw new ConsentinelError(
      'config-invalid',
      'AzureWebJobsStorage is not a connection string with a table and a queue endpoint.',
      'Copy it whole from the storage account (Security + networking, Access keys), or use AzureWebJobsStorage__accountName with an identity.',
    );
  }
}

/** Only an emulator speaks plain http, and only on this machine; everywhere else the SDK goes on refusing it. */
function isPlainHttp(connectionString: string): boolean {
  if (/UseDevelopmentStorage=true/i.test(connectionString)) return true;
  const endpoint = /(?:^|;)\s*TableEndpoint=([^;]+)/i.exec(connectionString)?.[1];
  return endpoint !== undefined && isLoopback(endpoint.trim());
}
