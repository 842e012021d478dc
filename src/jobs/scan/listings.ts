import type { Collection } from '../../model/entra/collection.js';
import type { KeyReadingLimits } from '../../model/scan/key-reading.js';
import type { Directory } from '../ports/index.js';
import { isGraphError } from '../tenant/graph-error.js';
import type { Selection } from '../tenant/selection.js';
import type { ScanCheckpoint } from './checkpoint/scan-checkpoint.js';
import { CollectionListing } from './collection-listing.js';
import { keySourceOf } from './keys/key-source.js';
import type { ScanRecord } from './scan-record.js';

/** The two listings of a scan. */
export interface Listings {
  readonly applications: CollectionListing;
  readonly servicePrincipals: CollectionListing;
  /** The objects of both kinds in the tenant; undefined if Graph does not return both counts. */
  readonly total: number | undefined;
  /** What the listings return of each object. */
  readonly selection: Selection;
  /** Where further listings of the scan read, so that they return the same. */
  readonly directory: Directory;
  /** Whether the key credentials come from an index that lags. */
  readonly keysAreIndexed: boolean;
  /** Ends the listings that were not read to their end. */
  stop(): void;
}

/** What `beginListings` needs besides the directory. */
interface Preparation {
  readonly record: ScanRecord;
  readonly signal: AbortSignal;
  readonly selection: Selection;
  readonly checkpoint?: ScanCheckpoint | undefined;
  /** Whether no scan before this one stored anything. A checkpoint keeps it. */
  readonly isFirst: Promise<boolean>;
  /** Whether the key credentials may come from an index that lags. */
  readonly mayUseKeyIndex: boolean;
  readonly keyReading: KeyReadingLimits | undefined;
}

/**
 * Requests the number of objects of both collections, then the first pages of both. The pages wait until the scan needs
 * them, so that the listings do not wait for the policies of the tenant. A scan that continues has the
 * counts and the objects of its earlier runs already, and reads key credentials as they did.
 * @throws ConsentinelError `aborted`
 */
export async function beginListings(
  listed: Directory,
  { record, signal, selection, checkpoint, isFirst, mayUseKeyIndex, keyReading: limits }: Preparation,
): Promise<Listings> {
  const count = (of: Collection) =>
    listed.count(of, signal).catch((error: unknown) => {
      // The listing gets the same error, and reports it.
      if (isGraphError(error)) return undefined;
      throw error;
    });
  const counts = checkpoint?.resumed?.counts ?? (await countBoth(count));
  const { servicePrincipals: principals, applications } = counts;
  const { startedAt } = record.scan;
  // All findings of a first scan are new, and each would be read directly.
  const mayUseIndex = async () => mayUseKeyIndex && !checkpoint?.resumed && !(await isFirst);
  const continues = checkpoint?.resumed?.keysAreIndexed === true;
  const question = { record, signal, selection, counts, mayUseIndex, limits, continues };
  const { directory, isIndexed: keysAreIndexed } = await keySourceOf(listed, question);
  const state = { startedAt, isFirst: await isFirst, counts, keysAreIndexed };
  const stored = checkpoint && (await checkpoint.listings(selection, state));
  const listing = (of: Collection, count: number | undefined) =>
    new CollectionListing(of, directory, record, count, stored?.[of]);
  const stop = new AbortController();
  const reading = AbortSignal.any([signal, stop.signal]);
  const listings = {
    servicePrincipals: listing('servicePrincipals', principals),
    applications: listing('applications', applications),
    total: principals === undefined || applications === undefined ? undefined : principals + applications,
    selection,
    directory,
    keysAreIndexed,
    stop: () => stop.abort(),
  };
  listings.servicePrincipals.begin((seen, expected, from) =>
    directory.servicePrincipals(selection.servicePrincipal, reading, seen, expected, from),
  );
  listings.applications.begin((seen, expected, from) =>
    directory.applications(selection.application, reading, seen, expected, from),
  );
  return listings;
}

async function countBoth(count: (of: Collection) => Promise<number | undefined>) {
  const [servicePrincipals, applications] = await Promise.all([count('servicePrincipals'), count('applications')]);
  return { servicePrincipals, applications };
}
