import { z } from 'zod';
import { type GrantConditions, type GrantPolicy, userConsentPolicies } from '../../model/tenant/consent-policy.js';
import { type ReadContext, readAll } from '../http/read.js';
import { readAuthorizationPolicy } from './policies.js';

const ids = z.array(z.string()).nullish();
const conditions: z.ZodType<GrantConditions> = z.object({
  permissionType: z.string().nullish(),
  permissionClassification: z.string().nullish(),
  resourceApplication: z.string().nullish(),
  permissions: ids,
  clientApplicationIds: ids,
  clientApplicationTenantIds: ids,
  clientApplicationPublisherIds: ids,
  clientApplicationsFromVerifiedPublisherOnly: z.boolean().nullish(),
}) as z.ZodType<GrantConditions>;

const policy = z.object({
  id: z.string().min(1),
  displayName: z.string().nullish(),
  includes: z.array(conditions).optional(),
  excludes: z.array(conditions).optional(),
});

/**
 * Reads the user consent policies. Some responses include the conditions; otherwise they are read for these policies
 * only. An assigned policy that is not listed is omitted.
 * Source: Graph, authorizationPolicy, list permissionGrantPolicies, list includes, list excludes.
 */
export async function readGrantPolicies(context: ReadContext): Promise<GrantPolicy[]> {
  const { defaultUserRolePermissions } = await readAuthorizationPolicy(context);
  const assigned = new Set(userConsentPolicies(defaultUserRolePermissions?.permissionGrantPoliciesAssigned));
  const listed = await readAll(context, '/policies/permissionGrantPolicies', policy);
  const read: GrantPolicy[] = [];
  for (const { id, displayName, includes, excludes } of listed) {
    if (!assigned.has(id.toLowerCase())) continue;
    const path = `/policies/permissionGrantPolicies/${encodeURIComponent(id)}`;
    read.push({
      id,
      displayName: displayName ?? id,
      includes: includes ?? (await readAll(context, `${path}/includes`, conditions)),
      excludes: excludes ?? (await readAll(context, `${path}/excludes`, conditions)),
    });
  }
  return read;
}
