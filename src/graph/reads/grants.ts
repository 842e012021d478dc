import { z } from 'zod';
import { permissionOfPart } from '../../model/rule/permissions.js';
import { GrantIndex, type PermissionGrant } from '../../model/tenant/grants.js';
import { GraphCallError, isRefused, malformed, permissionMissing } from '../http/errors.js';
import { pagesOf } from '../http/pages.js';
import type { ReadContext } from '../http/read.js';
import { type ListContext, readLists } from './read-lists.js';

const grant: z.ZodType<PermissionGrant> = z.object({
  clientId: z.string().min(1),
  resourceId: z.string().min(1),
  consentType: z.string(),
  scope: z.string().nullable(),
});
const page = z.array(grant);
const columns = '$select=clientId,resourceId,consentType,scope';

const least = permissionOfPart.grants;
/** The permission that Graph's page names as the least privileged one. */
const documented = 'Directory.Read.All';

/**
 * Reads all grants of delegated permissions in one listing, not app by app, into an index.
 * Graph can refuse it to an application that has DelegatedPermissionGrant.Read.All: the permissions reference lists that
 * permission, and the page of the list names Directory.Read.All.
 * Source: Graph, list oauth2PermissionGrants; permissions reference.
 */
export async function readGrants(context: ReadContext): Promise<GrantIndex> {
  try {
    return await listGrants(context);
  } catch (error) {
    if (!(error instanceof GraphCallError) || !isRefused(error) || !(await context.granted(least))) throw error;
    const { method, path, graphCode = '', requestId } = error.call;
    const answer = `${method} ${path} was answered 403 ${graphCode}`.trimEnd();
    const id = requestId ? ` (request-id ${requestId})` : '';
    const message = `${answer}${id}, although the token has ${least}.`;
    throw permissionMissing(error.call, message, documented);
  }
}

async function listGrants({ graph, send, signal }: ReadContext): Promise<GrantIndex> {
  const index = new GrantIndex();
  const path = `/oauth2PermissionGrants?${columns}&$top=999`;
  for await (const { items, call } of pagesOf({ graph, send, path, signal })) {
    const parsed = page.safeParse(items);
    if (!parsed.success) throw malformed(call, 'a permission grant with undocumented values');
    for (const entry of parsed.data) index.add(entry);
  }
  return index;
}

/**
 * The grants to each of these clients. A client has one grant per API for all users. It can have one per user, of which
 * one page is enough: they only show that some users have consented.
 * Source: Graph, list oauth2PermissionGrants: `$filter` with eq; a filter on `clientId` has the shortest replication delay.
 */
export async function grantsTo(
  context: ListContext,
  clientIds: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, readonly PermissionGrant[]>> {
  const read = (consentType: string, anyPage: boolean) => {
    const pathOf = (id: string) => grantsWhere(`clientId eq ${quoted(id)} and consentType eq '${consentType}'`, 999);
    return readLists(context, clientIds, { pathOf, item: grant, anyPage }, signal);
  };
  const [forAll, forSome] = [await read('AllPrincipals', false), await read('Principal', true)];
  return new Map(clientIds.map((id) => [id, [...(forAll.get(id) ?? []), ...(forSome.get(id) ?? [])]]));
}

/** One grant on each of these APIs, if there is any. Source: as above. */
export async function anyGrantOn(
  context: ListContext,
  resourceIds: readonly string[],
  signal?: AbortSignal,
): Promise<Map<string, readonly PermissionGrant[]>> {
  const pathOf = (id: string) => grantsWhere(`resourceId eq ${quoted(id)}`, 1);
  const lists = await readLists(context, resourceIds, { pathOf, item: grant, anyPage: true }, signal);
  return new Map(resourceIds.map((id) => [id, lists.get(id) ?? []]));
}

function grantsWhere(filter: string, top: number): string {
  return `/oauth2PermissionGrants?$filter=${encodeURIComponent(filter)}&${columns}&$top=${top}`;
}

/** An OData string with doubled quotes. Source: OData URL conventions, section 5.1.1.6. */
function quoted(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}
