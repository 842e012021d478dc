import type { JsonObject } from '../protocol/json.js';
import { timeAt } from '../protocol/timestamps.js';
import type { SimulatedTenant } from '../schema/tenant.js';

/** A log of which each entry is computed when an answer shows it. */
export interface Log {
  readonly count: number;
  /** Where the generated entries begin, and their code. */
  readonly generated?: { readonly from: number; readonly errorCode: number };
  /** @param index counts from the newest entry */
  entry(index: number): JsonObject;
}

/** The sign-in log and the audit log of a tenant, the newest entries first. */
export interface AuditLogs {
  readonly signIns: Log;
  readonly directoryAudits: Log;
  /**
   * Adds an entry to the audit log. Entries arrive late: `activityDateTime` can be earlier than that of entries that
   * reads have shown before.
   */
  record(entry: JsonObject): void;
}

/** @param at when the simulator starts, in milliseconds: the ages of entries count from then */
export function auditLogsOf(
  { signIns = [], signInFiller, directoryAudits = [] }: SimulatedTenant,
  at: number,
): AuditLogs {
  const own = dated(signIns, 'createdDateTime', at);
  let audits = dated(directoryAudits.map(audited), 'activityDateTime', at);
  let added = 0;
  const generated = signInFiller?.count ?? 0;
  return {
    signIns: {
      count: own.length + generated,
      generated: { from: own.length, errorCode: signInFiller?.errorCode ?? 50000 },
      entry: (index) => own[index] ?? generatedSignIn(signInFiller, index - own.length, at),
    },
    directoryAudits: {
      get count() {
        return audits.length;
      },
      entry: (index) => audits[index] ?? {},
    },
    record(entry) {
      audits = newestFirst([{ id: `added-${added++}`, ...audited(entry) }, ...audits], 'activityDateTime');
    },
  };
}

/** The service that logs changes of apps, unless the entry names another. */
const audited = (entry: JsonObject): JsonObject => ({ loggedByService: 'Core Directory', ...entry });

/** Replaces the age of each entry by its time. */
function dated(entries: readonly JsonObject[], property: string, at: number): JsonObject[] {
  const times = entries.map(
    ({ minutesAgo, ...entry }, index): JsonObject => ({
      id: `entry-${index}`,
      ...entry,
      ...(typeof minutesAgo === 'number' && { [property]: timeAt(at - minutesAgo * 60_000) }),
    }),
  );
  return newestFirst(times, property);
}

function newestFirst(entries: JsonObject[], property: string): JsonObject[] {
  // Of entries of the same second, the one that was added last is the first.
  return entries.sort(
    (a, b) => Number(String(a[property]) < String(b[property])) - Number(String(a[property]) > String(b[property])),
  );
}

/** A generated failure. It has all that a real entry says about a person. */
function generatedSignIn(filler: SimulatedTenant['signInFiller'], index: number, at: number): JsonObject {
  const { appIds = [], users = 1, errorCode = 50000, withinMinutes = 1_380, count = 1 } = filler ?? {};
  const user = index % users;
  return {
    id: `generated-${index}`,
    createdDateTime: timeAt(at - Math.floor((index * withinMinutes * 60_000) / count)),
    appId: appIds[index % Math.max(1, appIds.length)] ?? '',
    appDisplayName: 'Generated app',
    resourceId: appIds[index % Math.max(1, appIds.length)] ?? '',
    ipAddress: `203.0.113.${user % 250}`,
    userId: `5e1f0000-0000-4000-a000-${String(user).padStart(12, '0')}`,
    userDisplayName: `Generated Person ${user}`,
    userPrincipalName: `generated.person.${user}@woodgrove.example`,
    status: { errorCode, failureReason: 'Other.', additionalDetails: null },
  };
}
