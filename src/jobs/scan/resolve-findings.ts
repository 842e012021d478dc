import { exceedsResolutionLimit } from '../../model/finding/resolution-limit.js';
import type { Directory } from '../ports/index.js';
import type { FindingIndexEntry } from './finding-index.js';
import type { Listings } from './listings.js';
import type { Sighting } from './reconcile.js';
import type { ScanUnderWay } from './scan-context.js';
import type { ScanFindings } from './scan-findings.js';

/**
 * Resolves the findings whose objects the scan judged and found compliant, also in a scan that is otherwise incomplete.
 * An object that a complete listing did not show is looked up directly: its findings end only if the object is gone.
 * Where a listing lost objects, no finding on that collection is resolved.
 * @throws ConsentinelError if Graph or storage could not be reached
 */
export async function resolveFindings(
  { context, record, listings, deadline, signal }: ScanUnderWay,
  findings: ScanFindings,
): Promise<void> {
  const { directory } = context;
  const { maxResolvedPercent } = context.settings;
  const examined = new Set(findings.rules.map(({ id }) => id));
  const setAside = new Set(record.scan.undetermined.map(({ objectId }) => objectId));
  const live = [...findings.index.entries()].filter(
    ({ status, ruleId, objectId, ...entry }) =>
      status !== 'resolved' && examined.has(ruleId) && !setAside.has(objectId) && isDecided(entry, listings),
  );
  const missing = live.filter(({ found, undetermined }) => !found && !undetermined);
  if (exceedsResolutionLimit(live.length, missing.length, maxResolvedPercent)) {
    record.scan.heldBack = missing.length;
    record.notExamined([], [resolutionLimitError(missing.length, live.length, maxResolvedPercent)]);
    return;
  }
  await findings.ended(missing.filter(({ judged }) => judged).map((entry) => sightingOf(entry, 'complies')));
  const unread = missing.filter(({ judged }) => !judged);
  if (deadline.hasPassed || unread.length === 0) return;
  const gone = await goneObjects(directory, unread, signal);
  const ended = unread.filter(({ objectId }) => gone.has(objectId));
  await findings.ended(ended.map((entry) => sightingOf(entry, 'object-gone')));
}

/** Whether the scan can decide on a finding: it judged the object, or the object is missing from a complete listing. */
function isDecided(
  { on, found, judged, objectRead }: Pick<FindingIndexEntry, 'on' | 'found' | 'judged' | 'objectRead'>,
  listings: Listings,
): boolean {
  if (on === 'tenant') return found || judged;
  const { state } = listings[on === 'application' ? 'applications' : 'servicePrincipals'];
  if (state === 'short') return false;
  return found || judged || (state === 'complete' && !objectRead);
}

function sightingOf({ id, ruleId }: FindingIndexEntry, because: 'complies' | 'object-gone'): Sighting {
  return { id, ruleId, observation: { violated: false, because }, stored: true };
}

async function goneObjects(
  directory: Directory,
  entries: readonly FindingIndexEntry[],
  signal: AbortSignal,
): Promise<Set<string>> {
  const gone = new Set<string>();
  for (const [on, collection] of [
    ['application', 'applications'],
    ['servicePrincipal', 'servicePrincipals'],
  ] as const) {
    const ids = [...new Set(entries.filter((entry) => entry.on === on).map(({ objectId }) => objectId))];
    if (ids.length === 0) continue;
    const existing = await directory.existing(collection, ids, signal);
    for (const id of ids) if (!existing.has(id)) gone.add(id);
  }
  return gone;
}

function resolutionLimitError(missing: number, live: number, maxPercent: number) {
  return {
    code: 'brake-applied',
    message: `The safety limit MAX_RESOLVED_PERCENT (${maxPercent}) stopped the resolution of ${missing} of ${live} findings that the scan no longer found. Check some of them. If the problems are fixed, scan once with a higher MAX_RESOLVED_PERCENT.`,
  };
}
