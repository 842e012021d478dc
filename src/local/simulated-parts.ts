import type { PermissionGrant } from '../model/tenant/grants.js';
import type { TenantParts } from '../model/tenant/tenant.js';
import type { CaseApp, CaseAssignment } from '../rules/testing/cases.js';
import type { JsonObject, SimulatedTenant } from '../simulator/http/server.js';

/** Parts of a tenant as cases give them; further members are policies by their name in `/policies/{name}`. */
export type GivenParts = Partial<TenantParts> & Readonly<Record<string, unknown>>;

/** Where Graph keeps each part of a tenant: some are policies, others belong to the organization or to its users. */
export function simulatedParts(parts: GivenParts): Omit<SimulatedTenant, 'id' | 'displayName' | CollectionNames> {
  const { organization, domains, onPremisesSynchronization, consentReviewers, ...rest } = parts;
  // Not policies, but indexes that the walk fills.
  const { appRoleAssignments, grants, permissionClassifications, resources, ...policies } = rest;
  return {
    policies: Object.fromEntries(
      Object.entries(policies).map(([name, policy]) => [name, Array.isArray(policy) ? { value: policy } : policy]),
    ) as SimulatedTenant['policies'],
    users: (consentReviewers ?? []).flatMap(userOf),
    domains: jsonOf(domains ?? []),
    organization: jsonOf(organization ?? {}),
    onPremisesSynchronization: jsonOf(onPremisesSynchronization ?? {}),
  };
}

type CollectionNames = 'applications' | 'servicePrincipals' | 'oauth2PermissionGrants' | 'appRoleAssignments';

/** An API as the directory stores it, with what administrators say of its permissions. */
export function withClassifications(api: CaseApp, { permissionClassifications }: GivenParts): CaseApp {
  const classified = permissionClassifications?.of(api.appId) ?? new Map<string, string>();
  const delegatedPermissionClassifications = [...classified].map(([permissionId, classification]) => ({
    permissionId,
    classification,
  }));
  const servicePrincipal = api.servicePrincipal && { ...api.servicePrincipal, delegatedPermissionClassifications };
  return { ...api, servicePrincipal: jsonOf(servicePrincipal ?? {}) };
}

/** Grants with the members that Graph adds. */
export function grantsOf(grants: readonly PermissionGrant[]): JsonObject[] {
  return grants.map((grant, index) => ({
    id: `grant-${index}`,
    ...grant,
    principalId: grant.consentType === 'Principal' ? someUser : null,
  }));
}

/** Assignments with the members that Graph adds. */
export function assignmentsOf(assignments: readonly CaseAssignment[]): JsonObject[] {
  return assignments.map((assignment, index) => ({
    id: `assignment-${index}`,
    ...assignment,
    principalType: assignment.appRoleId === defaultAccess ? 'User' : 'ServicePrincipal',
  }));
}

const someUser = '6f0c5a3e-4b7c-4a55-9a30-0f1d9e5a0002';
/** Source: Graph, appRoleAssignment: `appRoleId` where no role is chosen. */
const defaultAccess = '00000000-0000-0000-0000-000000000000';

/** The user behind a reviewer; there is none where the reviewer is gone, or is no user. */
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
