import type { Collection } from '../../../model/entra/collection.js';
import { explain } from '../../../model/errors.js';
import { quantity } from '../../../model/text/format.js';
import type { Directory, InventoryLog, InventoryStore, TrackedObjects, TrackedSelection } from '../../ports/index.js';
import type { Selection } from '../../tenant/selection.js';
import { type DeltaOff, howToResume, readDeltaOff, resetDelta, switchDeltaOff } from './delta-off.js';
import {
  type DeltaListing,
  type DeltaScan,
  isStorageError,
  type KnownCollections,
  named,
  storePositions,
  unlessStorageFails,
} from './delta-scan.js';
import { ForeseenLookups } from './foreseen-lookups.js';
import { recordsGrants, trackedGrants, usesGrants } from './grant-listing.js';
import { knowCollection } from './known-collection.js';
import { countedOnce, listsFrom } from './listing-directory.js';
import { recordListings } from './record-listings.js';
import { openCollection, openLookups } from './stored-collection.js';

/** What a scan reads of the directory, for delta queries. */
export interface DeltaSelection {
  readonly objects: Selection;
  /** Whether a rule reads the grants. */
  readonly grants: boolean;
}

/** The inventory of a tenant after its first reads. */
type OpenedDelta = { readonly logs: OpenedLogs } | { readonly reason: string } | 'off';

interface OpenedLogs {
  readonly inventory: InventoryStore;
  readonly servicePrincipals: InventoryLog;
  readonly applications: InventoryLog;
  readonly grants: InventoryLog | undefined;
  readonly grantsOff: DeltaOff | undefined;
  readonly lookups: ForeseenLookups;
}

/**
 * Opens what is stored for delta queries. What the scan requests from Graph when this resolves comes in the same batch as the
 * delta queries of `prepareDelta`. A failure of storage causes a full listing.
 */
export async function openDelta({ context, record, checkpoint }: DeltaScan, select: DeltaSelection) {
  const { inventory, settings } = context;
  const { tenantId } = record.scan;
  if (!settings.deltaScans) return 'off' satisfies OpenedDelta;
  if (checkpoint?.resumed) return { reason: 'It continued an earlier run, which had no delta queries.' };
  if (!inventory) return { reason: 'DELTA_SCANS needs the setting INVENTORY_KEY.' };
  try {
    const open = (tracked: TrackedSelection) => openCollection(inventory, tenantId, tracked);
    const [off, grantsOff, servicePrincipals, applications, grants, lookups] = await Promise.all([
      readDeltaOff(inventory, tenantId),
      readDeltaOff(inventory, tenantId, 'grants'),
      open({ collection: 'servicePrincipals', select: select.objects.servicePrincipal }),
      open({ collection: 'applications', select: select.objects.application }),
      select.grants ? open(trackedGrants) : undefined,
      openLookups(inventory, tenantId),
    ]);
    if (off) return { reason: `Delta queries are off, because they missed changes. ${howToResume}` };
    const opened = { servicePrincipals, applications, grants, grantsOff };
    return { logs: { inventory, ...opened, lookups: new ForeseenLookups(lookups) } } satisfies OpenedDelta;
  } catch (error) {
    if (!isStorageError(error)) throw error;
    return { reason: explain(error) };
  }
}

/**
 * Decides where the scan lists the directory: with DELTA_SCANS from the inventory and the changes since the last scan, else
 * from Graph. Either way the scan judges all objects. A full listing is recorded for the next scans, and compared with what the
 * inventory and the changes say. A failure of storage or of a delta query causes a full listing.
 * @throws ConsentinelError `aborted`
 */
export async function prepareDelta(
  scan: DeltaScan,
  select: DeltaSelection,
  opened: OpenedDelta,
): Promise<DeltaListing> {
  const { context, record, deltaWasOn } = scan;
  const { directory, inventory } = context;
  if (opened === 'off') {
    if (inventory && deltaWasOn) await unlessStorageFails(scan, () => resetDelta(inventory, record.scan.tenantId));
    return listingOf(directory);
  }
  if ('reason' in opened) return listAll(scan, opened.reason);
  try {
    return await decide(scan, select.objects, opened.logs);
  } catch (error) {
    if (!isStorageError(error)) throw error;
    return listAll(scan, explain(error));
  }
}

/** The directory, whose parts of the tenant are read with what the last scan knew. */
export function withForeseenParts(directory: Directory, opened: OpenedDelta): Directory {
  return typeof opened === 'object' && 'logs' in opened ? opened.logs.lookups.tenant.over(directory) : directory;
}

