import type { Directory } from '../ports/index.js';
import { isGraphError } from '../tenant/graph-error.js';
import { CollectionListing } from './collection-listing.js';
import type { ScanRecord } from './scan-record.js';

/** The two listings of a scan. */
export interface Listings {
  readonly applications: CollectionListing;
  readonly servicePrincipals: CollectionListing;
  /** The objects of both kinds in the tenant; undefined if Graph does not return both counts. */
  readonly total: number | undefined;
}

/** Requests the number of objects of both collections before they are listed. @throws ConsentinelError `aborted` */
export async function prepareListings(
  directory: Directory,
  record: ScanRecord,
  signal: AbortSignal,
): Promise<Listings> {
  const count = (of: 'applications' | 'servicePrincipals') =>
    directory.count(of, signal).catch((error: unknown) => {
      // The listing gets the same error, and reports it.
      if (isGraphError(error)) return undefined;
      throw error;
    });
  const [principals, applications] = await Promise.all([count('servicePrincipals'), count('applications')]);
  const listing = (of: 'applications' | 'servicePrincipals', count: number | undefined) =>
    new CollectionListing(of, directory, record, count);
  return {
    servicePrincipals: listing('servicePrincipals', principals),
    applications: listing('applications', applications),
    total: principals === undefined || applications === undefined ? undefined : principals + applications,
  };
}
