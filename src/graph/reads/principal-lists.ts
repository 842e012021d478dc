import { z } from 'zod';
import type { AppRoleAssignment } from '../../model/tenant/app-role-assignments.js';
import { type Batching, readMany } from '../http/batch.js';
import type { GraphLocation } from '../http/client.js';
import { malformed } from '../http/errors.js';
import { pagesOf } from '../http/pages.js';
import { classificationSchema } from './classifications.js';

/** Where lists that belong to service principals are read. */
export interface ListSource {
  readonly graph: GraphLocation;
  readonly batching: Batching;
}

type Lists<T> = Promise<Map<string, T[] | undefined>>;

const assignment: z.ZodType<AppRoleAssignment> = z.object({ principalId: z.string(), appRoleId: z.string() });

/**
 * Everybody who is assigned to each of these service principals.
 * Source: Graph, list appRoleAssignments granted for a service principal.
 */
export function appRoleAssignedTo(source: ListSource, ids: readonly string[], signal?: AbortSignal) {
  return readLists(source, ids, 'appRoleAssignedTo?$select=principalId,appRoleId&$top=999', assignment, signal);
}

/** Whether anybody is assigned, from the first entry alone; nothing for a service principal that is gone. */
export async function anybodyAssignedTo(
  { batching }: ListSource,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, boolean>> {
  const pathOf = (id: string) => `/servicePrincipals/${encodeURIComponent(id)}/appRoleAssignedTo?$select=id&$top=1`;
  const found = await readMany(batching, ids.map(pathOf), signal);
  return new Map(
    ids.flatMap((id) => {
      const answer = found.get(pathOf(id));
      if (!answer) return [];
      const parsed = list(z.unknown()).safeParse(answer.body);
      if (!parsed.success) throw malformed(answer.call, 'a list without an array `value`');
      return [[id, parsed.data.value.length > 0] as const];
    }),
  );
}

/** How administrators classified the permissions of each of these service principals. */
export function permissionClassifications(source: ListSource, ids: readonly string[], signal?: AbortSignal) {
  return readLists(source, ids, 'delegatedPermissionClassifications', classificationSchema, signal);
}

const list = <T>(item: z.ZodType<T>) =>
  z.object({ value: z.array(item), '@odata.nextLink': z.string().min(1).nullish() });

/** First pages come in `$batch`, further ones one by one. */
async function readLists<T>(
  { graph, batching }: ListSource,
  ids: readonly string[],
  of: string,
  item: z.ZodType<T>,
  signal: AbortSignal | undefined,
): Lists<T> {
  const pathOf = (id: string) => `/servicePrincipals/${encodeURIComponent(id)}/${of}`;
  const found = await readMany(batching, ids.map(pathOf), signal);
  const lists = new Map<string, T[] | undefined>();
  for (const id of ids) {
    const answer = found.get(pathOf(id));
    if (!answer) continue;
    const parsed = list(item).safeParse(answer.body);
    if (!parsed.success) throw malformed(answer.call, 'a list that is not as documented');
    const next = parsed.data['@odata.nextLink'];
    lists.set(id, [...parsed.data.value, ...(next ? await rest({ graph, batching }, next, item, signal) : [])]);
  }
  return lists;
}

async function rest<T>(
  { graph, batching: { send } }: ListSource,
  path: string,
  item: z.ZodType<T>,
  signal: AbortSignal | undefined,
): Promise<T[]> {
  const items: T[] = [];
  for await (const page of pagesOf({ graph, send, path, signal })) {
    const parsed = z.array(item).safeParse(page.items);
    if (!parsed.success) throw malformed(page.call, 'a list that is not as documented');
    // Not spread into `push`: a page may be longer than a call takes arguments.
    for (const entry of parsed.data) items.push(entry);
  }
  return items;
}
