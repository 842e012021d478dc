import type { Directory } from '../ports/index.js';
import { isGraphError } from '../tenant/graph-error.js';
import type { Selection } from '../tenant/selection.js';
import { CollectionListing } from './collection-listing.js';
import type { ScanRecord } from './scan-record.js';

/** The two listings of a scan. */
export interface Listings {
  readonly applications: CollectionListing;
  readonly servicePrincipals: CollectionListing;
  /** The objects of both kinds in the tenant; undefined if Graph does not return both counts. */
  readonly total: number | undefined;
  /** What the listings request of each object. */
  readonly selection: Selection;
  /** Ends the listings that were not read to their end. */
  stop(): void;
}

/**
 * Requests the number of objects of both collections, then the first pages of both. The pages wait until the scan needs
 * them, so that the listings do not wait for the policies of the tenant.
 * @throws ConsentinelError `aborted`
 */
export async function beginListings(
  directory: Directory,
  selection: Selection,
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
  const stop = new AbortController();
  const reading = AbortSignal.any([signal, stop.signal]);
  const listings = {
    servicePrincipals: listing('servicePrincipals', principals),
    applications: listing('applications', applications),
    total: principals === undefined || applications === undefined ? undefined : principals + applications,
    selection,
    stop: () => stop.abort(),
  };
  listings.servicePrincipals.begin((seen, expected) =>
    directory.servicePrincipals(selection.servicePrincipal, reading, seen, expected),
  );
  listings.applications.begin((seen, expected) =>
    directory.applications(selection.application, reading, seen, expected),
  );
  return listings;
}
