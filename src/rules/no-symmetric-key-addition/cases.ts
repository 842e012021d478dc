import type { TenantParts } from '../../model/tenant/tenant.js';
import type { TenantCase } from '../testing/cases.js';
import { noSymmetricKeys } from '../testing/clean-parts.js';

type Policy = TenantParts['defaultAppManagementPolicy'];
type Entry = NonNullable<typeof noSymmetricKeys.passwordCredentials>[number];

/** The restrictions of the clean tenant, with another entry or none. */
function restrictedBy(entry: Partial<Entry> | null) {
  const [whole] = noSymmetricKeys.passwordCredentials ?? [];
  return { ...noSymmetricKeys, passwordCredentials: entry ? [{ ...whole, ...entry }] : [] };
}

function byDefault(members: Partial<Policy>): Partial<TenantParts> {
  const restrictions = { applicationRestrictions: noSymmetricKeys, servicePrincipalRestrictions: noSymmetricKeys };
  return { defaultAppManagementPolicy: { isEnabled: true, ...restrictions, ...members } };
}

function custom(members: Partial<TenantParts['appManagementPolicies'][number]>): Partial<TenantParts> {
  const id = '5b0c5a3e-4b7c-4a55-9a30-0f1d9e5a0007';
  return { appManagementPolicies: [{ id, displayName: 'Branches', isEnabled: true, restrictions: null, ...members }] };
}

export const cases: readonly TenantCase[] = [
  {
    name: 'the default app management policy is off',
    demo: true,
    tenant: byDefault({ isEnabled: false }),
    // Source: Graph, tenantAppManagementPolicy: it is off by default.
    violations: [{ on: 'tenant', severity: 'low', evidence: { isEnabled: false, applications: 'policy-disabled' } }],
  },
  {
    name: 'the policy has only other restrictions',
    tenant: byDefault({ applicationRestrictions: restrictedBy({ restrictionType: 'passwordLifetime' }) }),
    violations: [{ evidence: { isEnabled: true, applications: 'not-restricted', servicePrincipals: 'none' } }],
  },
  {
    name: 'the restriction is disabled',
    tenant: byDefault({ servicePrincipalRestrictions: restrictedBy({ state: 'disabled' }) }),
    violations: [{ evidence: { applications: 'none', servicePrincipals: 'not-restricted' } }],
  },
  {
    name: 'the policy has no restrictions for service principals',
    tenant: byDefault({ servicePrincipalRestrictions: null }),
    violations: [{ evidence: { servicePrincipals: 'not-restricted' } }],
  },
  {
    name: 'the restriction does not apply to older apps',
    tenant: byDefault({
      applicationRestrictions: restrictedBy({ restrictForAppsCreatedAfterDateTime: '2020-01-01T00:00:00Z' }),
    }),
    violations: [{ evidence: { applications: 'older-apps' } }],
  },
  {
    name: 'a custom policy does not restrict symmetric keys for some apps',
    tenant: custom({ restrictions: restrictedBy(null) }),
    violations: [{ key: '5b0c5a3e-4b7c-4a55-9a30-0f1d9e5a0007', severity: 'low', evidence: { gap: 'not-restricted' } }],
  },
  {
    name: 'a custom policy restricts symmetric keys',
    tenant: custom({ restrictions: noSymmetricKeys }),
    violations: [],
  },
  { name: 'a custom policy is off', tenant: custom({ isEnabled: false }), violations: [] },
  {
    name: 'the restriction starts before any app was created',
    tenant: byDefault({
      applicationRestrictions: restrictedBy({ restrictForAppsCreatedAfterDateTime: '0001-01-01T00:00:00Z' }),
    }),
    violations: [],
  },
  {
    name: 'Graph does not return the type of the restriction',
    tenant: byDefault({ applicationRestrictions: restrictedBy({ restrictionType: null }) }),
    violations: [],
    undetermined: true,
  },
  {
    name: 'the state of the restriction is unknown',
    tenant: byDefault({ applicationRestrictions: restrictedBy({ state: 'unknownFutureValue' }) }),
    violations: [],
    undetermined: true,
  },
];
