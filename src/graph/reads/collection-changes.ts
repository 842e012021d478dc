import { z } from 'zod';
import type { CollectionChanges, LostChanges, TrackedSelection } from '../../jobs/ports/index.js';
import { UnreadableObject } from '../../model/entra/unreadable-object.js';
import { readMany } from '../http/batch.js';
import { pathOf, urlOf } from '../http/client.js';
import { callFacts, GraphCallError, malformed } from '../http/errors.js';
import type { ListingContext } from './list-collection.js';
import { MalformedObject, type ObjectReader, readOrSetAside } from './parse.js';

/** With more changes, a listing costs less: it has 999 objects on a page, and a delta fewer. */
const mostChanges = 20_000;
/** With more objects to read one by one, a listing costs less. */
const mostDirectReads = 2_000;
/** Source: as for listings, a page may be empty. A delta that sends more of them has no end. */
const maxEmptyPages = 100;

const pageSchema = z.looseObject({
  value: z.array(z.looseObject({ id: z.string().min(1) })),
  '@odata.nextLink': z.string().min(1).nullish(),
  '@odata.deltaLink': z.string().min(1).nullish(),
});
type Entry = z.infer<typeof pageSchema>['value'][number];

/** A collection and the properties whose changes count. */
export interface TrackedCollection<T> {
  readonly collection: TrackedSelection['collection'];
  /** Each object has all of them. */
  readonly properties: readonly string[];
  readonly read: ObjectReader<T>;
  /** Whether an object with undocumented values can be set aside. Without it, the changes are lost. */
  readonly setsAside: boolean;
}

/**
 * The position from which a later delta contains all changes.
 * Source: Graph, "application: delta", "servicePrincipal: delta" (`$select` in the first request only; `$deltatoken=latest`).
 * @throws GraphCallError
 */
export async function latestPosition(
  context: ListingContext,
  { collection, properties }: Pick<TrackedCollection<unknown>, 'collection' | 'properties'>,
  signal?: AbortSignal,
): Promise<string> {
  const path = `/${collection}/delta?$select=${properties.join(',')}&$deltatoken=latest`;
  return readRound(context, path, () => {}, signal);
}

/**
 * The changes since a position. Entries come in any order and can be repeated, so an object that occurs twice, one that lacks
 * a selected property, and one with undocumented values are read directly.
 * Source: Graph, "Use delta query to track changes in Microsoft Graph data" (replays, `@removed`, 410, expired tokens).
 * @param also ids of objects to read directly, whether they have changed or not
 * @throws GraphCallError
 */
export async function changesSince<T>(
  context: ListingContext,
  tracked: TrackedCollection<T>,
  since: string,
  also: readonly string[] | Promise<readonly string[]>,
  signal?: AbortSignal,
): Promise<CollectionChanges<T> | LostChanges> {
  const entries = new Map<string, Entry | 'twice'>();
  let position: string;
  try {
    position = await readRound(
      context,
      since,
      (page) => {
        for (const entry of page) entries.set(entry.id, entries.has(entry.id) ? 'twice' : entry);
        if (entries.size > mostChanges) throw new TooManyChanges();
      },
      signal,
    );
  } catch (error) {
    const lost = lossOf(error);
    if (lost === undefined) throw error;
    return { lost };
  }
  const changed = new Map<string, T | UnreadableObject | undefined>();
  const toRead = new Set(await also);
  for (const [id, entry] of entries) {
    const known = entry === 'twice' ? 'unknown' : readEntry(tracked, entry);
    if (known === 'unknown') toRead.add(id);
    else if (!toRead.has(id)) changed.set(id, known.object);
  }
  if (toRead.size > mostDirectReads) return { lost: `${toRead.size} changed objects would have to be read one by one` };
  for (const [id, object] of await readDirectly(context, tracked, [...toRead], signal)) changed.set(id, object);
  if (!tracked.setsAside && [...changed.values()].some((object) => object instanceof UnreadableObject))
    return { lost: 'a change that Graph returns has undocumented values' };
  return { changed, reported: new Set(entries.keys()), position };
}

/** @returns the object, undefined in it for a deleted one; `unknown` if only a direct read shows it */
function readEntry<T>({ properties, read }: TrackedCollection<T>, entry: Entry): { object: T | undefined } | 'unknown' {
  if (entry['@removed'] !== undefined) return { object: undefined };
  if (!properties.every((name) => name in entry)) return 'unknown';
  try {
    return { object: read(entry) };
  } catch (error) {
    if (error instanceof MalformedObject) return 'unknown';
    throw error;
  }
}

async function readDirectly<T>(
  { batches }: ListingContext,
  { collection, properties, read }: TrackedCollection<T>,
  ids: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Map<string, T | UnreadableObject | undefined>> {
  const pathOf = (id: string) => `/${collection}/${encodeURIComponent(id)}?$select=${properties.join(',')}`;
  const responses = await readMany(batches, ids.map(pathOf), signal);
  return new Map(
    ids.map((id) => {
      const response = responses.get(pathOf(id));
      return [id, response && readOrSetAside(read, response.body)];
    }),
  );
}

/** Reads all pages of a round. @returns the position after it, as path and query: a stored address must not receive a token */
async function readRound(
  { graph, send, stats }: ListingContext,
  path: string,
  onPage: (entries: readonly Entry[]) => void,
  signal: AbortSignal | undefined,
): Promise<string> {
  const visited = new Set<string>();
  let empty = 0;
  for (let url = urlOf(graph, path); ; ) {
    visited.add(url);
    const response = await send({ method: 'GET', path: pathOf(graph, url), signal, mayBatch: true });
    const call = callFacts('GET', path, response);
    const page = pageSchema.safeParse(response.body);
    if (!page.success) throw malformed(call, 'a delta page without an array `value` of objects with ids');
    stats.pages++;
    onPage(page.data.value);
    empty = page.data.value.length === 0 ? empty + 1 : 0;
    const { '@odata.nextLink': next, '@odata.deltaLink': end } = page.data;
    if (end) return pathOf(graph, urlOf(graph, end));
    if (!next) throw malformed(call, 'a delta page without a link');
    url = urlOf(graph, next);
    if (visited.has(url) || empty > maxEmptyPages) throw malformed(call, 'a delta that does not end');
  }
}

class TooManyChanges extends Error {}

/**
 * Why the changes since a position cannot be known. Source: Graph, delta queries: 400 `syncStateNotFound` for an expired token,
 * 410 for a reset; "40X" in general.
 */
function lossOf(error: unknown): string | undefined {
  if (error instanceof TooManyChanges) return `more than ${mostChanges} objects have changed`;
  if (!(error instanceof GraphCallError) || error.code !== 'graph-rejected') return undefined;
  const { status, graphCode } = error.call;
  return `Graph does not return the changes since the last scan (${[status, graphCode].filter(Boolean).join(' ')})`;
}
