import { codeOf, explain } from '../../model/errors.js';
import { withoutLog } from '../../model/sentinel/plan-run.js';
import { formatNumber } from '../../model/text/format.js';
import type { DirectoryChanges } from '../ports/index.js';
import { isGraphError } from '../tenant/graph-error.js';
import type { SentinelWork } from './sentinel-work.js';

/** More changed objects cost more requests than the listing. */
const mostObjects = 500;

/** What the audit log shows. */
export interface FollowedLog {
  /** The appIds of the apps that it names. */
  readonly appIds: ReadonlySet<string>;
  /** Whether the log has shown every change, so that the next run continues from here. */
  readonly isWhole: boolean;
}

/**
 * Reads the changes since a time, and the appIds of the objects that they name. If the log cannot be read, or has more
 * than a run reads, it says so: the caller lists the objects with keys instead.
 * @param since ISO 8601 UTC
 * @throws ConsentinelError if an object that the log names could not be read
 */
export async function followAuditLog(work: SentinelWork, since: string): Promise<FollowedLog> {
  const { context, record, signal } = work;
  const changes = await changesSince(work, since);
  if (!changes) return { appIds: new Set(), isWhole: false };
  const { objects, entries, isWhole } = changes;
  if (record.scan.sentinel) record.scan.sentinel.audit = { since, entries, objects: objects.length };
  const some = objects.slice(0, mostObjects);
  const appIds = new Set((await context.directory.appIdsOf(some, signal)).values());
  const missed = [
    ...(isWhole ? [] : [`The audit log has more than ${formatNumber(entries)} entries since ${since}`]),
    ...(some.length < objects.length
      ? [`The audit log names ${formatNumber(objects.length)} changed objects since ${since}`]
      : []),
  ];
  for (const what of missed)
    record.note(
      `${what}, more than one run examines. This run lists the objects with keys instead. The next scan examines the rest.`,
    );
  return { appIds, isWhole: missed.length === 0 };
}

/** @returns undefined if the log could not be read */
async function changesSince(
  { context, record, signal }: SentinelWork,
  since: string,
): Promise<DirectoryChanges | undefined> {
  try {
    return await context.directory.directoryChanges(since, signal);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'permission-missing' || code === 'graph-unlicensed') record.note(withoutLog);
    else if (isGraphError(error)) record.notExamined([], [{ code, message: explain(error) }]);
    else throw error;
    return undefined;
  }
}
