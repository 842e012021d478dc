import type { PublishedAppRole, PublishedScope } from '../entra/app.js';
import { hasKnownAudience, isForPersonalAccountsOnly } from '../entra/sign-in-audience.js';
import type { Absence } from '../rule/violation.js';
import {
  asksForClassification,
  assignedPolicies,
  type ConsentVerdict,
  type GrantPolicy,
  hasKnownType,
  isAdminOnly,
  mayUserConsent,
} from '../tenant/consent-policy.js';
import { isUnclearResource, type Resource } from '../tenant/resources.js';
import { isB2cTenant, isCustomerTenant } from '../tenant/tenant-type.js';
import { requirementsOf } from './client-steps.js';
import type { ReachableApp, ReachableTenant } from './reachability-step.js';

/** A permission that is not granted for the whole tenant, and whether users may grant it themselves. */
export interface Ungranted {
  readonly value: string;
  readonly byUsers: ConsentVerdict;
  /** A delegated permission of type Admin, or an application permission. */
  readonly adminOnly: boolean;
  /** An application permission. */
  readonly isRole?: true;
  /** The type of the permission is not documented, so that an administrator may be required. */
  readonly unclear?: true;
  /** Some users have consented to delegated permissions of this API. */
  readonly someUsers: boolean;
  readonly restsOnAbsenceOf?: Absence;
  /** Whether Graph did not return what decides: then `byUsers` is `unknown`. */
  readonly unread?: boolean;
}

type KnownTenant = ReachableTenant &
  Required<
    Pick<
      ReachableTenant,
      'appRoleAssignments' | 'authorizationPolicy' | 'grants' | 'permissionGrantPolicies' | 'resources'
    >
  >;

interface ConsentContext {
  readonly app: ReachableApp;
  readonly clientId: string;
  readonly tenant: KnownTenant;
  /** The policies under which users consent for themselves. */
  readonly policies: readonly (GrantPolicy | undefined)[];
}

/**
 * The required permissions that are not granted for the whole tenant, by API.
 * Source: Graph, oAuth2PermissionGrant, appRoleAssignment, apiApplication: `preAuthorizedApplications`.
 * @returns undefined where a tenant part that it needs was not read, or has a value that is not documented
 */
export function ungrantedOf(app: ReachableApp, tenant: ReachableTenant): [Resource, Ungranted[]][] | undefined {
  const { application, servicePrincipal } = app;
  if (!application || !servicePrincipal || isForPersonalAccountsOnly(application)) return [];
  const requirements = requirementsOf(app);
  if (requirements.length === 0) return [];
  if (!isKnown(tenant) || hasUnclearGrants(app, tenant)) return undefined;
  const { authorizationPolicy, permissionGrantPolicies, resources } = tenant;
  const assigned = authorizationPolicy.defaultUserRolePermissions?.permissionGrantPoliciesAssigned;
  // Customers cannot consent, whatever the policies say.
  const policies = isCustomerTenant(tenant) ? [] : assignedPolicies(assigned, permissionGrantPolicies, tenant.id);
  if (!tenant.permissionClassifications && policies.some(asksForClassification)) return undefined;
  const context: ConsentContext = { app, clientId: servicePrincipal.id, tenant, policies };
  const ungranted: [Resource, Ungranted[]][] = [];
  for (const { resourceAppId, scopes, roles } of requirements) {
    const resource = resources.byAppId(resourceAppId);
    if (!resource || isUnclearResource(resource, { scopes, roles })) continue;
    const ofResource: Ungranted[] = [];
    addUngrantedScopes(ofResource, context, resource, scopes);
    addUngrantedRoles(ofResource, context, resource, roles);
    ungranted.push([resource, ofResource]);
  }
  return ungranted;
}

/** Whether a value that is not documented decides what was granted to the app, or whether it needs a grant. */
export function hasUnclearGrants(
  { application, servicePrincipal }: ReachableApp,
  { grants }: ReachableTenant,
): boolean {
  if (!application || !servicePrincipal) return false;
  return !hasKnownAudience(application) || grants?.hasUnclear(servicePrincipal.id) === true;
}

