import type { PermissionGrant } from '../model/tenant/grants.js';
import type { TenantParts } from '../model/tenant/tenant.js';
import type { CaseApp, CaseAssignment } from '../rules/testing/cases.js';
import type { JsonObject, SimulatedTenant } from '../simulator/http/server.js';

/** The parts of a tenant in a case. Other members are policies by the name in `/policies/{name}`. */
export type GivenParts = Partial<TenantParts> & Readonly<Record<string, unknown>>;

/** Converts the parts of a tenant to the simulator's form: policies, organization, domains, and users. */
export function simulatedParts(parts: GivenParts): Omit<SimulatedTenant, 'id' | 'displayName' | CollectionNames> {
  const { organization, tenantType = 'AAD', domains, onPremisesSynchronization, consentReviewers, ...rest } = parts;
  // These parts are indexes that the scan fills, not policies.
  const {
    appRoleAssignments,
    claimsMappingPolicies,
    deletedApplications,
    extensionProperties,
    federatedCredentials,
    grants,
    permissionClassifications,
    resources,
    signInFailures,
    ...policies
  } = rest;
  return {
    policies: Object.fromEntries(
      Object.entries(policies).map(([name, policy]) => [name, Array.isArray(policy) ? { value: policy } : policy]),
    ) as SimulatedTenant['policies'],
    users: (consentReviewers ?? []).flatMap(userOf),
    domains: jsonOf(domains ?? []),
    organization: jsonOf({ tenantType, ...organization }),
    onPremisesSynchronization: jsonOf(onPremisesSynchronization ?? {}),
  };
}

type CollectionNames = 'applications' | 'servicePrincipals' | 'oauth2PermissionGrants' | 'appRoleAssignments';

/** Adds the permission classifications of the tenant to an API's service principal. */
export function withClassifications(api: CaseApp, { permissionClassifications }: GivenParts): CaseApp {
  const classified = permissionClassifications?.of(api.appId) ?? new Map<string, string>();
  const delegatedPermissionClassifications = [...classified].map(([permissionId, classification]) => ({
    permissionId,
    classification,
  }));
  const servicePrincipal = api.servicePrincipal && { ...api.servicePrincipal, delegatedPermissionClassifications };
  return { ...api, servicePrincipal: jsonOf(servicePrincipal ?? {}) };
}

/** Adds the properties that Graph sets on grants. */
export function grantsOf(grants: readonly PermissionGrant[]): JsonObject[] {
  return grants.map((grant, index) => ({
    id: `grant-${index}`,
    ...grant,
    principalId: grant.consentType === 'Principal' ? someUser : null,
  }));
}

/** Adds the properties that Graph sets on app role assignments. */
export function assignmentsOf(assignments: readonly CaseAssignment[]): JsonObject[] {
  return assignments.map((assignment, index) => ({
    id: `assignment-${index}`,
    ...assignment,
    principalType: assignment.appRoleId === defaultAccess ? 'User' : 'ServicePrincipal',
  }));
}

const someUser = '6f0c5a3e-4b7c-4a55-9a30-0f1d9e5a0002';
/** Source: Graph resource type appRoleAssignment: `appRoleId` of an assignment without a role. */
const defaultAccess = '00000000-0000-0000-0000-000000000000';

/** The user of a reviewer; none if the user is deleted, or if the reviewer is not a user. */
function userOf({ query, state }: TenantParts['consentReviewers'][number]): JsonObject[] {
  const id = /^\/users\/(.+)$/.exec(query)?.[1];
  if (!id || state === 'gone') return [];
  const accountEnabled = state === 'unknown' ? null : state === 'live';
  const displayName = `Reviewer ${id.slice(-4)}`;
  return [{ id, displayName, userPrincipalName: `reviewer-${id}@woodgrove.example`, accountEnabled }];
}

function jsonOf<T>(value: object): T {
  return value as T;
}
