import type { GraphWrite } from '../../model/remediation/graph-write.js';
import type { Remedy } from '../../model/remediation/remediation.js';
import type { TenantRemedy } from '../../model/rule/rule.js';
import { undoDeletes } from '../../model/rule/undo.js';
import { assignedPolicies, type GrantConditions } from '../../model/tenant/consent-policy.js';
import { microsoftGraphAppId } from '../../model/tenant/resources.js';

/** The permissions of a sign-in. Source: Microsoft Graph permissions reference, ids of delegated permissions. */
const signInPermissions: readonly (readonly [name: string, id: string])[] = [
  ['openid', '37f7f235-527c-4136-accd-4a02d197296e'],
  ['profile', '14dad69e-099b-42c9-810b-d002981feec1'],
  ['email', '64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0'],
  ['offline_access', '7427e0e9-2fba-42fe-b0c0-848c9e6a8182'],
  ['User.Read', 'e1fe6dd8-ba31-4d61-89e7-88639da4683d'],
];

const classification = 'low';
const path = `/servicePrincipals(appId='${microsoftGraphAppId}')/delegatedPermissionClassifications`;

/**
 * Classifies the permissions of a sign-in as low, if a consent policy permits permissions that are classified low. Other
 * permissions are a decision of the tenant.
 * Source: Microsoft Learn, "Configure permission classifications" (the five permissions); Graph, create
 * delegatedPermissionClassification.
 */
export const classifySignInPermissions: TenantRemedy<
  'authorizationPolicy' | 'permissionGrantPolicies' | 'permissionClassifications'
> = {
  permission: 'Policy.ReadWrite.PermissionGrant',
  undo: undoDeletes,
  plan(_violation, { id, authorizationPolicy, permissionGrantPolicies, permissionClassifications }) {
    const assigned = authorizationPolicy.defaultUserRolePermissions?.permissionGrantPoliciesAssigned;
    const conditions = assignedPolicies(assigned, permissionGrantPolicies, id).flatMap(
      (policy) => policy?.includes ?? [],
    );
    const classified = permissionClassifications.of(microsoftGraphAppId);
    if (!conditions.some(permitsLow) || !classified) return otherPolicy;
    const known = new Set([...classified.keys()].map((permissionId) => permissionId.toLowerCase()));
    const missing = signInPermissions.filter(([, permissionId]) => !known.has(permissionId));
    if (missing.length === 0) return otherClassification;
    const names = missing.map(([name]) => name).join(', ');
    return {
      plan: {
        requests: missing.map(
          ([permissionName, permissionId]): GraphWrite => ({
            method: 'POST',
            path,
            body: { permissionId, permissionName, classification },
          }),
        ),
        irreversible: false,
        undo: `Find the ids with GET ${path}, and delete the classifications of ${names}: DELETE ${path}/{id}.`,
        warnings: [
          `This applies to the whole tenant: users can consent to ${names} for every app that the consent policies permit.`,
        ],
        guard: { classification, permissions: missing.map(([name]) => name) },
      },
    };
  },
};

function permitsLow({ permissionClassification: wanted, resourceApplication: api }: GrantConditions): boolean {
  const isForGraph = !api || /^(all|any)$/i.test(api) || api.toLowerCase() === microsoftGraphAppId;
  return wanted?.toLowerCase() === classification && isForGraph;
}

const steps = [
  'Entra admin center > Enterprise apps > Consent and permissions > User consent settings: choose another policy.',
  'Or classify permissions: Entra admin center > Enterprise apps > Consent and permissions > Permission classifications.',
];

const otherPolicy: Remedy = {
  manual: {
    reason: 'No assigned consent policy permits permissions of Microsoft Graph that are classified low.',
    steps,
  },
};

const otherClassification: Remedy = {
  manual: { reason: 'An administrator chose another classification for the permissions of a sign-in.', steps },
};
