import type { Collection } from '../../../model/entra/collection.js';
import { IdTable } from '../../../scale/id-table.js';
import type { Directory, DirectoryPage, ListedId } from '../../ports/index.js';
import { addIds } from '../checkpoint/page-entries.js';
import type { ListingRecorder } from './listing-recorder.js';
import type { StoredCollection } from './stored-collection.js';

type Pages = AsyncIterable<DirectoryPage<ListedId>>;
/** Other pages of a collection instead of those of Graph; called for each listing. */
type Replace = (collection: Collection, pages: () => Pages, seen: IdTable) => Pages;

/** The directory whose first listing of each collection comes from the inventory. A second one comes from Graph. */
export function listsFrom(
  directory: Directory,
  objects: Readonly<Record<Collection, StoredCollection | undefined>>,
): Directory {
  const listed = new Set<Collection>();
  return replaced(directory, (collection, pages, seen) => {
    const stored = objects[collection];
    if (!stored || listed.has(collection)) return pages();
    listed.add(collection);
    return marked(stored.pages() as Pages, seen);
  });
}

/** The directory whose listings are recorded. */
export function recordsTo(
  directory: Directory,
  recorders: Readonly<Record<Collection, ListingRecorder | undefined>>,
): Directory {
  return replaced(directory, (collection, pages) => recorders[collection]?.recorded(pages()) ?? pages());
}

/** The directory that counts each collection once: a repeated count is for a comparison, and needs a new answer. */
export function countedOnce(directory: Directory, counts: ReadonlyMap<Collection, Promise<number | undefined>>) {
  const taken = new Set<Collection>();
  return {
    ...directory,
    count: (collection: Collection, signal?: AbortSignal) => {
      const first = counts.get(collection);
      if (!first || taken.has(collection)) return directory.count(collection, signal);
      taken.add(collection);
      return first;
    },
  } satisfies Directory;
}

/** The stored objects have the selected properties: the log is bound to the selection. */
function replaced(directory: Directory, replace: Replace): Directory {
  return {
    ...directory,
    servicePrincipals: (select, signal, seen = new IdTable(), expected, from) => {
      const pages = () => directory.servicePrincipals(select, signal, seen, expected, from);
      return replace('servicePrincipals', pages, seen) as ReturnType<typeof pages>;
    },
    applications: (select, signal, seen = new IdTable(), expected, from) => {
      const pages = () => directory.applications(select, signal, seen, expected, from);
      return replace('applications', pages, seen) as ReturnType<typeof pages>;
    },
  };
}

/** The pages, their ids added to `seen`. */
async function* marked(pages: Pages, seen: IdTable): AsyncGenerator<DirectoryPage<ListedId>, void, undefined> {
  for await (const page of pages) {
    addIds(seen, page);
    yield page;
  }
}
