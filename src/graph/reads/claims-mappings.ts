import { z } from 'zod';
import { permissionOfPart } from '../../model/rule/permissions.js';
import { ClaimsMappingIndex } from '../../model/tenant/claims-mapping.js';
import { isRefused } from '../http/errors.js';
import { type PartContext, readAll } from '../http/read.js';
import { readLists } from './read-lists.js';

const identified = z.object({ id: z.string().min(1) });

/**
 * Reads the objects to which claims-mapping policies apply, from the policies: the list of policies of a service
 * principal needs a permission to write applications. Graph can refuse the list of policies to an application that has
 * the permission. The policies are then unknown (null). Without the permission it throws, like the reads of other parts.
 * Source: Graph, list claimsMappingPolicies ("known permissions issue"), list appliesTo.
 */
export async function readClaimsMappings(context: PartContext): Promise<ClaimsMappingIndex | null> {
  const { graph, batches, signal } = context;
  try {
    const policies = await readAll(context, '/policies/claimsMappingPolicies?$select=id', identified);
    const ids = policies.map(({ id }) => id);
    const pathOf = (id: string) => `/policies/claimsMappingPolicies/${encodeURIComponent(id)}/appliesTo?$select=id`;
    const lists = await readLists({ graph, batches }, ids, { pathOf, item: identified }, signal);
    return new ClaimsMappingIndex([...lists.values()].flatMap((objects) => (objects ?? []).map(({ id }) => id)));
  } catch (error) {
    if (!isRefused(error) || (await context.granted(permissionOfPart.claimsMappingPolicies)) === false) throw error;
    return null;
  }
}
