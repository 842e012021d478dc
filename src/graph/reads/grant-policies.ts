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
  const listing = readAll(context, '/policies/permissionGrantPolicies', policy);
  // It is awaited below. Until then a rejection must not count as unhandled.
  listing.catch(() => undefined);
  const { defaultUserRolePermissions } = await readAuthorizationPolicy(context);
  const assigned = new Set(userConsentPolicies(defaultUserRolePermissions?.permissionGrantPoliciesAssigned));
  const relevant = (await listing).filter(({ id }) => assigned.has(id.toLowerCase()));
  return Promise.all(
    relevant.map(async ({ id, displayName, includes, excludes }) => {
      const path = `/policies/permissionGrantPolicies/${encodeURIComponent(id)}`;
      const sets = await Promise.all([
        includes ?? readAll(context, `${path}/includes`, conditions),
        excludes ?? readAll(context, `${path}/excludes`, conditions),
      ]);
      return { id, displayName: displayName ?? id, includes: sets[0], excludes: sets[1] };
    }),
  );
}
