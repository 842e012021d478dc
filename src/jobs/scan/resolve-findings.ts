import { exceedsResolutionLimit } from '../../model/finding/resolution-limit.js';
import type { Directory } from '../ports/index.js';
import type { FindingIndexEntry } from './finding-index.js';
import type { Sighting } from './reconcile.js';
import type { ScanUnderWay } from './scan-context.js';
import type { ScanFindings } from './scan-findings.js';

/**
 * Resolves the findings that a complete scan did not find again, except those that the rules leave undetermined. An
 * object that the listing did not show is looked up directly: its findings end only if the object is gone.
 * @throws ConsentinelError if Graph or storage could not be reached
 */
export async function resolveFindings(
  { context, record, signal }: ScanUnderWay,
  findings: ScanFindings,
): Promise<void> {
  const { directory, rules } = context;
  const { maxResolvedPercent } = context.settings;
  const notExamined = new Set(record.scan.notExamined.map(({ ruleId }) => ruleId));
  const examined = new Set(rules.map(({ id }) => id).filter((id) => !notExamined.has(id)));
  const live = [...findings.index.entries()].filter(
    ({ status, ruleId }) => status !== 'resolved' && examined.has(ruleId),
  );
  const missing = live.filter(({ found, undetermined }) => !found && !undetermined);
  if (exceedsResolutionLimit(live.length, missing.length, maxResolvedPercent)) {
    record.scan.heldBack = missing.length;
    record.notExamined([], [resolutionLimitError(missing.length, live.length, maxResolvedPercent)]);
    return;
  }
  const unread = missing.filter(({ objectRead }) => !objectRead);
  const gone = await goneObjects(directory, unread, signal);
  const ended = missing.filter(({ objectRead, objectId }) => objectRead || gone.has(objectId));
  await findings.ended(ended.map((entry) => endOf(entry, gone)));
}

function endOf({ id, ruleId, objectId }: FindingIndexEntry, gone: ReadonlySet<string>): Sighting {
  const because = gone.has(objectId) ? 'object-gone' : 'complies';
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
    message: `${missing} of ${live} findings were not met any more, over MAX_RESOLVED_PERCENT (${maxPercent}); none was resolved. Look at a few of them: if they are really gone, scan once with a higher MAX_RESOLVED_PERCENT.`,
  };
}
