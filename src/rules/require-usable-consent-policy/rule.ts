import { tenantRule } from '../../model/rule/rule.js';
import {
  assignedPolicies,
  type GrantConditions,
  type GrantPolicy,
  isKnownClassification,
  type PermissionClassifications,
} from '../../model/tenant/consent-policy.js';
import { microsoftGraphAppId } from '../../model/tenant/resources.js';
import { isCustomerTenant } from '../../model/tenant/tenant-type.js';
import { manualFix } from './manual.js';
import { classifySignInPermissions } from './remedy.js';

/**
 * With a consent policy that permits nothing, user consent looks on but is off. Every sign-in requires a permission of
 * Microsoft Graph (at least openid). So a policy for classified permissions permits nothing while no permission of
 * Microsoft Graph is classified.
 * Source: Microsoft Learn, "Manage app consent policies", "Configure permission classifications".
 */
export const rule = tenantRule({
  id: 'require-usable-consent-policy',
  title: 'User consent policies permit at least one permission',
  problem: 'User consent policies permit nothing',
  severity: 'medium',
  codes: ['AADSTS90094', 'AADSTS65001'],
  manualFix,
  remedy: classifySignInPermissions,
  select: { tenant: ['authorizationPolicy', 'permissionGrantPolicies', 'permissionClassifications'] },
  undetermined({ id, tenantType, authorizationPolicy, permissionGrantPolicies }) {
    if (isCustomerTenant({ tenantType })) return undefined;
    const assigned = authorizationPolicy.defaultUserRolePermissions?.permissionGrantPoliciesAssigned;
    const conditions = assignedPolicies(assigned, permissionGrantPolicies, id).flatMap(
      (policy) => policy?.includes ?? [],
    );
    return conditions.every(({ permissionClassification }) => isKnownClassification(permissionClassification))
      ? undefined
      : 'Graph returned an undocumented classification of permissions.';
  },
  check({ id, displayName, tenantType, authorizationPolicy, permissionGrantPolicies, permissionClassifications }) {
    if (isCustomerTenant({ tenantType })) return [];
    const assigned = authorizationPolicy.defaultUserRolePermissions?.permissionGrantPoliciesAssigned;
    const policies = assignedPolicies(assigned, permissionGrantPolicies, id);
    const reasons = policies.map((policy) => unusable(policy, permissionClassifications));
    if (policies.length === 0 || reasons.includes(undefined)) return [];
    return [
      {
        on: 'tenant',
        objectId: id,
        message: `Users of ${displayName} can consent to apps, but the consent policies permit no permission.`,
        evidence: {
          policies: policies.map((policy) => policy?.id ?? '').join(' '),
          reasons: [...new Set(reasons)].sort().join(' '),
        },
      },
    ];
  },
});

/** Why a policy permits nothing; undefined where it permits, or can permit, a permission. */
function unusable(policy: GrantPolicy | undefined, classifications: PermissionClassifications): string | undefined {
  if (!policy) return undefined;
  // Graph does not always return what Microsoft's own policies include.
  if (policy.includes.length === 0) return policy.id.startsWith('microsoft-') ? undefined : 'includes-nothing';
  const classified = classifications.of(microsoftGraphAppId);
  if (!classified) return undefined;
  const matchesNothing = ({ permissionClassification: wanted, resourceApplication }: GrantConditions) =>
    isOne(wanted) &&
    isKnownClassification(wanted) &&
    (!isOne(resourceApplication) || resourceApplication.toLowerCase() === microsoftGraphAppId) &&
    ![...classified.values()].includes(wanted.toLowerCase());
  return policy.includes.every(matchesNothing) ? 'no-permission-classified' : undefined;
}

/** Whether a condition names one value instead of any. */
function isOne(condition: string | null | undefined): condition is string {
  return !!condition && !/^(all|any)$/i.test(condition);
}
