import type { KeyHolder, KeyHolders } from '../../jobs/ports/index.js';
import type { Application, KeyCredential } from '../../model/entra/app.js';
import type { Collection } from '../../model/entra/collection.js';
import type { UnreadableObject } from '../../model/entra/unreadable-object.js';
import { ConsentinelError, codeOf } from '../../model/errors.js';
import { IdTable } from '../../scale/id-table.js';
import { type BatchContext, readMany } from '../http/batch.js';
import { isRefusedFilter } from '../http/errors.js';
import { pagesOf } from '../http/pages.js';
import type { Send } from '../http/send.js';
import { countObjects } from './count-objects.js';
import type { ListingContext } from './list-collection.js';
import { ListedObjects } from './listed-objects.js';
import { applicationReader, type ObjectReader, readOrSetAside, servicePrincipalReader } from './parse.js';
import { largestPage } from './partitions.js';
import { selectList } from './select-list.js';

/**
 * Every key credential ends after this time, so that an object matches if it holds one. Graph documents no other filter
 * on keyCredentials: neither `type` nor `usage` can be compared.
 */
const holdsKey = 'keyCredentials/any(k:k/endDateTime ge 1970-01-01T00:00:00Z)';
const select = ['keyCredentials'] as const;
const readers: Readonly<Record<Collection, ObjectReader<Application<'keyCredentials'>>>> = {
  applications: applicationReader(select, true),
  servicePrincipals: servicePrincipalReader(select, true),
};

/**
 * Lists the objects of a collection that hold any key credential.
 * Source: Graph, advanced query capabilities, application and servicePrincipal: `keyCredentials/any` on `endDateTime`
 * with `ge`, `le` and `not`, with `$count=true` and `ConsistencyLevel: eventual`.
 * @throws GraphCallError; ConsentinelError `graph-rejected` if Graph refuses the filter
 */
export async function keyHolders(
  { graph, send, stats, pageSize }: ListingContext,
  collection: Collection,
  onHolder: (holder: KeyHolder) => void,
  signal?: AbortSignal,
): Promise<KeyHolders> {
  const filter = encodeURIComponent(holdsKey);
  const path = `/${collection}?$select=${selectList(select)}&$filter=${filter}&$count=true&$top=${pageSize ?? largestPage}`;
  const listed = new ListedObjects(readers[collection], new IdTable());
  const unreadable: UnreadableObject[] = [];
  let count: number | undefined;
  const onPage = () => {
    stats.pages++;
  };
  const headers = { ConsistencyLevel: 'eventual' };
  try {
    for await (const page of pagesOf({ graph, send, path, headers, signal, onPage })) {
      count ??= page.count;
      const objects = listed.add(page);
      unreadable.push(...objects.unreadable);
      for (const holder of objects.items) onHolder(holder);
    }
  } catch (error) {
    throw isRefusedFilter(error) ? refused(collection, error) : error;
  }
  return { unreadable, read: listed.total, count };
}

/** The number of objects that `keyHolders` lists. @throws as `countObjects` */
export function countKeyHolders(send: Send, collection: Collection, signal?: AbortSignal): Promise<number | undefined> {
  return countObjects(send, collection, signal, holdsKey);
}

/** The current key credentials of objects, by object id. @throws as `readMany` */
export async function keyCredentialsOf(
  batches: BatchContext,
  collection: Collection,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, readonly KeyCredential[] | UnreadableObject>> {
  const pathOf = (id: string) => `/${collection}/${encodeURIComponent(id)}?$select=${selectList(select)}`;
  const responses = await readMany(batches, ids.map(pathOf), signal);
  return new Map(
    ids.flatMap((id) => {
      const response = responses.get(pathOf(id));
      if (!response) return [];
      const object = readOrSetAside(readers[collection], response.body);
      return [[id, 'keyCredentials' in object ? object.keyCredentials : object] as const];
    }),
  );
}

function refused(collection: Collection, cause: unknown): ConsentinelError {
  return new ConsentinelError(
    'graph-rejected',
    `Microsoft Graph refused the filter on keyCredentials of ${collection} (${codeOf(cause)}).`,
    'The sentinel cannot find keys in this tenant. Run `consentinel scan`, which needs no filter.',
    { cause },
  );
}