async function decide(scan: DeltaScan, select: Selection, logs: OpenedLogs): Promise<DeltaListing> {
  const { context, record, signal } = scan;
  const { startedAt } = record.scan;
  const mayUseInventory = logs.servicePrincipals.committed !== undefined && logs.applications.committed !== undefined;
  if (mayUseInventory) logs.lookups.begin(context.directory, signal);
  const count = (collection: Collection) => {
    const counted = context.directory.count(collection, signal, mayUseInventory);
    // The code that awaits it gets the error.
    counted.catch(() => undefined);
    return counted;
  };
  const counts = new Map([
    ['servicePrincipals' as const, count('servicePrincipals')],
    ['applications' as const, count('applications')],
  ]);
  const directory = countedOnce(context.directory, counts);
  const knowing = { directory: context.directory, startedAt, signal };
  const know = (tracked: TrackedObjects) => {
    const { collection } = tracked;
    const now = counts.get(collection) ?? Promise.resolve(undefined);
    const again = () => context.directory.count(collection, signal);
    return knowCollection({ ...knowing, tracked }, logs[collection], { now, again });
  };
  const [servicePrincipals, applications, grants] = await Promise.all([
    know({ collection: 'servicePrincipals', select: select.servicePrincipal }),
    know({ collection: 'applications', select: select.application }),
    logs.grants && !logs.grantsOff
      ? knowCollection({ ...knowing, tracked: trackedGrants }, logs.grants, undefined)
      : undefined,
  ]);
  if (logs.grants && logs.grantsOff)
    record.note(
      `The scan read all permission grants: delta queries are off for them, because they missed changes. ${howToResume}`,
    );
  const known: KnownCollections = { servicePrincipals, applications, grants };
  const missed = [...servicePrincipals.missed, ...applications.missed];
  if (missed.length > 0) return fallBack(scan, logs.inventory, missed, directory);
  const reason = servicePrincipals.reason ?? applications.reason;
  const listing =
    reason === undefined
      ? await useInventory(scan, known, directory)
      : await recordListings(scan, known, listAll(scan, reason, directory));
  if (!listing.usesInventory) logs.lookups.drop();
  return withLookups(scan, logs.lookups, await withGrants(scan, logs.inventory, listing, grants));
}

/** The listing that notes the lookups of the scan for the next one. */
function withLookups(scan: DeltaScan, lookups: ForeseenLookups, listing: DeltaListing): DeltaListing {
  return {
    ...listing,
    lookups,
    finish: async (listings) => {
      await listing.finish(listings);
      await unlessStorageFails(scan, () => lookups.store());
    },
  };
}

/** The listing from the inventory. The new positions are stored at once: the inventory does not depend on what the scan finds. */
async function useInventory(scan: DeltaScan, known: KnownCollections, directory: Directory): Promise<DeltaListing> {
  const { record } = scan;
  const { servicePrincipals, applications } = known;
  const changes = servicePrincipals.changes + applications.changes;
  record.scan.delta = { used: true, changes };
  await storePositions(scan, [servicePrincipals, applications]);
  record.note(
    `The scan read the changes of ${quantity(changes, 'object')} from Graph, and judged all objects of its inventory.`,
  );
  const objects = { servicePrincipals: servicePrincipals.objects, applications: applications.objects };
  return { ...listingOf(listsFrom(directory, objects)), usesInventory: true };
}

/** The listing with the grants of the inventory, or with those that Graph lists now. A full listing lists them, too. */
async function withGrants(
  scan: DeltaScan,
  inventory: InventoryStore,
  listing: DeltaListing,
  grants: KnownCollections['grants'],
): Promise<DeltaListing> {
  if (!grants) return listing;
  const { record } = scan;
  if (grants.missed.length > 0) {
    const { tenantId, startedAt } = record.scan;
    await switchDeltaOff(inventory, tenantId, { at: startedAt, missed: grants.missed.length }, 'grants');
    if (record.scan.delta) record.scan.delta.missed = grants.missed.length;
    record.warn(
      `Delta queries of Microsoft Graph missed changes of ${quantity(grants.missed.length, 'permission grant')}: ${named(grants.missed)}. From now on, every scan reads all permission grants. ${howToResume}`,
    );
    return listing;
  }
  if (listing.usesInventory && grants.reason === undefined) return usesGrants(scan, grants, listing);
  if (listing.usesInventory && grants.reason !== undefined) {
    if (record.scan.delta) record.scan.delta.grantsReason = grants.reason;
    record.note(`The scan read all permission grants. ${grants.reason}`);
  }
  return recordsGrants(scan, grants, listing);
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