// Loops in this module, not arrays: they run for every permission of every app, and nearly all are granted.

function addUngrantedScopes(
  to: Ungranted[],
  context: ConsentContext,
  resource: Resource,
  ids: readonly string[],
): void {
  if (ids.length === 0) return;
  const granted = context.tenant.grants.of(context.clientId, resource.id);
  for (const id of ids) {
    const scope = resource.delegatedPermissions.get(id.toLowerCase());
    if (!scope || granted.tenantWide.has((scope.value ?? '').toLowerCase())) continue;
    to.push(...ungrantedScope(context, resource, scope, granted.someUsers));
  }
}

function addUngrantedRoles(to: Ungranted[], context: ConsentContext, resource: Resource, ids: readonly string[]): void {
  for (const id of ids) {
    const role = resource.applicationPermissions.get(id.toLowerCase());
    if (role) to.push(...ungrantedRole(context, resource, role));
  }
}

function isKnown(tenant: ReachableTenant): tenant is KnownTenant {
  const { appRoleAssignments, authorizationPolicy, grants, permissionGrantPolicies, resources } = tenant;
  return Boolean(appRoleAssignments && authorizationPolicy && grants && permissionGrantPolicies && resources);
}

function ungrantedScope(
  { app, clientId, tenant, policies }: ConsentContext,
  resource: Resource,
  scope: PublishedScope,
  someUsers: boolean,
): Ungranted[] {
  const preAuthorized = tenant.resources.preAuthorizationsOf(resource.appId);
  if (preAuthorized?.get(app.appId.toLowerCase())?.has((scope.id ?? '').toLowerCase())) return [];
  const adminOnly = isAdminOnly(scope);
  const classified = tenant.permissionClassifications?.of(resource.appId);
  const unclassified = !adminOnly && !classified && policies.some(asksForClassification);
  const unread = unclassified && tenant.permissionClassifications?.isUnknown(resource.appId) === true;
  const verdict = mayUserConsent(
    {
      clientAppId: app.appId,
      clientTenantId: app.servicePrincipal?.appOwnerOrganizationId ?? tenant.id,
      publisherId: app.application?.verifiedPublisher?.verifiedPublisherId || null,
      resourceAppId: resource.appId,
      scope,
      classification: classified?.get((scope.id ?? '').toLowerCase()),
    },
    policies,
  );
  const isOwn = resource.appOwnerOrganizationId?.toLowerCase() === tenant.id.toLowerCase();
  const absences: readonly (Absence | false)[] = [
    isOwn && !preAuthorized && 'preAuthorization',
    unclassified && !unread && 'classification',
    !tenant.grants.isConfirmed(clientId) && 'grant',
  ];
  const absence = absences.find((one) => one !== false);
  const ungranted: Ungranted = {
    value: scope.value ?? scope.id ?? '',
    // User flows of B2C ask for no consent of this kind.
    byUsers: unread ? 'unknown' : isB2cTenant(tenant) && !adminOnly ? 'allowed' : verdict,
    adminOnly,
    someUsers,
    ...(unread && { unread }),
    ...(!hasKnownType(scope) && { unclear: true as const }),
    ...(absence && { restsOnAbsenceOf: absence }),
  };
  return [ungranted];
}

function ungrantedRole({ clientId, tenant }: ConsentContext, resource: Resource, role: PublishedAppRole): Ungranted[] {
  const holds = tenant.appRoleAssignments.holds(clientId, resource.id, role.id ?? '');
  if (holds === true) return [];
  const unread = holds === 'unknown';
  return [
    {
      value: role.value ?? role.id ?? '',
      byUsers: unread ? 'unknown' : 'refused',
      adminOnly: true,
      isRole: true,
      someUsers: false,
      ...(unread && { unread }),
      ...(holds === undefined && { restsOnAbsenceOf: 'appRoleAssignment' as const }),
    },
  ];
}
