import { z } from 'zod';
import type { ApplicationList } from '../../jobs/ports/index.js';
import type { AppRoleAssignment, HeldAppRole } from '../../model/tenant/app-role-assignments.js';
import { classificationSchema } from './classifications.js';
import { type ListContext, readLists } from './read-lists.js';

const assignment: z.ZodType<AppRoleAssignment> = z.object({ principalId: z.string(), appRoleId: z.string() });
const heldRole: z.ZodType<HeldAppRole> = z.object({ resourceId: z.string(), appRoleId: z.string() });

/** The largest page size, and the one without `$top`. Source: Graph, paging. */
const [largest, byDefault] = [999, 100] as const;

const none: ReadonlySet<string> = new Set();

/**
 * The app role assignments of each of these service principals.
 * Source: Graph, list appRoleAssignments granted for a service principal.
 */
export function appRoleAssignedTo(context: ListContext, ids: readonly string[], signal?: AbortSignal) {
  const pathOf = listOf(`appRoleAssignedTo?$select=principalId,appRoleId&$top=${largest}`);
  return readLists(context, ids, { pathOf, item: assignment }, signal);
}

/**
 * The application permissions that each of these service principals holds.
 * Source: Graph, list appRoleAssignments granted to a service principal.
 */
export function appRolesHeldBy(context: ListContext, ids: readonly string[], signal?: AbortSignal) {
  const pathOf = listOf(`appRoleAssignments?$select=resourceId,appRoleId&$top=${largest}`);
  return readLists(context, ids, { pathOf, item: heldRole, pageSize: largest }, signal);
}

/**
 * Whether each service principal has an assignment, from the first entry only. Deleted ones are missing from the result.
 * An empty list is read once more, because only its emptiness shows that there is none.
 * @param knownEmpty the ids whose list an earlier scan found empty: their empty list is not read once more
 */
export async function anybodyAssignedTo(
  context: ListContext,
  ids: readonly string[],
  signal?: AbortSignal,
  knownEmpty: ReadonlySet<string> = none,
): Promise<Map<string, boolean>> {
  const read = (some: readonly string[], query: string) => {
    const pathOf = listOf(`appRoleAssignedTo?${query}`);
    return readLists(context, some, { pathOf, item: z.unknown(), anyPage: true }, signal);
  };
  const lists = await read(ids, '$select=id&$top=1');
  return haveAny(ids, lists, knownEmpty, (some) => read(some, '$select=id'));
}

/**
 * Whether each application has an entry in a list, from the first page that has one. Deleted ones are missing from the
 * result. An empty list is read once more, as for assignments.
 * Source: Graph, list federatedIdentityCredentials, list extensionProperties: neither documents `$top`.
 */
export async function haveEntries(
  context: ListContext,
  list: ApplicationList,
  ids: readonly string[],
  signal?: AbortSignal,
  knownEmpty: ReadonlySet<string> = none,
): Promise<Map<string, boolean>> {
  const pathOf = (id: string) => `/applications/${encodeURIComponent(id)}/${list}?$select=id`;
  const read = (some: readonly string[]) =>
    readLists(context, some, { pathOf, item: z.unknown(), anyPage: true }, signal);
  return haveAny(ids, await read(ids), knownEmpty, read);
}

type Lists = ReadonlyMap<string, readonly unknown[] | undefined>;

/** Whether each list has an entry. Empty lists are read once more, without the known ones. */
async function haveAny(
  ids: readonly string[],
  lists: Lists,
  knownEmpty: ReadonlySet<string>,
  readAgain: (ids: readonly string[]) => Promise<Lists>,
): Promise<Map<string, boolean>> {
  const isUnsure = (id: string) => lists.get(id)?.length === 0 && !knownEmpty.has(id);
  const again = await readAgain(ids.filter(isUnsure));
  return new Map(
    ids.flatMap((id) => {
      const list = isUnsure(id) ? again.get(id) : lists.get(id);
      return list ? [[id, list.length > 0] as const] : [];
    }),
  );
}

/** The classifications of the permissions of each of these service principals. */
export function permissionClassifications(context: ListContext, ids: readonly string[], signal?: AbortSignal) {
  const pathOf = listOf('delegatedPermissionClassifications');
  return readLists(context, ids, { pathOf, item: classificationSchema, pageSize: byDefault }, signal);
}

function listOf(list: string): (id: string) => string {
  return (id) => `/servicePrincipals/${encodeURIComponent(id)}/${list}`;
}
