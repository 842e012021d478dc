import { auditLogPermission, directoryPermission, permissionOfPart } from '../../model/rule/permissions.js';
import type { TenantPart } from '../../model/tenant/tenant.js';

/**
 * The least privileged application permission for a call, for the error when Graph refuses it.
 * Source: Microsoft Graph permissions reference.
 * @param path relative to the version
 * @returns undefined for a call that the program does not make
 */
export function permissionFor(method: string, path: string): string | undefined {
  const [head = '', part = ''] = path.replace(/^\/+/, '').split(/[/(?]/);
  if (head === 'users' && /\/sendMail$/.test(path)) return 'Mail.Send';
  if (method !== 'GET') return permissionToWrite(head, part, path);
  if (head === 'applications' || head === 'servicePrincipals') return directoryPermission;
  if (head === 'organization' || head === 'domains') return permissionOfPart[head];
  // The page of the delta names no smaller permission. Source: Graph, oauth2permissiongrant: delta.
  if (head === 'oauth2PermissionGrants') return part === 'delta' ? 'Directory.Read.All' : permissionOfPart.grants;
  if (head === 'users' && /\/appRoleAssignments$/.test(path)) return 'Directory.Read.All';
  if (head === 'users') return 'User.Read.All';
  if (head === 'directory' && part === 'deletedItems') return permissionOfPart.deletedApplications;
  if (head === 'directory' && part === 'onPremisesSynchronization') return permissionOfPart[part];
  if (head === 'auditLogs') return auditLogPermission;
  if (head === 'policies' && part in permissionOfPart) return permissionOfPart[part as TenantPart];
  return undefined;
}

/** For the requests of remedies and undos. */
function permissionToWrite(head: string, part: string, path: string): string | undefined {
  if (head === 'policies') return policyPermissions[part];
  if (/\/delegatedPermissionClassifications$/.test(path)) return 'Policy.ReadWrite.PermissionGrant';
  if (['applications', 'servicePrincipals', 'directory'].includes(head)) return 'Application.ReadWrite.All';
  return undefined;
}

/** Source: Graph, update adminConsentRequestPolicy, update tenantAppManagementPolicy. */
const policyPermissions: Readonly<Record<string, string>> = {
  adminConsentRequestPolicy: 'Policy.ReadWrite.ConsentRequest',
  defaultAppManagementPolicy: 'Policy.ReadWrite.ApplicationConfiguration',
};

/** How an administrator grants a permission. Source: Entra, app role assignments of managed identities. */
export function howToGrant(permission: string | undefined): string {
  const name = permission ?? 'the application permission of this path';
  return `Grant ${name} (Microsoft Graph, application permission) to the identity: for an app registration in the Entra admin center > App registrations > API permissions, then "Grant admin consent"; for a managed identity assign the app role, for example with New-MgServicePrincipalAppRoleAssignment. A new grant is effective after some minutes. A running process uses its old token for up to a day.`;
}
