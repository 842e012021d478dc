import { isDocumented } from '../entra/enum-value.js';
import type { Resource } from '../tenant/resources.js';
import { isB2cTenant } from '../tenant/tenant-type.js';
import {
  failsOr,
  ok,
  type ReachabilityFailure,
  type ReachabilityStep,
  type ReachableApp,
  type ReachableTenant,
  unknown,
} from './reachability-step.js';
import { apisRequiringAssignment, unassignedClient } from './unassigned-client.js';
import { type Ungranted, ungrantedOf } from './ungranted.js';

/**
 * Every required permission must be granted for the whole tenant, preauthorized by the API, or one that users may grant
 * themselves. With appRoleAssignmentRequired the consent of users is not enough: the last step checks that.
 * Source: Microsoft Learn, "Unexpected consent prompt"; Graph, oAuth2PermissionGrant, permissionGrantPolicy.
 */
export function grantedStep(app: ReachableApp, tenant: ReachableTenant): ReachabilityStep {
  const { application, servicePrincipal } = app;
  if (!application) return unknown('granted', 'Another tenant has the application and its declared permissions.');
  if (!servicePrincipal) return unknown('granted', 'The app has no service principal, so it has no grants.');
  const consents = ungrantedOf(app, tenant);
  if (!consents) return unknown('granted', 'Consentinel did not read the grants, policies or APIs.');
  const unassigned = apisRequiringAssignment(app, tenant);
  if (unassigned.length === 0 && consents.every(([, ungranted]) => ungranted.length === 0)) return allGranted();
  const failures = consents.flatMap(([resource, ungranted]) => {
    if (isUnread(ungranted)) return [];
    const refused = ungranted.filter(({ byUsers }) => byUsers === 'refused');
    return refused.length > 0 ? [refusedConsent(application, resource, refused)] : [];
  });
  const refusedKeys = new Set(failures.map(({ key }) => key));
  for (const api of unassigned) {
    if (api.isAssigned === true || api.isAssigned === 'unknown' || refusedKeys.has(keyOf(api.resource))) continue;
    failures.push(unassignedClient(application, api));
  }
  const isUndetermined = consents.some(([, ungranted]) => ungranted.some(({ byUsers }) => byUsers === 'unknown'));
  const open = consents.some(([, ungranted]) => ungranted.length > 0);
  return failsOr(
    failures,
    isUndetermined
      ? unknown(
          'granted',
          consents.some(([, ungranted]) => isUnread(ungranted))
            ? notReturned
            : 'User consent depends on a policy that Microsoft manages or that Graph does not return.',
        )
      : open
        ? ok('granted', 'Users can consent to the permissions that are not granted.')
        : allGranted(),
  );
}

function allGranted(): ReachabilityStep {
  return ok('granted', 'All requested permissions are granted.');
}

/** Whether a value that is absent or not documented decides if an app requires assignment. */
export function hasUnclearAssignment({ servicePrincipal }: ReachableApp): boolean {
  if (!servicePrincipal || servicePrincipal.appRoleAssignmentRequired === false) return false;
  const { appRoleAssignmentRequired, servicePrincipalType: type } = servicePrincipal;
  return appRoleAssignmentRequired == null || (!!type && !isDocumented(type, servicePrincipalTypes));
}

/** Source: Graph, servicePrincipal: `servicePrincipalType`; `ServiceIdentity` for agent identities; in lower case. */
const servicePrincipalTypes = ['application', 'managedidentity', 'legacy', 'socialidp', 'serviceidentity'];

/** The keys of the consents that are undetermined: Graph does not return whom the policy permits to give them. */
export function undeterminedConsents(app: ReachableApp, tenant: ReachableTenant): string[] {
  const undetermined = (ungrantedOf(app, tenant) ?? []).filter(([, ungranted]) =>
    ungranted.some(({ byUsers }) => byUsers === 'unknown'),
  );
  const unassigned = apisRequiringAssignment(app, tenant).filter(({ isAssigned }) => isAssigned === 'unknown');
  return [...undetermined.map(([resource]) => resource), ...unassigned.map(({ resource }) => resource)].map(keyOf);
}

const notReturned = 'Graph did not return the assignments or the permission classifications of an API.';

function isUnread(ungranted: readonly Ungranted[]): boolean {
  return ungranted.some(({ unread }) => unread);
}

/** Distinguishes the violations of one application. */
function keyOf({ appId }: Resource): string {
  return appId.toLowerCase();
}

