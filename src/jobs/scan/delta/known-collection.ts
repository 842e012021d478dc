import { codeOf, explain } from '../../../model/errors.js';
import { formatNumber } from '../../../model/text/format.js';
import type { Directory, InventoryLog, TrackedSelection } from '../../ports/index.js';
import { isGraphError } from '../../tenant/graph-error.js';
import { ExpectedObjects } from './expected-objects.js';
import { idKey, type KnownPosition, StoredCollection, type StoredState, trackedNames } from './stored-collection.js';

/** Milliseconds. Graph's tokens are valid for seven days; a nightly scan is not exactly as early as the one a week before. */
const longestWithoutListing = 6.5 * 86_400_000;
/**
 * Milliseconds. Replicas and delta queries lag by minutes, so the changes that the last scan read, and those of this time before
 * it, are read once more: what a scan saw in an old state, the next one sees as it is.
 */
const overlap = 3_600_000;
/** Positions that are kept, if scans follow each other within minutes. */
const mostPositions = 20;

/** A collection in a scan with delta queries: what the inventory and the changes say about it. */
export interface KnownCollection {
  readonly tracked: TrackedSelection;
  readonly log: InventoryLog;
  /** The objects after the changes; undefined if they are not known. */
  readonly objects: StoredCollection | undefined;
  readonly state: StoredState | undefined;
  /** From where the changes after this scan follow; undefined if it must be requested. */
  readonly position: string | undefined;
  /** The number of objects that changed. */
  readonly changes: number;
  /** Why all objects must be listed, a sentence; undefined if the objects are usable. */
  readonly reason: string | undefined;
  /** The objects that a full listing showed otherwise, and whose change Graph has not reported since. */
  readonly missed: readonly string[];
}

/** What reading a collection needs. */
export interface KnowingContext {
  readonly directory: Pick<Directory, 'changesSince'>;
  readonly tracked: TrackedSelection;
  /** When the scan began, ISO 8601 UTC. */
  readonly startedAt: string;
  readonly signal: AbortSignal;
}

/** The number of objects of a collection. */
interface Count {
  /** What Graph counts now; undefined if it returns no count. */
  readonly now: Promise<number | undefined>;
  again(): Promise<number | undefined>;
}

/**
 * Reads the stored objects of a collection and their changes, and compares their number with Graph's. The changes are requested
 * at once, while the stored objects are read.
 * @param count undefined for a collection that Graph does not count
 * @throws ConsentinelError `aborted`, or of storage other than an inventory that is not authentic
 */
export async function knowCollection(
  context: KnowingContext,
  log: InventoryLog,
  count: Count | undefined,
): Promise<KnownCollection> {
  const { tracked, directory, signal, startedAt } = context;
  const unknown = { tracked, log, objects: undefined, state: undefined, position: undefined, changes: 0, missed: [] };
  const state = log.committed?.position as StoredState | undefined;
  if (!state) return { ...unknown, reason: log.rejected ?? 'It is the first scan with delta queries.' };
  if (!state.isComplete) return { ...unknown, reason: 'The last full listing was not completed.' };
  const since = startOfChanges(state.positions, startedAt);
  const reading = StoredCollection.read(log);
  const unread = reading.then((objects) => objects.unknown);
  const changes = directory.changesSince(tracked, since, unread, signal);
  const missing = missedOf(context, state);
  // They are awaited below. Until then a rejection must not count as unhandled.
  for (const promise of [unread, changes, missing]) promise.catch(() => undefined);
  let objects: StoredCollection;
  try {
    objects = await reading;
  } catch (error) {
    if (codeOf(error) !== 'storage-malformed') throw error;
    return { ...unknown, reason: explain(error) };
  }
  try {
    const known = { ...unknown, state, missed: await missing };
    return await applyChanges(context, known, objects, { changes: await changes, count });
  } catch (error) {
    if (!isGraphError(error)) throw error;
    return { ...unknown, reason: explain(error) };
  }
}

