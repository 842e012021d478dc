import { z } from 'zod';
import { isGuid } from '../../model/entra/guid.js';
import type { AuditEntry } from '../../model/evidence/change.js';
import { type BatchContext, readMany } from '../http/batch.js';
import { malformed } from '../http/errors.js';

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
export async function auditEntriesOn(
  batches: BatchContext,
  objectIds: readonly string[],
  since: string,
  signal?: AbortSignal,
): Promise<Map<string, readonly AuditEntry[]>> {
  const pathOf = (id: string) => {
    const filter = `activityDateTime ge ${since} and targetResources/any(t:t/id eq '${id.replaceAll("'", "''")}')`;
    return `/auditLogs/directoryAudits?$filter=${encodeURIComponent(filter)}&$top=${entriesPerObject}`;
  };
  const responses = await readMany(batches, objectIds.map(pathOf), signal);
  return new Map(
    objectIds.flatMap((id) => {
      const response = responses.get(pathOf(id));
      if (!response) return [];
      const { data, success } = page.safeParse(response.body);
      if (!success) throw malformed(response.call, 'an audit entry that is not as documented');
      return [[id, data.value.map(entryOf)] as const];
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
function addedKeyIds({ targetResources }: Entry): string[] {
  const changes = (targetResources ?? []).flatMap(({ modifiedProperties }) => modifiedProperties ?? []);
  const keys = changes.filter(({ displayName }) => displayName?.trim() === 'KeyDescription');
  return keys.flatMap(({ oldValue, newValue }) => {
    const before = new Set(keyIdsIn(oldValue ?? ''));
    return keyIdsIn(newValue ?? '').filter((id) => !before.has(id));
  });
}

function keyIdsIn(value: string): string[] {
  return [...value.matchAll(/KeyIdentifier=([0-9a-f-]{36})/gi)].map(([, id = '']) => id.toLowerCase());
}
