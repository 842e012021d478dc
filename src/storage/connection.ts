import { type QueueName, queueNames } from '../jobs/ports/index.js';
import { codeOf } from '../model/errors.js';
import { withStorageErrors } from './errors.js';
import type { Queue } from './queue.js';
import { requireKnownSchema } from './schema-version.js';
import type { Table } from './table.js';

/** A queue or its poison queue, named by the Functions host. */
export type AnyQueueName = QueueName | `${QueueName}-poison`;

/** The product's tables and queues: in a storage account (`azure/`), or in a file of this machine (`sqlite/`). */
export interface Storage {
  /** Where it is, for messages: the address of the account's tables, or the path of the file. */
  readonly place: string;
  readonly findings: Table;
  readonly scans: Table;
  /** The remediator's own state: its budget and the used approvals. */
  readonly remediatorState: Table;
  /** Listed objects; created when the first one is stored. */
  readonly inventory: Table;
  queue(name: AnyQueueName): Queue;
  /** Ends the use. */
  close(): Promise<void>;
}

/**
 * The names of tables and queues behind a prefix, so that installations can share an account.
 * @param prefix lower-case letters and digits
 */
export function namesOf(prefix = '') {
  if (!/^[a-z0-9]*$/.test(prefix)) throw new Error(`Not a prefix of table and queue names: ${prefix}`);
  // The name of a table must not start with a digit.
  const tablePrefix = /^\d/.test(prefix) ? `t${prefix}` : prefix;
  return {
    table: (name: 'findings' | 'scans' | 'remediatorState' | 'inventory') => `${tablePrefix}${name}`,
    queue: (name: AnyQueueName) => `${prefix}${name}`,
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

function ensureTable(table: Table): Promise<void> {
  return withStorageErrors({ action: 'make the table', target: `table ${table.name}` }, () => table.create());
}

async function ensureQueues(storage: Storage, queues: readonly QueueName[] = Object.values(queueNames)): Promise<void> {
  const names = queues.flatMap((name): AnyQueueName[] => [name, `${name}-poison`]);
  const create = (name: AnyQueueName) =>
    withStorageErrors({ action: 'make the queue', target: `queue ${name}` }, () => storage.queue(name).create());
  await Promise.all(names.map(create));
}
