import type { Collection } from '../../../model/entra/collection.js';
import type { UnreadableObject } from '../../../model/entra/unreadable-object.js';
import type { Directory, DirectoryPage, ListedId } from '../../ports/index.js';
import type { HeldCollection } from './held-collection.js';

const keyProperty = 'keyCredentials';

/**
 * The directory whose listings request all objects without key credentials, and complete each object with those of
 * `held`. An object that is not in `held` gets an empty list. A holder that no listing returns has no effect.
 */
export function completedDirectory(
  directory: Directory,
  held: Readonly<Record<Collection, HeldCollection>>,
): Directory {
  return {
    ...directory,
    servicePrincipals: (select, signal, seen, expected, from) => {
      if (!selectsKeys(select)) return directory.servicePrincipals(select, signal, seen, expected, from);
      const pages = directory.servicePrincipals(withoutKeys(select), signal, seen, expected, from);
      return completed(pages, held.servicePrincipals);
    },
    applications: (select, signal, seen, expected, from) => {
      if (!selectsKeys(select)) return directory.applications(select, signal, seen, expected, from);
      const pages = directory.applications(withoutKeys(select), signal, seen, expected, from);
      return completed(pages, held.applications);
    },
  };
}

function selectsKeys(select: readonly string[]): boolean {
  return select.includes(keyProperty);
}

function withoutKeys<P extends string>(select: readonly P[]): P[] {
  return select.filter((name) => name !== keyProperty);
}

/** @returns the pages with objects of the type that the caller selected: those of `pages`, and their key credentials */
async function* completed<T extends ListedId>(
  pages: AsyncIterable<DirectoryPage<ListedId>>,
  { keys, unreadable }: HeldCollection,
): AsyncGenerator<DirectoryPage<T>, void, undefined> {
  for await (const page of pages) {
    const setAside: UnreadableObject[] = [];
    const items: T[] = [];
    for (const object of page.items) {
      const malformed = unreadable.size > 0 ? unreadable.get(object.id.toLowerCase()) : undefined;
      if (malformed) setAside.push(malformed);
      // The page was read for this scan only, so its objects can be completed in place.
      else items.push(Object.assign(object, { [keyProperty]: keys.of(object.id) }) as unknown as T);
    }
    yield { ...page, items, unreadable: [...page.unreadable, ...setAside] };
  }
}
