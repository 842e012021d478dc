import type { ManualFix } from '../../model/remediation/manual-fix.js';

/**
 * Classifies a permission as low, so that users can consent to it. It applies to every app of the tenant.
 * Source: Microsoft Learn, "Configure permission classifications"; Graph, create delegatedPermissionClassification.
 */
export function manualFix(): ManualFix {
  const body = { permissionId: '<permission id>', permissionName: 'User.Read', classification: 'low' };
  return {
    portal:
      'Entra admin center > Entra ID > Enterprise apps > Consent and permissions > Permission classifications > Low > Add permissions',
    powershell: [
      `$api = Get-MgServicePrincipal -Filter "appId eq '00000003-0000-0000-c000-000000000000'"`,
      "New-MgServicePrincipalDelegatedPermissionClassification -ServicePrincipalId $api.Id -PermissionId <permission id> -PermissionName 'User.Read' -Classification low",
    ],
    graph: [
      { method: 'POST', path: '/servicePrincipals/<object id of the API>/delegatedPermissionClassifications', body },
    ],
  };
}
