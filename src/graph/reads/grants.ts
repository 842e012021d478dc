import { z } from 'zod';
import { permissionOfPart } from '../../model/rule/permissions.js';
import { GrantIndex } from '../../model/tenant/grants.js';
import { GraphCallError, isRefused, malformed, permissionMissing } from '../http/errors.js';
import { pagesOf } from '../http/pages.js';
import type { ReadContext } from '../http/read.js';

const grant = z.object({
  clientId: z.string().min(1),
  resourceId: z.string().min(1),
  consentType: z.string(),
  scope: z.string().nullable(),
});
const page = z.array(grant);

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
  const path = '/oauth2PermissionGrants?$select=clientId,resourceId,consentType,scope&$top=999';
  for await (const { items, call } of pagesOf({ graph, send, path, signal })) {
    const parsed = page.safeParse(items);
    if (!parsed.success) throw malformed(call, 'a permission grant that is not as documented');
    for (const entry of parsed.data) index.add(entry);
  }
  return index;
}
