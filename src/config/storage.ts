import { z } from 'zod';
import type { Cloud } from '../model/entra/clouds.js';
import { type Fault, missing } from '../settings/fault.js';
import { clientId, uri } from '../settings/primitives.js';
import type { Environment } from '../settings/read-settings.js';
import { setting } from '../settings/setting.js';

/** The settings of one account. The Functions host reads the same variables, for its own state and for its triggers. */
const hostPrefix = 'AzureWebJobsStorage';
const dataPrefix = 'ConsentinelStorage';
type Prefix = typeof hostPrefix | typeof dataPrefix;

const remedyOfConnectionString = (prefix: Prefix) =>
  `Give a storage connection string (AccountName=…;AccountKey=… or UseDevelopmentStorage=true), or use ${prefix}__accountName with an identity.`;

function accountSettings(prefix: Prefix, account: string, meaning: string) {
  const addresses = { schema: uri, meaning: `the table and queue addresses of the ${account}` };
  return z.object({
    connectionString: setting(prefix, {
      schema: z.string().refine(isConnectionString, remedyOfConnectionString(prefix)),
      secret: true,
      deployed: false,
      meaning,
    }),
    accountName: setting(`${prefix}__accountName`, {
      schema: z
        .string()
        .regex(/^[a-z0-9]{3,24}$/, 'Give the name of a storage account: 3 to 24 lower-case letters and digits.'),
      deployed: false,
      meaning: `name of the ${account}, for access with an identity; or the two addresses below`,
    }),
    tableServiceUri: setting(`${prefix}__tableServiceUri`, addresses),
    queueServiceUri: setting(`${prefix}__queueServiceUri`, addresses),
    clientId: setting(`${prefix}__clientId`, {
      schema: clientId,
      defaultText: '`READER_CLIENT_ID`',
      meaning: `the user-assigned identity with access to the ${account}`,
    }),
  });
}

/** The account of the Functions host. */
export const storageSettings = accountSettings(
  hostPrefix,
  'storage account',
  'connection string of the account of the Functions host. It holds the findings too, unless `ConsentinelStorage` is set',
);

/** The account of findings, scans and queues, where it is not the account of the Functions host. */
export const dataStorageSettings = accountSettings(
  dataPrefix,
  'data account',
  'connection string of the data account that scanner, web and remediator share: findings, scans, queues, used approvals. Each app then has its own `AzureWebJobsStorage`',
);

type StorageSettings = z.output<typeof storageSettings>;

/** Where tables and queues are. */
export type StorageConfig =
  | { readonly kind: 'connection-string'; readonly connectionString: string }
  | {
      readonly kind: 'identity';
      readonly tableServiceUri: string;
      readonly queueServiceUri: string;
      readonly clientId?: string;
    }
  | { readonly kind: 'embedded' };

/** The two addresses of an account go together. */
export function storageFaults(host: StorageSettings, data: StorageSettings): Fault[] {
  return [...addressFaults(hostPrefix, host), ...addressFaults(dataPrefix, data)];
}

function addressFaults(prefix: Prefix, { accountName, tableServiceUri, queueServiceUri }: StorageSettings): Fault[] {
  if (accountName || Boolean(tableServiceUri) === Boolean(queueServiceUri)) return [];
  return [
    missing(
      `${prefix}__${tableServiceUri ? 'queueServiceUri' : 'tableServiceUri'}`,
      `Set both ${prefix}__tableServiceUri and ${prefix}__queueServiceUri, or ${prefix}__accountName.`,
    ),
  ];
}

/** The accounts of an installation. */
export interface StorageAccounts {
  /** The data account: findings, scans and queues. */
  readonly storage: StorageConfig;
  /** The account of the Functions host; the same account where `ConsentinelStorage` is not set. */
  readonly hostStorage: StorageConfig;
}

/**
 * The accounts in use. A connection string comes before an account name or addresses; with none of them, storage is
 * embedded.
 * @param readerClientId the identity for an account without an identity of its own
 */
export function storageOf(
  host: StorageSettings,
  data: StorageSettings,
  cloud: Cloud,
  readerClientId: string | undefined,
): StorageAccounts {
  const hostStorage = accountOf(host, cloud, readerClientId);
  const dataStorage = accountOf(data, cloud, readerClientId);
  return { storage: dataStorage.kind === 'embedded' ? hostStorage : dataStorage, hostStorage };
}

function accountOf(s: StorageSettings, cloud: Cloud, readerClientId: string | undefined): StorageConfig {
  if (s.connectionString) return { kind: 'connection-string', connectionString: s.connectionString };
  const address = (service: string) => s.accountName && `https://${s.accountName}.${service}.${cloud.storageSuffix}`;
  const tableServiceUri = s.tableServiceUri ?? address('table');
  const queueServiceUri = s.queueServiceUri ?? address('queue');
  if (!tableServiceUri || !queueServiceUri) return { kind: 'embedded' };
  const id = s.clientId ?? readerClientId;
  return { kind: 'identity', tableServiceUri, queueServiceUri, ...(id && { clientId: id }) };
}

/**
 * The name under which queue triggers find the account of the queues: the prefix of its settings. The host resolves it,
 * so it follows from the names of the variables only, and a faulty value fails the invocation and not the registration.
 */
export function queueConnection(environment: Environment): Prefix {
  const names = ['', '__accountName', '__queueServiceUri'].map((suffix) => `${dataPrefix}${suffix}`);
  return names.some((name) => environment[name]) ? dataPrefix : hostPrefix;
}

function isConnectionString(value: string): boolean {
  return (
    /^UseDevelopmentStorage=true;?$/i.test(value) || /(^|;)(AccountName|TableEndpoint|QueueEndpoint)=/i.test(value)
  );
}
