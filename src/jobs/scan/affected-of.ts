import { type Affected, notVisible } from '../../model/evidence/affected.js';
import type { Failing } from '../../model/evidence/failing.js';
import type { TenantParts } from '../../model/tenant/tenant.js';
import type { Dependents } from '../ports/index.js';

/** How many ids of each kind are kept. */
const keptIds = 20;
const keptScopes = 50;

/**
 * Who and what depends on an app.
 * @param parts the parts of the tenant that were read
 * @param failed its failed sign-ins, if any were read
 * @param readAt ISO 8601 UTC
 */
export function affectedOf(
  { servicePrincipalId, owners, assigned, held }: Dependents,
  parts: Partial<TenantParts>,
  failed: Failing | undefined,
  readAt: string,
): Affected {
  const ofType = (type: string) => (assigned?.entries ?? []).filter((one) => one.toLowerCase() === type).length;
  return {
    readAt,
    owners: owners
      ? { count: owners.entries.length, ids: owners.entries.slice(0, keptIds), ...boundOf(owners) }
      : notVisible,
    assigned: assigned
      ? {
          users: ofType('user'),
          groups: ofType('group'),
          servicePrincipals: ofType('serviceprincipal'),
          ...boundOf(assigned),
        }
      : notVisible,
    appRoleAssignments: held
      ? { count: held.entries.length, roles: held.entries.slice(0, keptIds), ...boundOf(held) }
      : notVisible,
    grantedScopes: scopesOf(servicePrincipalId, parts),
    claimsMappingPolicy: claimsMappingOf(servicePrincipalId, parts),
    signIns: {
      interactiveFailures: failed ?? (parts.signInFailures ? 'none seen' : notVisible),
      appOnly: notVisible,
      onBehalfOf: notVisible,
    },
  };
}

function boundOf({ isWhole }: { readonly isWhole: boolean }): { atLeast?: true } {
  return isWhole ? {} : { atLeast: true };
}

function scopesOf(principalId: string | undefined, { grants }: Partial<TenantParts>): Affected['grantedScopes'] {
  if (!principalId || !grants) return notVisible;
  const { tenantWide, someUsers } = grants.allOf(principalId);
  return { forAllUsers: [...tenantWide].sort().slice(0, keptScopes), forSomeUsers: someUsers };
}

function claimsMappingOf(
  principalId: string | undefined,
  { claimsMappingPolicies }: Partial<TenantParts>,
): Affected['claimsMappingPolicy'] {
  return principalId && claimsMappingPolicies ? claimsMappingPolicies.appliesTo(principalId) : notVisible;
}
