import type { Config } from '../config.js';
import type { CallOptions } from '../graph/http/send.js';
import type {
  AlertChannel,
  AnchorStore,
  InventoryStore,
  LiveProbe,
  QueueName,
  Remediator,
  RowTransfer,
  StatementSigner,
  ThrowawayApplications,
} from '../jobs/ports/index.js';
import type { Storage } from '../storage/connection.js';
import type { WebDecisions } from './capabilities.js';
import type { Credential } from './identities.js';
import type { RuntimeOptions, Variables } from './installation.js';
import type { InventorySource } from './inventory.js';

/**
 * The parts that only some apps contain. The entry point of an app passes them, so that the bundle of another app does
 * not contain them at all.
 */
export interface AppParts {
  /** Creates the client of the identity that writes to the directory; undefined where none is configured. */
  readonly remediator?: (config: Config, env: Variables, calls?: CallOptions) => Remediator | undefined;
  /** Creates the signer of decisions; undefined if this process must not sign. The remediator never has it. */
  readonly signer?: (config: Config, env: Variables, keyFolder: string) => StatementSigner | undefined;
  /** Where the command line sends decisions; undefined if it decides itself. */
  readonly webDecisions?: (config: Config, env: Variables, tenantId: string | undefined) => WebDecisions | undefined;
  /** Creates the channels of alerts. */
  readonly channels?: (config: Config, reader: Credential, tenant: Credential) => AlertChannel[];
  /** Creates the client of the anchors of the audit chains; undefined where the installation has no place for them. */
  readonly anchors?: (config: Config, env: Variables, options: RuntimeOptions) => AnchorStore | undefined;
  /** Creates the store of listed objects; undefined where it has no key. */
  readonly inventory?: (source: InventorySource) => InventoryStore | undefined;
  /** Opens the storage in a folder of this machine; undefined where the caller names none. */
  readonly embeddedStorage?: (options: RuntimeOptions) => Promise<Storage> | undefined;
  /** Creates what moves rows between storages. @param state undefined where this process cannot use its account */
  readonly transfer?: (data: Storage, state: Storage | undefined) => RowTransfer;
  /** Creates what asks a live tenant about Graph. */
  readonly liveProbe?: (config: Config, credential: Credential, calls?: CallOptions) => LiveProbe;
  /** Creates the client for the application of a proof; undefined where no identity writes. */
  readonly throwaway?: (config: Config, env: Variables, calls?: CallOptions) => ThrowawayApplications | undefined;
  /** The identity that reads the directory. @default reader */
  readonly readsAs?: 'reader' | 'remediator';
  /** The queues that the app creates: its identity may have no rights on others. @default all */
  readonly queues?: readonly QueueName[];
}
