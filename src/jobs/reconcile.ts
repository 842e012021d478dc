import { ConsentinelError } from '../model/errors.js';
import type { Finding } from '../model/finding.js';
import { type Moment, type Observation, type Transition, transition } from '../model/transition.js';
import type { FindingChange, FindingStore, Stored } from './ports.js';

/** An observation of one finding, by id. */
export interface Sighting {
  readonly id: string;
  readonly observation: Observation;
  /** False where the finding is known to have no row: that saves the read. */
  readonly stored: boolean;
}

export interface Reconciled {
  /** Findings created or changed. */
  written: number;
  transitions: Transition[];
}

/** How often one finding is read again because somebody else changed it meanwhile. */
const maxAttempts = 5;

/**
 * Turns sightings into the next states of their findings and writes those that change. Where somebody else changed a
 * finding meanwhile, it is read again and the transition made anew.
 * @throws ConsentinelError `storage-rejected` where a finding keeps changing under our hands
 */
export async function reconcile(
  store: FindingStore,
  tenantId: string,
  sightings: readonly Sighting[],
  moment: Moment,
): Promise<Reconciled> {
  const done: Reconciled = { written: 0, transitions: [] };
  let open = sightings;
  for (let attempt = 1; open.length > 0; attempt += 1) {
    if (attempt > maxAttempts) throw keepsChanging(open);
    const planned = await plan(store, tenantId, open, moment);
    const { written, conflicts } = await store.commit(planned.map(({ change }) => change));
    done.written += written;
    const lost = new Set(conflicts);
    done.transitions.push(...planned.filter(({ change }) => !lost.has(change.finding.id)).map(({ next }) => next));
    open = open.filter(({ id }) => lost.has(id)).map((sighting) => ({ ...sighting, stored: true }));
  }
  return done;
}

async function plan(store: FindingStore, tenantId: string, sightings: readonly Sighting[], moment: Moment) {
  const planned: { change: FindingChange; next: Transition }[] = [];
  for (const { sighting, previous } of await withPrevious(store, tenantId, sightings)) {
    const next = transition(previous?.value, sighting.observation, moment);
    if (next) planned.push({ next, change: { ...next, etag: previous?.etag } });
  }
  return planned;
}

/** Reads what is stored, a few at a time. */
async function withPrevious(store: FindingStore, tenantId: string, sightings: readonly Sighting[]) {
  const read: { sighting: Sighting; previous: Stored<Finding> | undefined }[] = [];
  for (let at = 0; at < sightings.length; at += 16) {
    const slice = sightings.slice(at, at + 16);
    const found = await Promise.all(slice.map(({ id, stored }) => (stored ? store.finding(tenantId, id) : undefined)));
    read.push(...slice.map((sighting, index) => ({ sighting, previous: found[index] })));
  }
  return read;
}

function keepsChanging(open: readonly Sighting[]): ConsentinelError {
  const ids = open.slice(0, 5).map(({ id }) => id);
  return new ConsentinelError(
    'storage-rejected',
    `${open.length} findings kept changing while they were written (${ids.join(', ')}).`,
    'See who else writes to the storage account, then scan again.',
  );
}
