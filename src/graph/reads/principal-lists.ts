import { z } from 'zod';
import type { ApplicationList } from '../../jobs/ports/index.js';
import type { AppRoleAssignment } from '../../model/tenant/app-role-assignments.js';
import { type BatchContext, readMany } from '../http/batch.js';
import type { GraphLocation } from '../http/client.js';
import { malformed } from '../http/errors.js';
import { pagesOf } from '../http/pages.js';
import { classificationSchema } from './classifications.js';

/** What reading the lists of service principals needs. */
export interface ListContext {
  readonly graph: GraphLocation;
  readonly batches: BatchContext;
}

type Lists<T> = Promise<Map<string, T[] | undefined>>;

const assignment: z.ZodType<AppRoleAssignment> = z.object({ principalId: z.string(), appRoleId: z.string() });

/**
 * The app role assignments of each of these service principals.
 * Source: Graph, list appRoleAssignments granted for a service principal.
 */
export function appRoleAssignedTo(context: ListContext, ids: readonly string[], signal?: AbortSignal) {
  return readLists(context, ids, 'appRoleAssignedTo?$select=principalId,appRoleId&$top=999', assignment, signal);
}

/** Whether each service principal has an assignment, from the first entry only. Deleted ones are missing from the result. */
export function anybodyAssignedTo(context: ListContext, ids: readonly string[], signal?: AbortSignal) {
  const pathOf = (id: string) => `/servicePrincipals/${encodeURIComponent(id)}/appRoleAssignedTo?$select=id&$top=1`;
  return haveEntriesAt(context, pathOf, ids, signal);
}

/**
 * Whether each application has an entry in a list, from the first page only. Deleted ones are missing from the result.
 * Source: Graph, list federatedIdentityCredentials, list extensionProperties: neither documents `$top`.
 */
export function haveEntries(context: ListContext, list: ApplicationList, ids: readonly string[], signal?: AbortSignal) {
  const pathOf = (id: string) => `/applications/${encodeURIComponent(id)}/${list}?$select=id`;
  return haveEntriesAt(context, pathOf, ids, signal);
}

async function haveEntriesAt(
  { batches }: ListContext,
  pathOf: (id: string) => string,
  ids: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Map<string, boolean>> {
  const responses = await readMany(batches, ids.map(pathOf), signal);
  return new Map(
    ids.flatMap((id) => {
      const response = responses.get(pathOf(id));
      if (!response) return [];
      const parsed = list(z.unknown()).safeParse(response.body);
      if (!parsed.success) throw malformed(response.call, 'a list without an array `value`');
      return [[id, parsed.data.value.length > 0] as const];
    }),
  );
}

/** The classifications of the permissions of each of these service principals. */
export function permissionClassifications(context: ListContext, ids: readonly string[], signal?: AbortSignal) {
  return readLists(context, ids, 'delegatedPermissionClassifications', classificationSchema, signal);
}

const list = <T>(item: z.ZodType<T>) =>
  z.object({ value: z.array(item), '@odata.nextLink': z.string().min(1).nullish() });

function readLists<T>(
  context: ListContext,
  ids: readonly string[],
  of: string,
  item: z.ZodType<T>,
  signal: AbortSignal | undefined,
): Lists<T> {
  return readListsAt(context, (id) => `/servicePrincipals/${encodeURIComponent(id)}/${of}`, ids, item, signal);
}

/** Reads the first pages in `$batch`, and further pages individually. Lists that do not exist are missing. */
export async function readListsAt<T>(
  { graph, batches }: ListContext,
  pathOf: (id: string) => string,
  ids: readonly string[],
  item: z.ZodType<T>,
  signal: AbortSignal | undefined,
): Lists<T> {
  const responses = await readMany(batches, ids.map(pathOf), signal);
  const lists = new Map<string, T[] | undefined>();
  for (const id of ids) {
    const response = responses.get(pathOf(id));
    if (!response) continue;
    const parsed = list(item).safeParse(response.body);
    if (!parsed.success) throw malformed(response.call, 'a list that is not as documented');
    const next = parsed.data['@odata.nextLink'];
    lists.set(id, [...parsed.data.value, ...(next ? await readRest({ graph, batches }, next, item, signal) : [])]);
  }
  return lists;
}

async function readRest<T>(
  { graph, batches: { send } }: ListContext,
  path: string,
  item: z.ZodType<T>,
  signal: AbortSignal | undefined,
): Promise<T[]> {
  const items: T[] = [];
  for await (const page of pagesOf({ graph, send, path, signal })) {
    const parsed = z.array(item).safeParse(page.items);
    if (!parsed.success) throw malformed(page.call, 'a list that is not as documented');
    // A page can have more entries than a call of `push` accepts arguments.
    for (const entry of parsed.data) items.push(entry);
  }
  return items;
}
