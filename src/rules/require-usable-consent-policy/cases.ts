import { ClassificationIndex, type GrantPolicy } from '../../model/tenant/consent-policy.js';
import type { TenantParts } from '../../model/tenant/tenant.js';
import type { TenantCase } from '../testing/cases.js';

const graph = '00000003-0000-0000-c000-000000000000';
const userRead = 'e1fe6dd8-ba31-4d61-89e7-88639da4683d';

/** A tenant whose users consent under these policies. */
function consentingBy(
  ids: readonly string[],
  policies: readonly GrantPolicy[],
  classified: readonly string[],
): Partial<TenantParts> {
  const permissionClassifications = new ClassificationIndex();
  permissionClassifications.add(
    graph,
    classified.map((classification) => ({ permissionId: userRead, classification })),
  );
  const permissionGrantPoliciesAssigned = ids.map((id) => `ManagePermissionGrantsForSelf.${id}`);
  return {
    authorizationPolicy: { id: 'authorizationPolicy', defaultUserRolePermissions: { permissionGrantPoliciesAssigned } },
    permissionGrantPolicies: policies,
    permissionClassifications,
  };
}

const empty: GrantPolicy = { id: 'woodgrove-pilot', displayName: 'Pilot', includes: [], excludes: [] };
const low: GrantPolicy = {
  id: 'woodgrove-low',
  displayName: 'Low risk',
  includes: [{ permissionType: 'delegated', permissionClassification: 'low', resourceApplication: 'any' }],
  excludes: [],
};
const classifiedElsewhere: GrantPolicy = {
  ...low,
  includes: [{ permissionClassification: 'low', resourceApplication: '99999999-0000-4000-8000-000000000001' }],
};

export const cases: readonly TenantCase[] = [
  {
    name: 'the policy permits only permissions classified low, and none is classified',
    tenant: consentingBy(['microsoft-user-default-low'], [], []),
    violations: [
      { on: 'tenant', evidence: { policies: 'microsoft-user-default-low', reasons: 'no-permission-classified' } },
    ],
  },
  {
    name: 'the policy permits only permissions classified low, and one is classified medium',
    tenant: consentingBy(['microsoft-user-default-low'], [], ['medium']),
    violations: [{ evidence: { reasons: 'no-permission-classified' } }],
  },
  {
    name: 'a custom policy includes nothing',
    tenant: consentingBy(['woodgrove-pilot'], [empty], ['low']),
    violations: [{ evidence: { policies: 'woodgrove-pilot', reasons: 'includes-nothing' } }],
  },
  {
    name: 'two policies are assigned and neither permits anything',
    tenant: consentingBy(['woodgrove-pilot', 'woodgrove-low'], [empty, low], []),
    violations: [{ evidence: { reasons: 'includes-nothing no-permission-classified' } }],
  },
  {
    name: 'the policy permits only permissions classified low, and one is classified low',
    tenant: consentingBy(['microsoft-user-default-low'], [], ['low']),
    violations: [],
  },
  {
    name: 'one of two policies permits something',
    tenant: consentingBy(['woodgrove-pilot', 'microsoft-user-default-legacy'], [empty], []),
    violations: [],
  },
  {
    name: 'a custom policy depends on the classifications of an API that was not looked up',
    tenant: consentingBy(['woodgrove-low'], [classifiedElsewhere], []),
    violations: [],
  },
  {
    name: 'Graph does not return the conditions of the policies',
    tenant: consentingBy(['woodgrove-unlisted', 'microsoft-user-default-recommended'], [], []),
    violations: [],
  },
  { name: 'users cannot consent at all', tenant: consentingBy([], [], []), violations: [] },
  {
    name: 'the policy permits permissions of an unknown classification',
    tenant: consentingBy(
      ['woodgrove-low'],
      [{ ...low, includes: [{ permissionClassification: 'unknownFutureValue' }] }],
      [],
    ),
    violations: [],
    undetermined: true,
  },
  {
    // Source: Microsoft Learn, "Register your app in the external tenant": customers cannot consent.
    name: 'the policies of an external tenant permit nothing',
    tenant: { tenantType: 'CIAM', ...consentingBy(['woodgrove-pilot'], [empty], []) },
    violations: [],
  },
];
