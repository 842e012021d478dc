import pLimit from 'p-limit';
import { ConsentinelError } from '../../model/errors.js';
import type { Finding } from '../../model/finding/finding.js';
import {
  type Observation,
  type Transition,
  type TransitionContext,
  transition,
} from '../../model/finding/transition.js';
import type { FindingStore, Stored } from '../ports/index.js';

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

/** Adds to the next states before they are stored; a state that it returns as it was and without events is not written. */
export type Enrich = (transitions: readonly Transition[]) => Promise<readonly Transition[]>;

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
  moment: TransitionContext,
  enrich: Enrich = async (transitions) => transitions,
): Promise<Reconciled> {
  const done: Reconciled = { written: 0, transitions: [] };
  let open = sightings;
  for (let attempt = 1; open.length > 0; attempt += 1) {
    if (attempt > maxAttempts) throw keepsChanging(open);
    const previous = await readStored(store, tenantId, open);
    const next = await enrich(open.flatMap((sighting) => nextOf(sighting, previous.get(sighting.id)?.value, moment)));
    const changed = next.filter(
      ({ finding, events }) => events.length > 0 || finding !== previous.get(finding.id)?.value,
    );
    const { written, conflicts } = await store.commit(
      changed.map((change) => ({ ...change, etag: previous.get(change.finding.id)?.etag })),
    );
    done.written += written;
    const lost = new Set(conflicts);
    done.transitions.push(...changed.filter(({ finding }) => !lost.has(finding.id)));
    open = open.filter(({ id }) => lost.has(id)).map((sighting) => ({ ...sighting, stored: true }));
  }
  return done;
}

/** A violated finding that stays as it is still comes along, without events: it may lack a plan. */
function nextOf({ observation }: Sighting, previous: Finding | undefined, moment: TransitionContext): Transition[] {
  const next = transition(previous, observation, moment);
  if (next) return [next];
  return previous && observation.violated && previous.changedAt <= moment.at ? [{ finding: previous, events: [] }] : [];
}

/** Reads what is stored, a few at a time. */
async function readStored(
  store: FindingStore,
  tenantId: string,
  sightings: readonly Sighting[],
): Promise<Map<string, Stored<Finding>>> {
  const read = new Map<string, Stored<Finding>>();
  const ids = sightings.filter(({ stored }) => stored).map(({ id }) => id);
  const limit = pLimit(16);
  const found = limit.map(ids, (id) => store.finding(tenantId, id)).finally(() => limit.clearQueue());
  for (const stored of await found) if (stored) read.set(stored.value.id, stored);
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
