import { z } from 'zod';
import { GrantIndex } from '../../model/tenant/grants.js';
import { malformed } from '../http/errors.js';
import { pagesOf } from '../http/pages.js';
import type { ReadContext } from '../http/read.js';

const grant = z.object({
  clientId: z.string().min(1),
  resourceId: z.string().min(1),
  consentType: z.string(),
  scope: z.string().nullable(),
});
const page = z.array(grant);

/**
 * Reads all grants of delegated permissions in one listing, not app by app, into an index.
 * Source: Graph, list oauth2PermissionGrants.
 */
export async function readGrants({ graph, send, signal }: ReadContext): Promise<GrantIndex> {
  const index = new GrantIndex();
  const path = '/oauth2PermissionGrants?$select=clientId,resourceId,consentType,scope&$top=999';
  for await (const { items, call } of pagesOf({ graph, send, path, signal })) {
    const parsed = page.safeParse(items);
    if (!parsed.success) throw malformed(call, 'a permission grant that is not as documented');
    for (const entry of parsed.data) index.add(entry);
  }
  return index;
}
