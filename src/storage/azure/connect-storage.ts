import { TableClient, type TableServiceClientOptions } from '@azure/data-tables';
import { QueueServiceClient } from '@azure/storage-queue';
import { isLoopback, type StorageConfig } from '../../config.js';
import { ConsentinelError } from '../../model/errors.js';
import { namesOf, type Storage } from '../connection.js';
import { AzureQueue } from './azure-queue.js';
import { AzureTable } from './azure-table.js';
import { incompleteAnswers } from './incomplete-answers.js';
import { defaultTimeouts, type StorageTimeouts, timeoutPolicies } from './timeouts.js';

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

type AccountConfig = Exclude<StorageConfig, { kind: 'embedded' }>;

/**
 * Creates the clients of the configured storage account. Creating one makes no call.
 * @param config a connection string or an identity
 * @throws ConsentinelError `config-invalid` for a connection string that the SDK cannot read
 */
export function connectStorage(config: AccountConfig, options: StorageOptions = {}): Storage {
  const names = namesOf(options.prefix);
  const timeouts = options.timeouts ?? defaultTimeouts;
  const { table, queues } =
    config.kind === 'identity'
      ? byIdentity(config, options, timeouts)
      : byConnectionString(config.connectionString, timeouts);
  const findings = table(names.table('findings'));
  return {
    place: findings.url,
    findings: new AzureTable(findings),
    scans: new AzureTable(table(names.table('scans'))),
    remediatorState: new AzureTable(table(names.table('remediatorState'))),
    inventory: new AzureTable(table(names.table('inventory'))),
    queue: (name) =>
      new AzureQueue(queues.getQueueClient(names.queue(name)), () => AbortSignal.timeout(timeouts.attempt)),
    close: async () => {},
  };
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
