import { tenantRule } from '../../model/rule/rule.js';
import {
  assignedPolicies,
  type GrantConditions,
  type GrantPolicy,
  type PermissionClassifications,
} from '../../model/tenant/consent-policy.js';
import { microsoftGraphAppId } from '../../model/tenant/resources.js';

/**
 * A consent policy under which users can consent to nothing is a switched-off consent that looks switched on. Every
 * sign-in asks for a permission of Microsoft Graph (openid at least), so that a policy for classified permissions lets
 * nobody in while none of those is classified.
 * Source: Microsoft Learn, "Manage app consent policies", "Configure permission classifications".
 */
export const rule = tenantRule({
  id: 'require-usable-consent-policy',
  title: 'The consent policies of users allow them something',
  severity: 'medium',
  codes: ['AADSTS90094', 'AADSTS65001'],
  select: { tenant: ['authorizationPolicy', 'permissionGrantPolicies', 'permissionClassifications'] },
  check({ id, displayName, authorizationPolicy, permissionGrantPolicies, permissionClassifications }) {
    const assigned = authorizationPolicy.defaultUserRolePermissions?.permissionGrantPoliciesAssigned;
    const policies = assignedPolicies(assigned, permissionGrantPolicies, id);
    const reasons = policies.map((policy) => unusable(policy, permissionClassifications));
    if (policies.length === 0 || reasons.includes(undefined)) return [];
    return [
      {
        on: 'tenant',
        objectId: id,
        message: `Users of ${displayName} may consent to apps, but under policies that allow nothing.`,
        evidence: {
          policies: policies.map((policy) => policy?.id ?? '').join(' '),
          reasons: [...new Set(reasons)].sort().join(' '),
        },
      },
    ];
  },
});

/** Why a policy allows nothing; undefined where it allows something, or may. */
function unusable(policy: GrantPolicy | undefined, classifications: PermissionClassifications): string | undefined {
  if (!policy) return undefined;
  // What Microsoft's own policies include is not always told.
  if (policy.includes.length === 0) return policy.id.startsWith('microsoft-') ? undefined : 'includes-nothing';
  const classified = classifications.of(microsoftGraphAppId);
  if (!classified) return undefined;
  const matchesNothing = ({ permissionClassification: wanted, resourceApplication }: GrantConditions) =>
    isOne(wanted) &&
    (!isOne(resourceApplication) || resourceApplication?.toLowerCase() === microsoftGraphAppId) &&
    ![...classified.values()].includes(wanted?.toLowerCase() ?? '');
  return policy.includes.every(matchesNothing) ? 'no-permission-classified' : undefined;
}

/** A condition that names one value, where others take any. */
function isOne(condition: string | null | undefined): boolean {
  return !!condition && !/^(all|any)$/i.test(condition);
}
