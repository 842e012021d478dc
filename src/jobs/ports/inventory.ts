/** What a log of listed objects belongs to. All of it is authenticated with every chunk. */
export interface InventoryName {
  readonly tenantId: string;
  /** `scan`: the checkpoints of one scan. `delta`: the last known state of a collection. */
  readonly purpose: 'scan' | 'delta';
  /** The id of the scan, or a name of the state. */
  readonly id: string;
  readonly collection: string;
  /** The selected properties, in any order: objects with other properties are of no use. */
  readonly select: readonly string[];
}

/** A value that JSON represents. An object may have undefined members; they are dropped. */
export type InventoryEntry = object | string | number | boolean | null;

/** The state of a log as of its last commit. */
export interface CommittedInventory {
  readonly chunks: number;
  /** What the writer committed with the chunks, for example the links to the next pages. */
  readonly position: unknown;
  /** When it was committed, ISO 8601 UTC. */
  readonly at: string;
}

/** A chunk that was appended. */
export interface AppendedChunk {
  /** Its size after compression. */
  readonly bytes: number;
  /** What was appended, from the compressed form: it takes little memory until then. */
  entries(): Promise<readonly InventoryEntry[]>;
}

/** A log of listed objects: chunks are appended, and count from the next commit on. */
export interface InventoryLog {
  /** The authenticated state; undefined if there is none. It follows commits and `restart`. */
  readonly committed: CommittedInventory | undefined;
  /** A sentence for the reader: why a stored state counts as absent. */
  readonly rejected: string | undefined;
  /**
   * The entries of the chunks that are committed now, one chunk after another, in the order in which they were appended.
   * @throws ConsentinelError `storage-malformed` at a chunk that cannot be authenticated: the position must not be used
   * then. Entries before it are authentic. `storage-unavailable`, `storage-rejected`
   */
  chunks(): AsyncIterable<readonly InventoryEntry[]>;
  /**
   * Compresses a chunk. It stays in memory until the commit. A large chunk is divided: `chunks` returns its parts.
   * @param entries may be changed by the caller afterwards
   * @throws Error for an entry with a member that can hold a secret (`key`, `secretText`, `hint`). ConsentinelError
   * `storage-rejected` for a single entry that no row can hold. The log then takes no commit any more: its position would
   * include what is missing
   */
  append(entries: readonly InventoryEntry[]): Promise<AppendedChunk>;
  /**
   * Stores the appended chunks and the position. Until it returns, the log has its previous state.
   * @param position JSON
   * @throws ConsentinelError `lease-lost` if another process committed in the meantime; `storage-unavailable`,
   * `storage-rejected`; what a chunk since the last commit could not be appended for
   */
  commit(position: unknown): Promise<void>;
  /** Starts from an empty log. The stored state changes with the next commit. */
  restart(): void;
  /** Deletes the log. */
  remove(): Promise<void>;
}

/** Logs of listed objects in storage. No object contains a secret: the readers of Graph's answers drop them. */
export interface InventoryStore {
  /**
   * Opens a log, which need not exist.
   * @throws ConsentinelError `storage-unavailable`, `storage-rejected`, `config-invalid` for an unusable key
   */
  open(name: InventoryName): Promise<InventoryLog>;
  /** Deletes the logs of an id. @param of without `id`, the logs of all ids */
  remove(of: Pick<InventoryName, 'tenantId' | 'purpose'> & { readonly id?: string }): Promise<void>;
  /** Deletes rows of `scan` logs that were written before a time (ISO 8601 UTC): leftovers of killed scans. */
  prune(tenantId: string, before: string): Promise<void>;
}
