import { z } from 'zod';
import type { Cloud } from '../model/entra/clouds.js';
import { type Fault, missing } from '../settings/fault.js';
import { clientId, uri } from '../settings/primitives.js';
import { setting } from '../settings/setting.js';

const addresses = { schema: uri, meaning: "the account's table and queue addresses" };

export const storageSettings = z.object({
  connectionString: setting('AzureWebJobsStorage', {
    schema: z
      .string()
      .refine(
        isConnectionString,
        'Give a storage connection string (AccountName=…;AccountKey=… or UseDevelopmentStorage=true), or use AzureWebJobsStorage__accountName with an identity.',
      ),
    secret: true,
    deployed: false,
    meaning: 'a storage connection string',
  }),
  accountName: setting('AzureWebJobsStorage__accountName', {
    schema: z
      .string()
      .regex(/^[a-z0-9]{3,24}$/, 'Give the name of a storage account: 3 to 24 lower-case letters and digits.'),
    deployed: false,
    meaning: 'a storage account that is reached with an identity; or the two addresses below',
  }),
  tableServiceUri: setting('AzureWebJobsStorage__tableServiceUri', addresses),
  queueServiceUri: setting('AzureWebJobsStorage__queueServiceUri', addresses),
  clientId: setting('AzureWebJobsStorage__clientId', {
    schema: clientId,
    defaultText: '`READER_CLIENT_ID`',
    meaning: 'the user-assigned identity that reaches the storage account',
  }),
});

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
export function storageFaults({ accountName, tableServiceUri, queueServiceUri }: StorageSettings): Fault[] {
  if (accountName || Boolean(tableServiceUri) === Boolean(queueServiceUri)) return [];
  return [
    missing(
      `AzureWebJobsStorage__${tableServiceUri ? 'queueServiceUri' : 'tableServiceUri'}`,
      'Set both AzureWebJobsStorage__tableServiceUri and AzureWebJobsStorage__queueServiceUri, or AzureWebJobsStorage__accountName.',
    ),
  ];
}

/**
 * The storage in use. A connection string comes before an account name or addresses; with none of them, storage is
 * embedded.
 * @param readerClientId the identity for an account without an identity of its own
 */
export function storageOf(s: StorageSettings, cloud: Cloud, readerClientId: string | undefined): StorageConfig {
  if (s.connectionString) return { kind: 'connection-string', connectionString: s.connectionString };
  const address = (service: string) => s.accountName && `https://${s.accountName}.${service}.${cloud.storageSuffix}`;
  const tableServiceUri = s.tableServiceUri ?? address('table');
  const queueServiceUri = s.queueServiceUri ?? address('queue');
  if (!tableServiceUri || !queueServiceUri) return { kind: 'embedded' };
  const id = s.clientId ?? readerClientId;
  return { kind: 'identity', tableServiceUri, queueServiceUri, ...(id && { clientId: id }) };
}

function isConnectionString(value: string): boolean {
  return (
    /^UseDevelopmentStorage=true;?$/i.test(value) || /(^|;)(AccountName|TableEndpoint|QueueEndpoint)=/i.test(value)
  );
}
