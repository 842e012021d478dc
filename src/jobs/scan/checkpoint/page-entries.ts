import { type UnreadableFacts, UnreadableObject } from '../../../model/entra/unreadable-object.js';
import type { IdTable } from '../../../scale/id-table.js';
import type { DirectoryPage, InventoryEntry, ListedId } from '../../ports/index.js';

/** The first entry of a page. An array, which no object of a listing is. */
type Header = readonly [size: number, unreadable: readonly UnreadableFacts[], repeated: readonly ListedId[]];

/** A page as entries of an inventory: a header, and the objects as they are. */
export function toEntries({ size, unreadable, repeated, items }: DirectoryPage<object>): InventoryEntry[] {
  const header: Header = [size, unreadable.map(({ facts }) => facts), repeated];
  return [header, ...items];
}

/** The pages of `toEntries`. Entries without a header are the rest of a page that was divided. */
export function toPages<T>(entries: readonly InventoryEntry[]): DirectoryPage<T>[] {
  const pages: { header: Header; items: T[] }[] = [];
  for (const entry of entries) {
    if (Array.isArray(entry)) pages.push({ header: entry as unknown as Header, items: [] });
    else {
      if (pages.length === 0) pages.push({ header: [0, [], []], items: [] });
      pages.at(-1)?.items.push(entry as T);
    }
  }
  return pages.map(({ header: [size, unreadable, repeated], items }) => ({
    items,
    unreadable: unreadable.map((facts) => new UnreadableObject(facts)),
    repeated,
    size,
  }));
}

/** Adds the ids of the objects of a page. */
export function addIds(seen: IdTable, { items, unreadable }: DirectoryPage<{ id: string }>): void {
  for (const { id } of items) seen.add(id);
  for (const { facts } of unreadable) if (facts.id !== undefined) seen.add(facts.id);
}
