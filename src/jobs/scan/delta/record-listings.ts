import { explain } from '../../../model/errors.js';
import { quantity } from '../../../model/text/format.js';
import { isGraphError } from '../../tenant/graph-error.js';
import {
  type DeltaListing,
  type DeltaScan,
  isStorageError,
  type KnownCollections,
  named,
  noteNotStored,
} from './delta-scan.js';
import { expectedOf, type KnownCollection, positionsAfter } from './known-collection.js';
import { recordsTo } from './listing-directory.js';
import { ListingRecorder } from './listing-recorder.js';
import { trackedNames } from './stored-collection.js';

/** The suspects that are kept until the next scan: the head of a log is one row. */
const mostSuspects = 100;

/** A recorder, and from where the changes after its listing follow. */
export interface Recording {
  readonly known: KnownCollection;
  readonly recorder: ListingRecorder;
  readonly position: string;
}

/**
 * A full listing that is recorded for the next scans. The position for the changes is taken before the listing, so that no
 * change falls between. The listing is compared with what the inventory and the changes say.
 */
export async function recordListings(
  scan: DeltaScan,
  known: KnownCollections,
  listing: DeltaListing,
): Promise<DeltaListing> {
  const [servicePrincipals, applications] = await Promise.all([
    beginRecording(scan, known.servicePrincipals),
    beginRecording(scan, known.applications),
  ]);
  const recorders = { servicePrincipals: servicePrincipals?.recorder, applications: applications?.recorder };
  return {
    ...listing,
    directory: recordsTo(listing.directory, recorders),
    finish: async (listings) => {
      for (const [recording, { state, size }] of [
        [servicePrincipals, listings.servicePrincipals] as const,
        [applications, listings.applications] as const,
      ]) {
        // Objects that an earlier run of the scan listed are not recorded.
        const isRecorded = state === 'complete' && (recording?.recorder.objects ?? 0) >= size;
        if (recording) await storeRecording(scan, recording, isRecorded);
      }
    },
  };
}

/** @returns undefined if the listing cannot be recorded */
export async function beginRecording(scan: DeltaScan, known: KnownCollection): Promise<Recording | undefined> {
  const { context, record, signal } = scan;
  const { startedAt } = record.scan;
  const { log, tracked, state } = known;
  try {
    const position = known.position ?? (await context.directory.latestPosition(tracked, signal));
    const expected = await expectedOf(known);
    // After a loss, the earlier positions are of no use.
    const earlier = known.position === undefined ? [] : (state?.positions ?? []);
    const positions = positionsAfter(earlier, position, startedAt);
    const recorder = new ListingRecorder(log, { isComplete: true, listedAt: startedAt, positions }, expected);
    return { known, recorder, position };
  } catch (error) {
    if (!isGraphError(error) && !isStorageError(error)) throw error;
    noteNotStored(scan, error);
    return undefined;
  }
}

/**
 * Stores a complete listing, and reports the objects that differ from what was expected.
 * @param isComplete whether all objects were recorded; else nothing is stored
 */
export async function storeRecording(
  scan: DeltaScan,
  { known, recorder, position }: Recording,
  isComplete: boolean,
): Promise<void> {
  const { collection } = known.tracked;
  if (recorder.failure !== undefined) noteNotStored(scan, recorder.failure);
  if (recorder.failure !== undefined || !isComplete) return;
  const ids = await differingOf(scan, known, recorder, position);
  const suspects = ids.length > 0 ? { ids: ids.slice(0, mostSuspects), since: position } : undefined;
  const isStored = await recorder.store(suspects);
  if (recorder.failure !== undefined) noteNotStored(scan, recorder.failure);
  if (ids.length === 0) return;
  const { delta } = scan.record.scan;
  if (delta) delta.suspected = (delta.suspected ?? 0) + ids.length;
  scan.record.note(
    `The listing of ${trackedNames[collection]} differs from the inventory in ${quantity(ids.length, 'object')}: ${named(ids)}. The scan used the listing.${isStored ? ' The next scan checks whether Graph reports these changes late.' : ''}`,
  );
}

/** The objects that differ, without those that changed while they were listed. */
async function differingOf(
  { context, record, signal }: DeltaScan,
  { tracked }: KnownCollection,
  recorder: ListingRecorder,
  position: string,
): Promise<readonly string[]> {
  const ids = recorder.differing();
  if (ids.length === 0) return ids;
  try {
    const changes = await context.directory.changesSince(tracked, position, [], signal);
    return 'lost' in changes ? ids : ids.filter((id) => !changes.reported.has(id));
  } catch (error) {
    if (!isGraphError(error)) throw error;
    record.note(`The scan could not check which objects changed while it listed them. ${explain(error)}`);
    return ids;
  }
}
