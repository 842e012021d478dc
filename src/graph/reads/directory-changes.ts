import { z } from 'zod';
import type { DirectoryChanges } from '../../jobs/ports/index.js';
import { type ChangedObject, changedObjects } from '../../model/sentinel/followed-activities.js';
import { malformed } from '../http/errors.js';
import { pagesOf } from '../http/pages.js';
import type { ReadContext } from '../http/read.js';
import { activityOf } from './audit-entries.js';

/** Source: Graph, list directoryAudits: at most 1,000 entries on a page. */
const pageSize = 1_000;

/**
 * The pages that one run reads at most, 10,000 entries. Graph allows an app 5 requests in 10 seconds to the reports of a
 * tenant, so that all pages take about 20 seconds.
 * Source: Graph, service-specific throttling limits, "Identity and access reports".
 */
export const maxChangePages = 10;

const text = z.string().nullish();
/** Names and addresses of the entry are dropped here. */
const entry = z.object({
  id: z.string().min(1),
  activityDisplayName: text,
  targetResources: z.array(z.object({ id: text, type: text })).nullish(),
});
const page = z.array(entry);

/**
 * Reads the entries of the directory in the audit log since a time, the newest first, within a bound of pages.
 * Source: Graph, directoryAudit: `$filter` on activityDateTime (`ge`) and loggedByService (`eq`). It documents none on
 * category, and several activities in one filter are not documented either, so that this reads all of the directory.
 * @param since ISO 8601 UTC
 */
export async function directoryChanges(
  { graph, send, signal }: Pick<ReadContext, 'graph' | 'send' | 'signal'>,
  since: string,
): Promise<DirectoryChanges> {
  const filter = `activityDateTime ge ${since} and loggedByService eq 'Core Directory'`;
  const path = `/auditLogs/directoryAudits?$filter=${encodeURIComponent(filter)}&$top=${pageSize}`;
  const objects = new Map<string, ChangedObject>();
  const seen = new Set<string>();
  let pages = 0;
  for await (const { items, call, isLast } of pagesOf({ graph, send, path, signal })) {
    const parsed = page.safeParse(items);
    if (!parsed.success) throw malformed(call, 'an audit entry that is not as documented');
    for (const { id, activityDisplayName, targetResources } of parsed.data) {
      seen.add(id);
      const targets = (targetResources ?? []).map((target) => ({ type: target.type ?? '', id: target.id ?? '' }));
      for (const object of changedObjects({ activity: activityOf(activityDisplayName ?? ''), targets }))
        objects.set(`${object.collection}/${object.id}`, object);
    }
    if (++pages >= maxChangePages && !isLast)
      return { objects: [...objects.values()], entries: seen.size, isWhole: false };
  }
  return { objects: [...objects.values()], entries: seen.size, isWhole: true };
}
