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
  if (!application) return unknown('granted', 'What the app asks for is declared in another tenant.');
  if (!servicePrincipal) return unknown('granted', 'There is no service principal to grant anything to.');
  const consents = ungrantedOf(app, tenant);
  if (!consents) return unknown('granted', 'Grants, policies or APIs were not read.');
  const failures = consents.flatMap(([resource, ungranted]) => {
    if (isUnread(ungranted)) return [];
    const refused = ungranted.filter(({ byUsers }) => byUsers === 'refused');
    return refused.length > 0 ? [refusedConsent(application, resource, refused)] : [];
  });
  const refusedKeys = new Set(failures.map(({ key }) => key));
  for (const api of apisRequiringAssignment(app, tenant)) {
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
            : 'Whether users may consent depends on a policy that Microsoft manages or Graph does not tell.',
        )
      : ok('granted', open ? 'Users may consent to what is not granted.' : 'All that it asks for is granted.'),
  );
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
    message: `${displayName} asks for ${values.join(', ')} of ${resource.displayName}, which ${adminOnly ? 'only an administrator can grant' : 'users may not grant here'}; nobody has granted ${values.length === 1 ? 'it' : 'them'} for the tenant.`,
    fix: 'Grant admin consent (Enterprise applications > Permissions > Grant admin consent), or remove the permissions that the app does not use.',
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
  if (!servicePrincipal) return unknown('assigned', 'There is no service principal to be assigned to.');
  const otherwise = ok('assigned', 'Nobody needs to be assigned, or somebody is.');
  const { appRoleAssignmentRequired, servicePrincipalType: type } = servicePrincipal;
  if (appRoleAssignmentRequired === false || type?.toLowerCase() === 'managedidentity') return otherwise;
  if (hasUnclearAssignment(app)) return unknown('assigned', 'Graph does not return whether assignment is required.');
  if (!tenant.appRoleAssignments) return unknown('assigned', 'Assignments were not read.');
  const hasAssignment = tenant.appRoleAssignments.hasAssignment(servicePrincipal.id);
  if (hasAssignment === 'unknown') return unknown('assigned', 'Graph did not return who is assigned.');
  const consents = app.application ? ungrantedOf(app, tenant) : [];
  if (consents?.some(([, ungranted]) => isUnread(ungranted))) return unknown('assigned', notReturned);
  if (hasAssignment !== true)
    return failsOr([missingAssignment(servicePrincipal, hasAssignment === undefined)], otherwise);
  if (isB2cTenant(tenant)) return otherwise;
  if (!consents) return unknown('assigned', 'Somebody is assigned, but grants, policies or APIs were not read.');
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
    message: `${displayName} requires assignment, and nobody is assigned to it.`,
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
    message: `${displayName} requires assignment, so that users cannot consent to ${values.join(', ')} of ${resource.displayName}, and no administrator has.`,
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
