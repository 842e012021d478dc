import { guidOr, type ManualFix, type ManualFixFacts, portalPaths } from '../../model/remediation/manual-fix.js';

/**
 * Grants delegated permissions for all users, or an application permission.
 * Source: Microsoft Learn, "Grant tenant-wide admin consent to an application"; Graph, create oAuth2PermissionGrant and grant
 * an appRoleAssignment; Microsoft Graph PowerShell.
 */
export function manualFix({ appId: id }: ManualFixFacts): ManualFix {
  const appId = guidOr(id, '<app id>');
  const grant = { clientId: '<client>', consentType: 'AllPrincipals', resourceId: '<api>', scope: '<permissions>' };
  const assignment = { principalId: '<client>', resourceId: '<api>', appRoleId: '<role id>' };
  return {
    portal: `${portalPaths.enterpriseApp(appId)} > Permissions > Grant admin consent`,
    powershell: [
      `$client = Get-MgServicePrincipal -Filter "appId eq '${appId}'"`,
      `$api = Get-MgServicePrincipal -Filter "appId eq '<app id of the API>'"`,
      "New-MgOauth2PermissionGrant -ClientId $client.Id -ConsentType AllPrincipals -ResourceId $api.Id -Scope '<permissions>'",
      'New-MgServicePrincipalAppRoleAssignment -ServicePrincipalId $client.Id -PrincipalId $client.Id -ResourceId $api.Id -AppRoleId <role id>',
    ],
    graph: [
      { method: 'POST', path: '/oauth2PermissionGrants', body: grant },
      { method: 'POST', path: '/servicePrincipals/<client>/appRoleAssignments', body: assignment },
    ],
  };
}
