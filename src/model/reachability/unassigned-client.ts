import { hasRedirectUri } from '../entra/sign-in-surface.js';
import { exposesScopes } from '../tenant/middle-tier.js';
import type { Resource } from '../tenant/resources.js';
import { requirementsOf } from './client-steps.js';
import type { ReachabilityFailure, ReachableApp, ReachableTenant } from './reachability-step.js';

/** An API that requires assignment, and whether a client is assigned to it. */
export interface AssignedApi {
  readonly resource: Resource;
  readonly isAssigned: boolean | 'unknown' | undefined;
}

/**
 * The APIs that require assignment and of which a client declares no application permission. Only for clients without
 * users: they have no redirect URI and no device-code flow, and they expose no permission. Such a client can only get a
 * token for itself, and Entra issues it only if the client is assigned to the API.
 * Sources: Graph, servicePrincipal: `appRoleAssignmentRequired`; Microsoft Learn, "Protected web API: app registration"
 * (AADSTS501051).
 */
export function apisRequiringAssignment(app: ReachableApp, tenant: ReachableTenant): AssignedApi[] {
  const { application, servicePrincipal } = app;
  const { appRoleAssignments, resources } = tenant;
  if (!application || !servicePrincipal || !resources || !appRoleAssignments) return [];
  const required: Resource[] = [];
  for (const { resourceAppId, roles } of requirementsOf(app)) {
    const resource = roles.length === 0 ? resources.byAppId(resourceAppId) : undefined;
    if (resource?.appRoleAssignmentRequired && resource.id !== servicePrincipal.id) required.push(resource);
  }
  if (required.length === 0 || hasUsers(application)) return [];
  return required.map((resource) => ({
    resource,
    isAssigned: appRoleAssignments.holdsAny(servicePrincipal.id, resource.id),
  }));
}

function hasUsers(application: NonNullable<ReachableApp['application']>): boolean {
  return application.isFallbackPublicClient === true || hasRedirectUri(application) || exposesScopes(application);
}

/** The failure of a client that is not assigned to an API. */
export function unassignedClient(
  { id, displayName }: { readonly id: string; readonly displayName: string },
  { resource, isAssigned }: AssignedApi,
): ReachabilityFailure {
  return {
    on: 'application',
    objectId: id,
    key: resource.appId.toLowerCase(),
    severity: 'low',
    code: 'AADSTS501051',
    message: `${displayName} is not assigned to ${resource.displayName}, which requires assignment, and declares no application permission of it.`,
    fix: `Add an application permission of ${resource.displayName} and grant admin consent, or turn off "Assignment required" of the API.`,
    evidence: { resourceAppId: resource.appId, resource: resource.displayName, because: 'client-not-assigned' },
    ...(isAssigned === undefined && { restsOnAbsenceOf: 'appRoleAssignment' as const }),
  };
}
