import { ConsentinelError } from '../../model/errors.js';
import type { Finding } from '../../model/finding/finding.js';
import {
  type Observation,
  type Transition,
  type TransitionContext,
  transition,
} from '../../model/finding/transition.js';
import type { FindingStore } from '../ports/index.js';

/** An observation of one finding. */
export interface Sighting {
  /** The id of the finding. */
  readonly id: string;
  readonly ruleId: string;
  readonly observation: Observation;
  /** False if the finding has no row yet: then the row is not read. */
  readonly stored: boolean;
}

export interface Reconciled {
  /** The number of findings that were created or changed. */
  written: number;
  transitions: Transition[];
  /** The ids of stored findings that could not be resolved, because storage did not return their rows. */
  missing: string[];
}

/** Completes the next states before they are stored. A state that is unchanged and has no events is not written. */
export type Enrich = (transitions: readonly Transition[]) => Promise<readonly Transition[]>;

/** The number of attempts for a finding that other writers change at the same time. */
const maxAttempts = 5;

/**
 * Computes the next state of each observed finding and writes the states that change. If another writer changed a
 * finding first, it is read again and its next state is computed again.
 * @throws ConsentinelError `storage-rejected` if a finding changes in every attempt
 */
export async function reconcile(
  store: FindingStore,
  tenantId: string,
  sightings: readonly Sighting[],
  context: TransitionContext,
  enrich: Enrich,
): Promise<Reconciled> {
  const done: Reconciled = { written: 0, transitions: [], missing: [] };
  let open = sightings;
  for (let attempt = 1; open.length > 0; attempt += 1) {
    if (attempt > maxAttempts) throw keepsChanging(open);
    const stored = open.filter((sighting) => sighting.stored);
    const previous = await store.knownFindings(tenantId, stored);
    const resolving = stored.filter(({ observation }) => !observation.violated);
    done.missing.push(...resolving.flatMap(({ id }) => (previous.has(id) ? [] : [id])));
    const next = await enrich(open.flatMap((sighting) => nextOf(sighting, previous.get(sighting.id)?.value, context)));
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

/** Returns an open finding that does not change too, without events: it may need a plan. */
function nextOf({ observation }: Sighting, previous: Finding | undefined, context: TransitionContext): Transition[] {
  const next = transition(previous, observation, context);
  if (next) return [next];
  return previous && observation.violated && previous.changedAt <= context.at
    ? [{ finding: previous, events: [] }]
    : [];
}

function keepsChanging(open: readonly Sighting[]): ConsentinelError {
  const ids = open.slice(0, 5).map(({ id }) => id);
  return new ConsentinelError(
    'storage-rejected',
    `Other writers changed ${open.length} findings repeatedly during the scan (${ids.join(', ')}).`,
    'Check which other program writes to the storage account, then scan again.',
  );
}
