import type { TenantRemedy } from '../../model/rule/rule.js';
import type { TenantParts } from '../../model/tenant/tenant.js';

type Policy = TenantParts['defaultAppManagementPolicy'];
type Restrictions = Policy['applicationRestrictions'];

const path = '/policies/defaultAppManagementPolicy';
const noRestrictions = { passwordCredentials: [], keyCredentials: [] };

const restriction = {
  restrictionType: 'symmetricKeyAddition',
  state: 'enabled',
  maxLifetime: null,
  restrictForAppsCreatedAfterDateTime: null,
} as const;

/**
 * Restricts the addition of symmetric keys in the default policy and keeps every other restriction. Existing keys
 * continue to work.
 * Source: Graph, update tenantAppManagementPolicy.
 */
export const restrictSymmetricKeys: TenantRemedy<'defaultAppManagementPolicy' | 'appManagementPolicies'> = {
  permission: 'Policy.ReadWrite.ApplicationConfiguration',
  undo: {
    method: 'PATCH',
    path,
    properties: ['isEnabled', 'applicationRestrictions', 'servicePrincipalRestrictions'],
    policyOf: ({ defaultAppManagementPolicy: policy }) => ({
      ...policy,
      applicationRestrictions: policy.applicationRestrictions ?? noRestrictions,
      servicePrincipalRestrictions: policy.servicePrincipalRestrictions ?? noRestrictions,
    }),
  },
  plan({ key }, { defaultAppManagementPolicy: policy }) {
    if (key) return custom;
    const body = {
      isEnabled: true,
      applicationRestrictions: restricted(policy.applicationRestrictions),
      servicePrincipalRestrictions: restricted(policy.servicePrincipalRestrictions),
    };
    const others = policy.isEnabled ? 0 : otherRestrictions(policy);
    const warnings = [
      'Administrators and scripts can no longer add a symmetric key. Existing keys continue to work.',
      ...(others > 0 ? [`The policy is off. Turning it on also enforces its ${others} other restrictions.`] : []),
    ];
    const requests = [{ method: 'PATCH' as const, path, body }];
    return { plan: { requests, irreversible: false, undo: undo(policy), warnings, guard: body } };
  },
};

const custom = {
  manual: {
    reason: 'The custom policy applies to selected apps. Its author must decide about them.',
    steps: [
      'List the apps of the policy: GET /policies/appManagementPolicies/{id}/appliesTo.',
      'Add symmetricKeyAddition to its restrictions. Or remove the assignments of the policy, so that the default policy applies.',
    ],
  },
};

function restricted(restrictions: Restrictions) {
  return { ...restrictions, passwordCredentials: [...othersOf(restrictions), restriction] };
}

function undo({ isEnabled, applicationRestrictions, servicePrincipalRestrictions }: Policy): string {
  const before = { isEnabled, applicationRestrictions, servicePrincipalRestrictions };
  return `PATCH ${path} ${JSON.stringify(before)}`;
}

function othersOf(restrictions: Restrictions) {
  return (restrictions?.passwordCredentials ?? []).filter((entry) => entry.restrictionType !== 'symmetricKeyAddition');
}

function otherRestrictions({ applicationRestrictions, servicePrincipalRestrictions }: Policy): number {
  const both = [applicationRestrictions, servicePrincipalRestrictions];
  return both.reduce((sum, one) => sum + othersOf(one).length + (one?.keyCredentials?.length ?? 0), 0);
}
