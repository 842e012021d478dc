import { guidOr, type ManualFix, type ManualFixFacts, portalPaths } from '../../model/remediation/manual-fix.js';

/** Source: Graph, application: addPassword; Microsoft Graph PowerShell, Add-MgApplicationPassword. */
export function manualFix({ appId, objectId }: ManualFixFacts): ManualFix {
  const id = guidOr(objectId, '<object id>');
  const passwordCredential = { displayName: '<purpose>', endDateTime: '<date>' };
  return {
    portal: `${portalPaths.appRegistration(guidOr(appId, '<app id>'))} > Certificates & secrets > Upload certificate, or New client secret`,
    powershell: [
      `Add-MgApplicationPassword -ApplicationId ${id} -PasswordCredential @{ displayName = '<purpose>'; endDateTime = (Get-Date).AddMonths(6) }`,
    ],
    graph: [{ method: 'POST', path: `/applications/${id}/addPassword`, body: { passwordCredential } }],
  };
}
