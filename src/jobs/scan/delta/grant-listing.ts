import { grantIndexOf } from '../../../model/tenant/grant-reading.js';
import { formatNumber } from '../../../model/text/format.js';
import { IdTable } from '../../../scale/id-table.js';
import type { Directory, GrantsPage, ListedGrant, TrackedSelection } from '../../ports/index.js';
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
  return { ...listing, directory: withGrantPages(listing.directory, () => pagesOf(objects)) };
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
  const pages: Directory['grantPages'] = async function* (signal, from) {
    for await (const page of listing.directory.grantPages(signal, from, true)) {
      if (seen.size <= mostGrants) {
        // The position was taken before the listing: a change between two copies of a grant is among the next changes.
        const items = (page.grants as readonly ListedGrant[]).filter(({ id }) => seen.admit(id));
        await recorder.add({ items, unreadable: [], repeated: [], size: items.length });
      }
      yield page;
    }
    isRead = from === undefined;
  };
  return {
    ...listing,
    directory: withGrantPages(listing.directory, pages),
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

/**
 * The directory, whose grants are those of a listing that is not decided yet. All other parts are read at once.
 * @param listing may reject: who reads the grants gets the error
 */
export function withGrantsOf(directory: Directory, listing: Promise<DeltaListing>): Directory {
  return withGrantPages(directory, async function* (signal, from) {
    yield* (await listing).directory.grantPages(signal, from);
  });
}

/** The directory, whose grants come from other pages. */
function withGrantPages(directory: Directory, pages: Directory['grantPages']): Directory {
  const tenantPart = (...[part, signal, foreseen]: Parameters<Directory['tenantPart']>) =>
    part === 'grants' ? grantIndexOf(pages(signal)) : directory.tenantPart(part, signal, foreseen);
  return { ...directory, grantPages: pages, tenantPart: tenantPart as Directory['tenantPart'] };
}

/** A scan that takes the grants from the inventory has no checkpoints, so no position is used. */
async function* pagesOf(objects: StoredCollection): AsyncGenerator<GrantsPage, void, undefined> {
  const position = { byType: false, next: [], pages: 0, types: [] };
  for await (const { items } of objects.pages()) yield { grants: items as readonly ListedGrant[], position };
}
