import { GrantIndex } from '../../../model/tenant/grants.js';
import { formatNumber } from '../../../model/text/format.js';
import { IdTable } from '../../../scale/id-table.js';
import type { Directory, ListedGrant, TrackedSelection } from '../../ports/index.js';
import { type DeltaListing, type DeltaScan, storePositions } from './delta-scan.js';
import type { KnownCollection } from './known-collection.js';
import { beginRecording, storeRecording } from './record-listings.js';
import type { StoredCollection } from './stored-collection.js';

/** The grants of delegated permissions, as rules read them. Source: Graph, oauth2permissiongrant: delta. */
export const trackedGrants: TrackedSelection = {
  collection: 'oauth2PermissionGrants',
  select: ['id', 'clientId', 'resourceId', 'consentType', 'scope'],
};

/** With more grants, the table of their ids takes too much memory: every scan reads them all. */
const mostGrants = 400_000;

/** The listing, with the grants of the inventory. */
export async function usesGrants(
  scan: DeltaScan,
  grants: KnownCollection,
  listing: DeltaListing,
): Promise<DeltaListing> {
  const { objects } = grants;
  if (!objects) return listing;
  await storePositions(scan, [grants]);
  return { ...listing, directory: withGrantReader(listing.directory, () => indexOf(objects)) };
}

/** The listing, with the grants that Graph lists: they are recorded for the next scans, and compared with the inventory. */
export async function recordsGrants(
  scan: DeltaScan,
  grants: KnownCollection,
  listing: DeltaListing,
): Promise<DeltaListing> {
  const recording = await beginRecording(scan, grants);
  if (!recording) return listing;
  const { recorder } = recording;
  const seen = new IdTable();
  let isRead = false;
  const onPage = async (page: readonly ListedGrant[]) => {
    if (seen.size > mostGrants) return;
    // The position was taken before the listing: a change between two copies of a grant is among the next changes.
    const items = page.filter(({ id }) => seen.admit(id));
    await recorder.add({ items, unreadable: [], repeated: [], size: items.length });
  };
  const read = async (signal: AbortSignal | undefined) => {
    const index = await listing.directory.listGrants(onPage, signal);
    isRead = true;
    return index;
  };
  return {
    ...listing,
    directory: withGrantReader(listing.directory, read),
    finish: async (listings) => {
      await listing.finish(listings);
      const isTooLong = seen.size > mostGrants;
      if (isTooLong)
        scan.record.note(
          `The tenant has more than ${formatNumber(mostGrants)} permission grants, so every scan reads all of them.`,
        );
      await storeRecording(scan, recording, isRead && !isTooLong);
    },
  };
}

/** The directory, whose grants come from a reader. */
function withGrantReader(
  directory: Directory,
  read: (signal: AbortSignal | undefined) => ReturnType<Directory['listGrants']>,
): Directory {
  const tenantPart = (part: Parameters<Directory['tenantPart']>[0], signal?: AbortSignal) =>
    part === 'grants' ? read(signal) : directory.tenantPart(part, signal);
  return { ...directory, tenantPart: tenantPart as Directory['tenantPart'] };
}

/**
 * The directory, whose grants are those of a listing that is not decided yet. All other parts are read at once.
 * @param listing may reject: whoever reads the grants gets the error
 */
export function withGrantsOf(directory: Directory, listing: Promise<DeltaListing>): Directory {
  return withGrantReader(directory, async (signal) => (await listing).directory.tenantPart('grants', signal));
}

async function indexOf(objects: StoredCollection): Promise<GrantIndex> {
  const index = new GrantIndex();
  for await (const { items } of objects.pages()) for (const grant of items as readonly ListedGrant[]) index.add(grant);
  return index;
}
