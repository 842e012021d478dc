import { z } from 'zod';
import { isGuid } from '../../model/entra/guid.js';
import type { AuditEntry } from '../../model/evidence/change.js';
import { type BatchContext, readMany } from '../http/batch.js';
import { malformed } from '../http/errors.js';
import { quoted } from '../http/odata-text.js';

/** The entries that are read about one object: the newest ones. */
const entriesPerObject = 100;

const text = z.string().nullish();
const entry = z.object({
  activityDateTime: z.string().min(1),
  activityDisplayName: text,
  initiatedBy: z
    .object({
      user: z.object({ id: text }).nullish(),
      app: z.object({ appId: text, servicePrincipalId: text }).nullish(),
    })
    .nullish(),
  targetResources: z
    .array(
      z.object({
        modifiedProperties: z.array(z.object({ displayName: text, oldValue: text, newValue: text })).nullish(),
      }),
    )
    .nullish(),
});
const page = z.object({ value: z.array(entry) });
type Entry = z.infer<typeof entry>;

/**
 * Reads the newest entries of the audit log about each object. Names and addresses are dropped here.
 * Source: Graph, list directoryAudits: `$filter` on activityDateTime and `targetResources/any(t:t/id eq '…')`.
 * @param since ISO 8601 UTC
 * @returns by object id
 */
export function auditEntriesOn(
  batches: BatchContext,
  objectIds: readonly string[],
  since: string,
  signal?: AbortSignal,
): Promise<Map<string, readonly AuditEntry[]>> {
  return entriesWhere(batches, objectIds, (id) => `targetResources/any(t:t/id eq ${quoted(id)})`, since, signal);
}

/**
 * Reads the newest entries of each activity, in the same way.
 * Source: Graph, list directoryAudits: `$filter` on activityDisplayName.
 * @returns by activity
 */
export function auditEntriesOf(
  batches: BatchContext,
  activities: readonly string[],
  since: string,
  signal?: AbortSignal,
): Promise<Map<string, readonly AuditEntry[]>> {
  return entriesWhere(batches, activities, (name) => `activityDisplayName eq ${quoted(name)}`, since, signal);
}

async function entriesWhere(
  batches: BatchContext,
  subjects: readonly string[],
  conditionOf: (subject: string) => string,
  since: string,
  signal: AbortSignal | undefined,
): Promise<Map<string, readonly AuditEntry[]>> {
  const pathOf = (subject: string) => {
    const filter = `activityDateTime ge ${since} and ${conditionOf(subject)}`;
    return `/auditLogs/directoryAudits?$filter=${encodeURIComponent(filter)}&$top=${entriesPerObject}`;
  };
  const responses = await readMany(batches, subjects.map(pathOf), signal);
  return new Map(
    subjects.flatMap((subject) => {
      const response = responses.get(pathOf(subject));
      if (!response) return [];
      const { data, success } = page.safeParse(response.body);
      if (!success) throw malformed(response.call, 'an audit entry that is not as documented');
      return [[subject, data.value.map(entryOf)] as const];
    }),
  );
}

function entryOf(one: Entry): AuditEntry {
  const activity = activityOf(one.activityDisplayName ?? '');
  return {
    at: one.activityDateTime,
    activity,
    by: actorOf(one),
    addedKeyIds: addedKeyIds(one),
    concernsPolicy: /polic(y|ies)/i.test(activity),
    properties: modified(one).flatMap(({ displayName }) => displayName?.trim() || []),
  };
}

/**
 * The name of an activity. Real names contain an en dash and a blank at the end ("Update application – Certificates and
 * secrets management "). Only letters, digits and simple punctuation remain.
 */
export function activityOf(name: string): string {
  const plain = name.replace(/[\u2010-\u2015]/g, '-').replace(/[^\p{L}\p{N} ,.()/&-]/gu, '');
  return plain.replace(/\s+/g, ' ').trim().slice(0, 100);
}

/** An id in another form than a GUID can be a name. */
function actorOf({ initiatedBy }: Entry): AuditEntry['by'] {
  const [user, app] = [initiatedBy?.user?.id, initiatedBy?.app?.appId ?? initiatedBy?.app?.servicePrincipalId];
  if (user && isGuid(user)) return { type: 'user', id: user.toLowerCase() };
  if (app && isGuid(app)) return { type: 'application', id: app.toLowerCase() };
  return { type: 'unknown', id: '' };
}

/**
 * The keys that are in the new value of `KeyDescription` and not in the old one. Each value is JSON with a list of texts as
 * `[KeyIdentifier=<guid>,KeyType=Symmetric,KeyUsage=Sign,DisplayName=…]`.
 */
function addedKeyIds(one: Entry): string[] {
  const keys = modified(one).filter(({ displayName }) => displayName?.trim() === 'KeyDescription');
  return keys.flatMap(({ oldValue, newValue }) => {
    const before = new Set(keyIdsIn(oldValue ?? ''));
    return keyIdsIn(newValue ?? '').filter((id) => !before.has(id));
  });
}

function modified({ targetResources }: Entry) {
  return (targetResources ?? []).flatMap(({ modifiedProperties }) => modifiedProperties ?? []);
}

function keyIdsIn(value: string): string[] {
  return [...value.matchAll(/KeyIdentifier=([0-9a-f-]{36})/gi)].map(([, id = '']) => id.toLowerCase());
}
