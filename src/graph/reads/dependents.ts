import { z } from 'zod';
import type { Dependents, DependentsRead } from '../../jobs/ports/index.js';
import { type BatchContext, type ObjectResponse, readMany } from '../http/batch.js';
import { malformed } from '../http/errors.js';
import { quoted } from '../http/odata-text.js';

/** The largest page size. Source: Graph, paging. */
const pageSize = 999;
const next = z.string().min(1).nullish();
const identified = z.object({ id: z.string().min(1) });
const owners = z.object({ value: z.array(identified), '@odata.nextLink': next });
const assignments = z.object({
  value: z.array(z.object({ principalType: z.string().nullish() })),
  '@odata.nextLink': next,
});
const heldRoles = z.object({
  value: z.array(z.object({ resourceId: z.string(), appRoleId: z.string() })),
  '@odata.nextLink': next,
});

/**
 * Reads what depends on apps, one page of each list: the owners of application and service principal, the assignments to
 * the app, and the app roles that it holds. Of an object that does not exist, there is no list.
 * Source: Graph, list owners (application, servicePrincipal), list appRoleAssignedTo, list appRoleAssignments.
 * @returns by `appId`
 */
export async function dependentsOf(
  batches: BatchContext,
  appIds: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, Dependents>> {
  const paths = appIds.flatMap((appId) => Object.values(pathsOf(appId)));
  const responses = await readMany(batches, paths, signal);
  return new Map(appIds.map((appId) => [appId, dependentsIn(pathsOf(appId), responses)]));
}

function pathsOf(appId: string) {
  const key = `(appId=${encodeURIComponent(quoted(appId))})`;
  return {
    principal: `/servicePrincipals${key}?$select=id`,
    applicationOwners: `/applications${key}/owners?$select=id`,
    principalOwners: `/servicePrincipals${key}/owners?$select=id`,
    assigned: `/servicePrincipals${key}/appRoleAssignedTo?$select=principalType&$top=${pageSize}`,
    held: `/servicePrincipals${key}/appRoleAssignments?$select=resourceId,appRoleId&$top=${pageSize}`,
  };
}

function dependentsIn(
  paths: ReturnType<typeof pathsOf>,
  responses: ReadonlyMap<string, ObjectResponse | undefined>,
): Dependents {
  const read = <T>(path: string, schema: z.ZodType<T>) => parsed(responses.get(path), schema);
  const ownerLists = [read(paths.applicationOwners, owners), read(paths.principalOwners, owners)].filter(isRead);
  const principalId = read(paths.principal, identified)?.id;
  return {
    ...(principalId && { servicePrincipalId: principalId }),
    ...(ownerLists.length > 0 && {
      owners: {
        entries: [...new Set(ownerLists.flatMap(({ value }) => value.map(({ id }) => id.toLowerCase())))].sort(),
        isWhole: ownerLists.every((list) => !list['@odata.nextLink']),
      },
    }),
    ...entriesOf('assigned', read(paths.assigned, assignments), ({ principalType }) => principalType ?? ''),
    ...entriesOf('held', read(paths.held, heldRoles), (role) => role),
  };
}

function entriesOf<N extends 'assigned' | 'held', T, U>(
  name: N,
  list: { value: T[]; '@odata.nextLink'?: string | null | undefined } | undefined,
  entry: (item: T) => U,
): { [K in N]?: DependentsRead<U> } {
  if (!list) return {};
  const read = { entries: list.value.map(entry), isWhole: !list['@odata.nextLink'] };
  return { [name]: read } as unknown as { [K in N]?: DependentsRead<U> };
}

function parsed<T>(response: ObjectResponse | undefined, schema: z.ZodType<T>): T | undefined {
  if (!response) return undefined;
  const { data, success } = schema.safeParse(response.body);
  if (!success) throw malformed(response.call, 'a list that is not as documented');
  return data;
}

function isRead<T>(list: T | undefined): list is T {
  return list !== undefined;
}
