import { z } from 'zod';
import { type GrantConditions, type GrantPolicy, userConsentPolicies } from '../../model/tenant/consent-policy.js';
import { readAll, type Source } from '../http/read.js';
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
 * Reads the policies by which users consent for themselves. Some answers bring the conditions along; where they do not,
 * they are read, of these policies alone. A policy that is assigned and not listed is left out.
 * Source: Graph, authorizationPolicy, list permissionGrantPolicies, list includes, list excludes.
 */
export async function readGrantPolicies(source: Source): Promise<GrantPolicy[]> {
  const { defaultUserRolePermissions } = await readAuthorizationPolicy(source);
  const assigned = new Set(userConsentPolicies(defaultUserRolePermissions?.permissionGrantPoliciesAssigned));
  const listed = await readAll(source, '/policies/permissionGrantPolicies', policy);
  const read: GrantPolicy[] = [];
  for (const { id, displayName, includes, excludes } of listed) {
    if (!assigned.has(id.toLowerCase())) continue;
    const path = `/policies/permissionGrantPolicies/${encodeURIComponent(id)}`;
    read.push({
      id,
      displayName: displayName ?? id,
      includes: includes ?? (await readAll(source, `${path}/includes`, conditions)),
      excludes: excludes ?? (await readAll(source, `${path}/excludes`, conditions)),
    });
  }
  return read;
}
