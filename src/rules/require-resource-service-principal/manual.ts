import { guidOr, type ManualFix, type ManualFixFacts, portalPaths } from '../../model/remediation/manual-fix.js';

/** Creates or enables the service principal of the API. Source: Graph, create and update servicePrincipal. */
export function manualFix({ appId, key, evidence }: ManualFixFacts): ManualFix {
  const api = guidOr(evidence.resourceAppId, guidOr(key, '<app id of the API>'));
  if (evidence.accountEnabled === false) {
    return {
      portal: `${portalPaths.enterpriseApp(api)} > Properties > Enabled for users to sign-in: Yes > Save`,
      powershell: [
        `$api = Get-MgServicePrincipal -Filter "appId eq '${api}'"`,
        'Update-MgServicePrincipal -ServicePrincipalId $api.Id -AccountEnabled:$true',
      ],
      graph: [{ method: 'PATCH', path: `/servicePrincipals(appId='${api}')`, body: { accountEnabled: true } }],
    };
  }
  return {
    portal: `${portalPaths.appRegistration(guidOr(appId, '<app id>'))} > API permissions > remove the API, if the app does not use it. The admin center cannot create the service principal: use PowerShell or Graph`,
    powershell: [`New-MgServicePrincipal -AppId ${api}`],
    graph: [{ method: 'POST', path: '/servicePrincipals', body: { appId: api } }],
  };
}