interface ReadChanges {
  readonly changes: Awaited<ReturnType<Directory['changesSince']>>;
  readonly count: Count | undefined;
}

async function applyChanges(
  { directory, tracked, startedAt, signal }: KnowingContext,
  known: Omit<KnownCollection, 'objects' | 'reason'> & { readonly state: StoredState },
  objects: StoredCollection,
  { changes, count }: ReadChanges,
): Promise<KnownCollection> {
  if ('lost' in changes) return { ...known, objects: undefined, reason: sentence(changes.lost) };
  await objects.apply(changes);
  let read = changes;
  let counted = await count?.now;
  if (count && counted !== undefined && counted !== objects.count) {
    // Objects are created and deleted between two requests, and the count lags behind.
    counted = await count.again();
    const more = await directory.changesSince(tracked, read.position, [], signal);
    if ('lost' in more) return { ...known, objects: undefined, reason: sentence(more.lost) };
    await objects.apply(more);
    read = { ...more, changed: new Map([...read.changed, ...more.changed]) };
  }
  const result = { ...known, objects, position: read.position, changes: read.changed.size };
  const counts = count && { counted, known: objects.count };
  return { ...result, reason: reasonToList(tracked, known.state, startedAt, counts) };
}

function reasonToList(
  { collection }: TrackedSelection,
  { listedAt }: StoredState,
  startedAt: string,
  counts: { readonly counted: number | undefined; readonly known: number } | undefined,
): string | undefined {
  if (Date.parse(startedAt) - Date.parse(listedAt) >= longestWithoutListing)
    return 'The last full listing is about a week old.';
  if (!counts) return undefined;
  const { counted, known } = counts;
  const name = trackedNames[collection];
  if (counted === undefined) return `Graph did not return the number of ${name}.`;
  if (counted !== known)
    return `Graph counts ${formatNumber(counted)} ${name}, and the inventory has ${formatNumber(known)} after the changes.`;
  return undefined;
}

/** Graph reports changes late at times. A change that it has not reported until the next scan is missing. */
async function missedOf(
  { directory, tracked, signal }: KnowingContext,
  { suspects }: StoredState,
): Promise<readonly string[]> {
  if (!suspects) return [];
  const late = await directory.changesSince(tracked, suspects.since, [], signal);
  return 'lost' in late ? [] : suspects.ids.filter((id) => !late.reported.has(id));
}

/** A position before the last one by the overlap, else the oldest one; the last one if Graph may not know that one anymore. */
function startOfChanges(positions: readonly KnownPosition[], startedAt: string): string {
  const last = positions.at(-1);
  const before = Date.parse(last?.at ?? '') - overlap;
  const start = positions.findLast(({ at }) => Date.parse(at) <= before) ?? positions[0];
  const isKnown = start && Date.parse(startedAt) - Date.parse(start.at) < longestWithoutListing;
  return (isKnown ? start : last)?.path ?? '';
}

/** The positions to keep: the one from which the next scan reads, and those after it. */
export function positionsAfter(
  earlier: readonly KnownPosition[],
  path: string,
  startedAt: string,
): readonly KnownPosition[] {
  const before = Date.parse(startedAt) - overlap;
  const first = Math.max(
    0,
    earlier.findLastIndex(({ at }) => Date.parse(at) <= before),
  );
  const kept = earlier.slice(first);
  const [oldest] = kept;
  const rest = kept.slice(1).slice(-mostPositions);
  return [...(oldest ? [oldest] : []), ...rest, { path, at: startedAt }];
}

/** What the objects of a collection should be, for a comparison with a full listing; undefined if this is not known. */
export async function expectedOf({ objects }: KnownCollection): Promise<ExpectedObjects | undefined> {
  if (!objects) return undefined;
  const unreadable = new Set<string>();
  const expected = new ExpectedObjects(unreadable);
  for await (const page of objects.pages()) {
    for (const object of page.items) expected.add(object);
    for (const { facts } of page.unreadable) if (facts.id) unreadable.add(idKey(facts.id));
  }
  return expected;
}

function sentence(clause: string): string {
  return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;
}
