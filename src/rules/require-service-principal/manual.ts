import { guidOr, type ManualFix, type ManualFixFacts, portalPaths } from '../../model/remediation/manual-fix.js';

/** Source: Graph, create servicePrincipal; Microsoft Graph PowerShell, New-MgServicePrincipal. */
export function manualFix({ appId: id }: ManualFixFacts): ManualFix {
  const appId = guidOr(id, '<app id>');
  return {
    portal: `${portalPaths.appRegistration(appId)} > Overview > Create Service Principal`,
    powershell: [`New-MgServicePrincipal -AppId ${appId}`],
    graph: [{ method: 'POST', path: '/servicePrincipals', body: { appId } }],
  };
}
