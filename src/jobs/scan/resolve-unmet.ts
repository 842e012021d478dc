import { exceedsResolutionLimit } from '../../model/finding/resolution-limit.js';
import type { Directory } from '../ports/index.js';
import type { FindingIndex, FindingIndexEntry } from './finding-index.js';
import type { Sighting } from './reconcile.js';
import type { ScanContext } from './scan-context.js';
import type { ScanRecord } from './scan-record.js';

/**
 * Resolves what a complete scan did not meet any more, but for the rules that could not tell. An object that the listing
 * did not show is looked up directly: only when it is really gone did the scan see its end.
 */
export async function resolveUnmet(
  { directory, rules, settings: { maxResolvedPercent } }: ScanContext,
  findingIndex: FindingIndex,
  record: ScanRecord,
  signal: AbortSignal,
): Promise<void> {
  const blind = new Set(record.scan.notExamined.map(({ ruleId }) => ruleId));
  const asked = new Set(rules.map(({ id }) => id).filter((id) => !blind.has(id)));
  const live = [...findingIndex.entries()].filter(({ status, ruleId }) => status !== 'resolved' && asked.has(ruleId));
  const unmet = live.filter(({ met, undetermined }) => !met && !undetermined);
  if (exceedsResolutionLimit(live.length, unmet.length, maxResolvedPercent)) {
    record.scan.heldBack = unmet.length;
    record.notExamined([], [resolutionLimitError(unmet.length, live.length, maxResolvedPercent)]);
    return;
  }
  const gone = await goneObjects(
    directory,
    unmet.filter(({ seen }) => !seen),
    signal,
  );
  await record.ended(
    unmet.filter(({ seen, objectId }) => seen || gone.has(objectId)).map((entry) => ending(entry, gone)),
  );
}

function ending({ id, objectId }: FindingIndexEntry, gone: ReadonlySet<string>): Sighting {
  const because = gone.has(objectId) ? 'object-gone' : 'complies';
  return { id, observation: { violated: false, because }, stored: true };
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

function resolutionLimitError(unmet: number, live: number, maxPercent: number) {
  return {
    code: 'brake-applied',
    message: `${unmet} of ${live} findings were not met any more, over MAX_RESOLVED_PERCENT (${maxPercent}); none was resolved. Look at a few of them: if they are really gone, scan once with a higher MAX_RESOLVED_PERCENT.`,
  };
}
