import type { Collection } from '../../../model/entra/collection.js';
import { explain } from '../../../model/errors.js';
import { quantity } from '../../../model/text/format.js';
import type { Directory, InventoryStore, TrackedSelection } from '../../ports/index.js';
import type { Selection } from '../../tenant/selection.js';
import { howToResume, readDeltaOff, resetDelta, switchDeltaOff } from './delta-off.js';
import {
  type DeltaListing,
  type DeltaScan,
  isStorageError,
  type KnownCollections,
  named,
  unlessStorageFails,
} from './delta-scan.js';
import { knowCollection, positionsAfter } from './known-collection.js';
import { countedOnce, listsFrom } from './listing-directory.js';
import { recordListings } from './record-listings.js';
import { openCollection, type StoredState } from './stored-collection.js';

/**
 * Decides where the scan lists the directory: with DELTA_SCANS from the inventory and the changes since the last scan, else
 * from Graph. Either way the scan judges all objects. A full listing is recorded for the next scans, and compared with what the
 * inventory and the changes say. A failure of storage or of a delta query causes a full listing.
 * @throws ConsentinelError `aborted`
 */
export async function prepareDelta(scan: DeltaScan, select: Selection): Promise<DeltaListing> {
  const { context, record } = scan;
  const { directory, inventory, settings } = context;
  const { tenantId } = record.scan;
  if (!settings.deltaScans) {
    if (inventory && scan.deltaWasOn) await unlessStorageFails(scan, () => resetDelta(inventory, tenantId));
    return listingOf(directory);
  }
  if (scan.checkpoint?.resumed) return listAll(scan, 'It continued an earlier run, which had no delta queries.');
  if (!inventory) return listAll(scan, 'DELTA_SCANS needs the setting INVENTORY_KEY.');
  try {
    const off = await readDeltaOff(inventory, tenantId);
    if (!off) return await decide(scan, select, inventory);
    return listAll(scan, `Delta queries are off, because they missed changes. ${howToResume}`);
  } catch (error) {
    if (!isStorageError(error)) throw error;
    return listAll(scan, explain(error));
  }
}

async function decide(scan: DeltaScan, select: Selection, inventory: InventoryStore): Promise<DeltaListing> {
  const { context, record, signal } = scan;
  const { startedAt } = record.scan;
  const count = (collection: Collection) => {
    const counted = context.directory.count(collection, signal);
    // The code that awaits it gets the error.
    counted.catch(() => undefined);
    return counted;
  };
  const counts = new Map([
    ['servicePrincipals' as const, count('servicePrincipals')],
    ['applications' as const, count('applications')],
  ]);
  const directory = countedOnce(context.directory, counts);
  const know = async (tracked: TrackedSelection) => {
    const log = await openCollection(inventory, record.scan.tenantId, tracked);
    const counted = counts.get(tracked.collection) ?? Promise.resolve(undefined);
    return knowCollection({ directory: context.directory, tracked, startedAt, signal }, log, counted);
  };
  const [servicePrincipals, applications] = await Promise.all([
    know({ collection: 'servicePrincipals', select: select.servicePrincipal }),
    know({ collection: 'applications', select: select.application }),
  ]);
  const known: KnownCollections = { servicePrincipals, applications };
  const missed = [...servicePrincipals.missed, ...applications.missed];
  if (missed.length > 0) return fallBack(scan, inventory, missed, directory);
  const reason = servicePrincipals.reason ?? applications.reason;
  if (reason !== undefined) return recordListings(scan, known, listAll(scan, reason, directory));
  return useInventory(scan, known, directory);
}

/** The listing from the inventory. The new positions are stored at once: the inventory does not depend on what the scan finds. */
async function useInventory(scan: DeltaScan, known: KnownCollections, directory: Directory): Promise<DeltaListing> {
  const { record } = scan;
  const changes = known.servicePrincipals.changes + known.applications.changes;
  record.scan.delta = { used: true, changes };
  await unlessStorageFails(scan, async () => {
    for (const { log, state, position } of Object.values(known)) {
      if (!state || position === undefined) continue;
      const { suspects: _, ...rest } = state;
      const positions = positionsAfter(state.positions, position, record.scan.startedAt);
      await log.commit({ ...rest, positions } satisfies StoredState);
    }
  });
  record.note(
    `The scan read the changes of ${quantity(changes, 'object')} from Graph, and judged all objects of its inventory.`,
  );
  const { servicePrincipals, applications } = known;
  const objects = { servicePrincipals: servicePrincipals.objects, applications: applications.objects };
  return { ...listingOf(listsFrom(directory, objects)), usesInventory: true };
}

/** Delta queries missed changes: this scan and the following ones list all objects. */
async function fallBack(
  scan: DeltaScan,
  inventory: InventoryStore,
  missed: readonly string[],
  directory: Directory,
): Promise<DeltaListing> {
  const { record } = scan;
  const { tenantId, startedAt } = record.scan;
  await switchDeltaOff(inventory, tenantId, { at: startedAt, missed: missed.length });
  record.scan.delta = { used: false, changes: 0, missed: missed.length };
  record.warn(
    `Delta queries of Microsoft Graph missed changes of ${quantity(missed.length, 'object')}: ${named(missed)}. From now on, every scan lists all objects. ${howToResume}`,
  );
  return listAll(scan, 'Delta queries missed changes.', directory);
}

/** The listing from Graph, with the reason in the scan's record. */
function listAll({ context, record }: DeltaScan, reason: string, directory = context.directory): DeltaListing {
  record.scan.delta = { changes: 0, ...record.scan.delta, used: false, reason };
  record.note(`The scan listed all objects. ${reason}`);
  return listingOf(directory);
}

function listingOf(directory: Directory): DeltaListing {
  return { directory, usesInventory: false, finish: async () => {} };
}
