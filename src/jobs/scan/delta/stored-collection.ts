import { collectionNames } from '../../../model/entra/collection.js';
import { isGuid } from '../../../model/entra/guid.js';
import { UnreadableObject } from '../../../model/entra/unreadable-object.js';
import { IdTable } from '../../../scale/id-table.js';
import type {
  CollectionChanges,
  DirectoryPage,
  Identified,
  InventoryLog,
  InventoryStore,
  TrackedSelection,
} from '../../ports/index.js';

/** For the reader. */
export const trackedNames = { ...collectionNames, oauth2PermissionGrants: 'permission grants' } as const;

/** From where changes follow, and when this was known. */
export interface KnownPosition {
  readonly path: string;
  /** ISO 8601 UTC. */
  readonly at: string;
}

/** What is committed with the objects of a collection. */
export interface StoredState {
  /** False while a full listing is being recorded: then the objects are not complete. */
  readonly isComplete: boolean;
  /** When the last full listing began, ISO 8601 UTC. */
  readonly listedAt: string;
  /** The latest positions, the oldest first. */
  readonly positions: readonly KnownPosition[];
  /** Objects that a full listing showed otherwise than the inventory, and from where Graph may report their changes late. */
  readonly suspects?: { readonly ids: readonly string[]; readonly since: string };
}

/** An entry after the objects of the full listing. Later entries win. */
type ChangeEntry =
  | readonly ['object', Identified]
  | readonly ['removed', string]
  /** The object must be read directly: it was unreadable, or a listing returned it twice. */
  | readonly ['unknown', string];

/** By the key of the object id: the object, or what is known of it instead. */
type Overlay = Map<string, Identified | UnreadableObject | 'removed' | 'unknown'>;

/** Objects per page of `pages`. */
const pageSize = 999;

/** GUIDs are compared without regard to case. The ids of grants are base64 text. */
export function idKey(id: string): string {
  return isGuid(id) ? id.toLowerCase() : id;
}

/** Opens the log of a collection. @throws as `InventoryStore.open` */
export function openCollection(
  inventory: InventoryStore,
  tenantId: string,
  { collection, select }: TrackedSelection,
): Promise<InventoryLog> {
  return inventory.open({ tenantId, purpose: 'delta', id: 'current', collection, select });
}

/** Opens the log of the lookups that the next scan probably needs. @throws as `InventoryStore.open` */
export function openLookups(inventory: InventoryStore, tenantId: string): Promise<InventoryLog> {
  return inventory.open({ tenantId, purpose: 'delta', id: 'current', collection: 'lookups', select: [] });
}

/** The stored objects of a collection: those of the last full listing, and the changes since. */
export class StoredCollection {
  readonly #listed = new IdTable();
  readonly #overlay: Overlay = new Map();

  private constructor(readonly log: InventoryLog) {}

  /**
   * Reads the ids of all objects, and the changes. So every chunk is authenticated before anything relies on it.
   * @throws ConsentinelError `storage-malformed` at a chunk that is not authentic
   */
  static async read(log: InventoryLog): Promise<StoredCollection> {
    const collection = new StoredCollection(log);
    for await (const entries of log.chunks()) {
      for (const entry of entries as readonly (Identified | ChangeEntry)[]) {
        if (isChange(entry)) collection.#keep(entry);
        else collection.#listed.add(entry.id);
      }
    }
    return collection;
  }

  /** The ids of the objects that must be read directly. */
  get unknown(): readonly string[] {
    return [...this.#overlay].flatMap(([id, value]) => (value === 'unknown' ? [id] : []));
  }

  /** The number of objects that exist. */
  get count(): number {
    let count = this.#listed.size;
    for (const [id, value] of this.#overlay) {
      if (this.#listed.find(id) >= 0) count--;
      if (value !== 'removed') count++;
    }
    return count;
  }

  /** Applies changes, and appends them to the log, which a later commit stores. */
  async apply({ changed }: Pick<CollectionChanges<Identified>, 'changed'>): Promise<void> {
    const entries = [...changed].map(([id, object]): ChangeEntry => {
      if (object === undefined) return ['removed', id];
      return object instanceof UnreadableObject ? ['unknown', id] : ['object', object];
    });
    if (entries.length > 0) await this.log.append(entries);
    for (const [id, object] of changed) this.#overlay.set(idKey(id), object ?? 'removed');
  }

  /** The objects that exist, each once. @throws as `read` */
  async *pages(): AsyncGenerator<DirectoryPage<Identified>, void, undefined> {
    for await (const entries of this.log.chunks()) {
      const listed = (entries as readonly (Identified | ChangeEntry)[]).filter(
        (entry): entry is Identified => !isChange(entry) && !this.#overlay.has(idKey(entry.id)),
      );
      if (listed.length > 0) yield pageOf(listed);
    }
    const changed = [...this.#overlay.values()].filter((value) => typeof value === 'object');
    for (let at = 0; at < changed.length; at += pageSize) yield pageOf(changed.slice(at, at + pageSize));
    // A full last page would look like a listing that lost its end.
    yield pageOf([]);
  }

  #keep([kind, value]: ChangeEntry): void {
    if (kind === 'object') this.#overlay.set(idKey(value.id), value);
    else this.#overlay.set(idKey(value), kind);
  }
}

function isChange(entry: Identified | ChangeEntry): entry is ChangeEntry {
  return Array.isArray(entry);
}

function pageOf(values: readonly (Identified | UnreadableObject)[]): DirectoryPage<Identified> {
  const unreadable = values.filter((value) => value instanceof UnreadableObject);
  const items = values.filter((value): value is Identified => !(value instanceof UnreadableObject));
  return { items, unreadable, repeated: [], size: values.length };
}

/** The entry for an object that the next scan reads directly. */
export function unknownEntry(id: string): ChangeEntry {
  return ['unknown', id];
}
