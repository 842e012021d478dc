/** Permissions that include others. Source: Microsoft Graph permissions reference, least to most privileged per path. */
export const includedPermissions: Readonly<Record<string, readonly string[]>> = {
  'Application.ReadWrite.All': ['Application.Read.All'],
  'Directory.Read.All': [
    'Application.Read.All',
    'DelegatedPermissionGrant.Read.All',
    'Domain.Read.All',
    'GroupMember.Read.All',
    'Organization.Read.All',
    'User.Read.All',
  ],
  'Policy.ReadWrite.PermissionGrant': ['Policy.Read.PermissionGrant'],
};

/** The permissions in an identity's token, compared with those that the program needs. */
export interface RoleCheck {
  readonly granted: readonly string[];
  readonly missing: readonly string[];
  /** Granted but not needed: an attacker who takes over the identity has them too. */
  readonly excessive: readonly string[];
}

/**
 * Compares the roles in a token with the needed permissions.
 * @param roles application permissions in the token
 * @param needed the least privileged permissions; a broader one that includes a needed one is granted and excessive
 */
export function checkRoles(roles: readonly string[], needed: readonly string[]): RoleCheck {
  const held = new Set(roles.flatMap((role) => [role, ...(includedPermissions[role] ?? [])]));
  return {
    granted: needed.filter((permission) => held.has(permission)),
    missing: needed.filter((permission) => !held.has(permission)),
    excessive: roles.filter((role) => !needed.includes(role)),
  };
}