function refusedConsent(
  { id, displayName }: { id: string; displayName: string },
  resource: Resource,
  refused: readonly Ungranted[],
): ReachabilityFailure {
  const values = refused.map(({ value }) => value).sort();
  const adminOnly = refused.every((permission) => permission.adminOnly);
  const someUsers = refused.every((permission) => permission.someUsers);
  const absence = refused.find(({ restsOnAbsenceOf }) => restsOnAbsenceOf)?.restsOnAbsenceOf;
  const isUnassigned = resource.appRoleAssignmentRequired && refused.some(({ isRole }) => isRole);
  return {
    on: 'application',
    objectId: id,
    key: keyOf(resource),
    // Source: Microsoft Learn, "Protected web API: app registration": the API requires assignment.
    code: isUnassigned ? 'AADSTS501051' : 'AADSTS90094',
    message: `${displayName} requests ${values.join(', ')} of ${resource.displayName} without admin consent. ${adminOnly ? 'Only an administrator can grant' : 'The consent policy does not let users grant'} ${values.length === 1 ? 'this permission' : 'these permissions'}.`,
    fix: 'Grant admin consent (Enterprise applications > Permissions > Grant admin consent), or remove unused permissions.',
    // It works for some users, which can be intended.
    ...(someUsers && { severity: 'low' as const }),
    evidence: {
      resourceAppId: resource.appId,
      resource: resource.displayName,
      permissions: values.join(' '),
      because: adminOnly ? 'admin-only' : 'kept-from-users',
      someUsersConsented: someUsers,
    },
    ...(absence && { restsOnAbsenceOf: absence }),
  };
}

/**
 * Where assignment is required, at least one user, group or service principal must be assigned, and an administrator
 * must have consented: the consent of users is not enough.
 * Source: Microsoft Learn, "Configure how users consent to applications", note on appRoleAssignmentRequired; 50105.
 */
export function assignedStep(app: ReachableApp, tenant: ReachableTenant): ReachabilityStep {
  const { servicePrincipal } = app;
  if (!servicePrincipal) return unknown('assigned', 'The app has no service principal, so it has no assignments.');
  const otherwise = ok('assigned', 'The app does not require assignment, or it has assignments.');
  const { appRoleAssignmentRequired, servicePrincipalType: type } = servicePrincipal;
  if (appRoleAssignmentRequired === false || type?.toLowerCase() === 'managedidentity') return otherwise;
  if (hasUnclearAssignment(app)) return unknown('assigned', 'Graph does not return whether assignment is required.');
  if (!tenant.appRoleAssignments) return unknown('assigned', 'Consentinel did not read the assignments.');
  const hasAssignment = tenant.appRoleAssignments.hasAssignment(servicePrincipal.id);
  if (hasAssignment === 'unknown') return unknown('assigned', 'Graph did not return the assignments.');
  const consents = app.application ? ungrantedOf(app, tenant) : [];
  if (consents?.some(([, ungranted]) => isUnread(ungranted))) return unknown('assigned', notReturned);
  if (hasAssignment !== true)
    return failsOr([missingAssignment(servicePrincipal, hasAssignment === undefined)], otherwise);
  if (isB2cTenant(tenant)) return otherwise;
  if (!consents)
    return unknown('assigned', 'The app has assignments. Consentinel did not read the grants, policies or APIs.');
  return failsOr(
    consents.flatMap(([resource, ungranted]) => {
      const left = ungranted.filter(
        ({ byUsers, adminOnly, unclear }) => byUsers !== 'refused' && !adminOnly && !unclear,
      );
      return left.length > 0 ? [noAdminConsent(servicePrincipal, resource, left)] : [];
    }),
    otherwise,
  );
}

/**
 * The keys of the violations of `assignedStep` that are undetermined, because Graph did not return what decides. The
 * key of the violation about assignment itself is empty.
 */
export function undeterminedAssignments(app: ReachableApp, tenant: ReachableTenant): string[] {
  if (!app.servicePrincipal || assignedStep(app, tenant).outcome !== 'unknown') return [];
  const resources = (app.application ? ungrantedOf(app, tenant) : []) ?? [];
  return ['', ...resources.map(([resource]) => keyOf(resource))];
}

type Principal = NonNullable<ReachableApp['servicePrincipal']>;

function missingAssignment({ id, displayName }: Principal, needsLookup: boolean): ReachabilityFailure {
  return {
    on: 'servicePrincipal',
    objectId: id,
    code: 'AADSTS50105',
    message: `${displayName} requires assignment but has no assigned user, group or client.`,
    fix: 'Assign users or groups (Enterprise applications > Users and groups), or turn off "Assignment required".',
    evidence: { appRoleAssignmentRequired: true, assignments: 0 },
    ...(needsLookup && { restsOnAbsenceOf: 'assignment' as const }),
  };
}

function noAdminConsent(
  { id, displayName }: Principal,
  resource: Resource,
  left: readonly Ungranted[],
): ReachabilityFailure {
  const values = left.map(({ value }) => value).sort();
  const absence = left.find(({ restsOnAbsenceOf }) => restsOnAbsenceOf)?.restsOnAbsenceOf;
  return {
    on: 'servicePrincipal',
    objectId: id,
    key: keyOf(resource),
    code: 'AADSTS90094',
    message: `${displayName} requires assignment, so users cannot consent to ${values.join(', ')} of ${resource.displayName}. Admin consent is missing.`,
    fix: 'Grant admin consent (Enterprise applications > Permissions > Grant admin consent), or turn off "Assignment required".',
    evidence: {
      appRoleAssignmentRequired: true,
      resourceAppId: resource.appId,
      resource: resource.displayName,
      permissions: values.join(' '),
    },
    ...(absence && { restsOnAbsenceOf: absence }),
  };
}
