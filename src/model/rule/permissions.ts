import { includedPermissions } from '../tenant/role-check.js';
import type { TenantPart } from '../tenant/tenant.js';
import type { RemedyOptions } from './remedy.js';
import type { Rule } from './rule.js';

/**
 * The least privileged application permission that reads a tenant part.
 * Source: Microsoft Graph permissions reference, least privileged per path.
 */
export const permissionOfPart: Readonly<Record<TenantPart, string>> = {
  authorizationPolicy: 'Policy.Read.All',
  adminConsentRequestPolicy: 'Policy.Read.All',
  appRoleAssignments: 'Application.Read.All',
  appManagementPolicies: 'Policy.Read.All',
  claimsMappingPolicies: 'Policy.Read.All',
  consentReviewers: 'User.Read.All',
  defaultAppManagementPolicy: 'Policy.Read.All',
  deletedApplications: 'Application.Read.All',
  domains: 'Domain.Read.All',
  extensionProperties: 'Application.Read.All',
  federatedCredentials: 'Application.Read.All',
  grants: 'DelegatedPermissionGrant.Read.All',
  onPremisesSynchronization: 'OnPremDirectorySynchronization.Read.All',
  organization: 'Organization.Read.All',
  permissionClassifications: 'Application.Read.All',
  permissionGrantPolicies: 'Policy.Read.PermissionGrant',
  resources: 'Application.Read.All',
  signInFailures: 'AuditLog.Read.All',
};

/** Reads the sign-in log and the audit log of the directory. Source: Graph, list signIns, list directoryAudits. */
export const auditLogPermission = 'AuditLog.Read.All';

/**
 * The permissions without which a scan can be complete. Their rules are undetermined without them. Graph does not document
 * that an application can use the first one, and the second one shows the sign-ins of all users, which an organization may
 * refuse to give.
 * Source: Graph, get onPremisesDirectorySynchronization: application permissions are not supported.
 */
export const optionalPermissions: ReadonlySet<string> = new Set([
  'OnPremDirectorySynchronization.Read.All',
  auditLogPermission,
]);

/** Reads applications, service principals, and the id of the organization. */
export const directoryPermission = 'Application.Read.All';

/** The application permissions that a rule needs: they follow from its `select`. */
export function permissionsOf(rule: Rule): string[] {
  const parts = (rule.select.tenant ?? []).map((part) => permissionOfPart[part]);
  return [...new Set(rule.on === 'app' ? [directoryPermission, ...parts] : parts)].sort();
}

/**
 * The application permissions of the identity that executes remedies: each writes, and reads again what its rule
 * judges. A remedy that its option does not enable needs none.
 * @param options the settings of remedies; a list without entries does not enable a remedy
 */
export function remediatorPermissions(rules: readonly Rule[], options: RemedyOptions): string[] {
  const enabled = rules.filter(({ remedy }) => {
    const option = remedy && 'needs' in remedy ? remedy.needs : undefined;
    return remedy && (!option || options[option].length > 0);
  });
  const writes = enabled.flatMap(({ remedy }) => remedy?.permission ?? []);
  const reads = enabled.length > 0 ? [directoryPermission, ...enabled.flatMap(permissionsOf)] : [];
  const included = new Set(writes.flatMap((permission) => includedPermissions[permission] ?? []));
  return [...new Set([...writes, ...reads.filter((permission) => !included.has(permission))])].sort();
}
