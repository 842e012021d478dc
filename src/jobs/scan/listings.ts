import type { Directory } from '../ports/index.js';
import { isGraphError } from '../tenant/graph-error.js';
import type { Selection } from '../tenant/selection.js';
import type { ScanCheckpoint } from './checkpoint/scan-checkpoint.js';
import { CollectionListing } from './collection-listing.js';
import type { ScanRecord } from './scan-record.js';

/** The two listings of a scan. */
export interface Listings {
  readonly applications: CollectionListing;
  readonly servicePrincipals: CollectionListing;
  /** The objects of both kinds in the tenant; undefined if Graph does not return both counts. */
  readonly total: number | undefined;
}

/** What `prepareListings` needs besides the directory. */
interface Preparation {
  readonly record: ScanRecord;
  readonly signal: AbortSignal;
  readonly select: Selection;
  readonly checkpoint?: ScanCheckpoint | undefined;
}

/**
 * Requests the number of objects of both collections before they are listed. A scan that continues has both already, and
 * the objects of its earlier runs.
 * @throws ConsentinelError `aborted`
 */
export async function prepareListings(
  directory: Directory,
  { record, signal, select, checkpoint }: Preparation,
): Promise<Listings> {
  const count = (of: 'applications' | 'servicePrincipals') =>
    directory.count(of, signal).catch((error: unknown) => {
      // The listing gets the same error, and reports it.
      if (isGraphError(error)) return undefined;
      throw error;
    });
  const counts = checkpoint?.resumed?.counts ?? (await countBoth(count));
  const { servicePrincipals: principals, applications } = counts;
  const { startedAt } = record.scan;
  const stored = await checkpoint?.listings(select, { startedAt, isFirst: record.isFirst, counts });
  const listing = (of: 'applications' | 'servicePrincipals', count: number | undefined) =>
    new CollectionListing(of, directory, record, count, stored?.[of]);
  return {
    servicePrincipals: listing('servicePrincipals', principals),
    applications: listing('applications', applications),
    total: principals === undefined || applications === undefined ? undefined : principals + applications,
  };
}

async function countBoth(count: (of: 'applications' | 'servicePrincipals') => Promise<number | undefined>) {
  const [servicePrincipals, applications] = await Promise.all([count('servicePrincipals'), count('applications')]);
  return { servicePrincipals, applications };
}
