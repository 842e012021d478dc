import type { JsonObject } from '../protocol/json.js';
import type { CollectionName } from '../schema/tenant.js';

/** An object in the recycle bin. */
export interface DeletedItem {
  readonly collection: CollectionName;
  readonly position: number;
  /** The object before its deletion, with `deletedDateTime`. */
  readonly object: JsonObject;
  /** The ids of service principals that were deleted together with their application. */
  readonly deletedTogether: readonly string[];
}

/** The recycle bin, `/directory/deletedItems`. */
export class DeletedItems {
  readonly #items = new Map<string, DeletedItem>();

  put(item: DeletedItem): void {
    this.#items.set(String(item.object.id), item);
  }

  find(id: string): DeletedItem | undefined {
    return this.#items.get(id.toLowerCase());
  }

  take(id: string): DeletedItem | undefined {
    const item = this.find(id);
    this.#items.delete(id.toLowerCase());
    return item;
  }

  list(collection: CollectionName): JsonObject[] {
    return [...this.#items.values()].filter((item) => item.collection === collection).map(({ object }) => object);
  }
}
