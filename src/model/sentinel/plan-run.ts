import { toleratedSkew } from '../clock/clock-skew.js';
import { auditLogPermission } from '../rule/permissions.js';

/** What earlier runs of the sentinel have read, ISO 8601 UTC. */
export interface SentinelState {
  /** Until when the audit log was followed. */
  readonly position?: string;
  /** When the objects with keys were last listed completely. */
  readonly listedAt?: string;
}

/** What a run reads. */
export interface RunPlan {
  /** Reads the audit log since this time, ISO 8601 UTC. */
  readonly auditSince?: string;
  /** Lists the objects that hold a key. */
  readonly list: boolean;
  /** What an administrator should know about it, a sentence each. */
  readonly notes: readonly string[];
}

const hour = 3_600_000;
/**
 * Entries arrive minutes after their activity, and a direct read soon after a change can show an old replica: the last
 * hour is read again.
 */
export const overlapMilliseconds = hour;
/** An entry that arrives after the overlap is found by a listing, or by the next scan. */
export const listEveryMilliseconds = 6 * hour;
/** Microsoft Entra keeps the audit log for 7 days without a license. */
export const oldestPositionMilliseconds = 6 * 24 * hour;

/** The note of a run without the permission to read the audit log. */
export const withoutLog = `The sentinel lists the objects with keys in every run. Grant ${auditLogPermission} to let it follow the audit log.`;

/**
 * Decides what a run reads: the changes in the audit log since the last run, or the listing of all objects with keys.
 * A gap in the log is never passed over: the listing replaces what the log no longer shows.
 * @param now ISO 8601 UTC
 * @param mayReadLog whether the reader holds AuditLog.Read.All
 */
export function planRun({ position, listedAt }: SentinelState, now: string, mayReadLog: boolean): RunPlan {
  if (!mayReadLog) return { list: true, notes: [withoutLog] };
  if (position === undefined) return { list: true, notes: [] };
  const gap = Date.parse(now) - Date.parse(position);
  if (!(gap >= -toleratedSkew))
    return { list: true, notes: ['The stored position in the audit log is in the future. The sentinel ignores it.'] };
  if (gap > oldestPositionMilliseconds)
    return {
      list: true,
      notes: [
        `The sentinel last followed the audit log at ${position}. The log may no longer have all entries since then, so this run lists the objects with keys instead.`,
      ],
    };
  const auditSince = new Date(Math.min(Date.parse(position), Date.parse(now)) - overlapMilliseconds).toISOString();
  const sinceListing = listedAt === undefined ? Number.NaN : Date.parse(now) - Date.parse(listedAt);
  const isRecent = sinceListing >= -toleratedSkew && sinceListing < listEveryMilliseconds;
  return { auditSince, list: !isRecent, notes: [] };
}
