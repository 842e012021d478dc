import { guidOr, type ManualFix, type ManualFixFacts, portalPaths } from '../../model/remediation/manual-fix.js';

/**
 * Removes one key and keeps the others. The commands need no proof of possession, unlike `removeKey` of Graph.
 * Source: Microsoft Entra PowerShell, Remove-EntraApplicationKeyCredential, Remove-EntraServicePrincipalKeyCredential; Graph,
 * update application and servicePrincipal (`keyCredentials` is replaced as a whole).
 */
export function manualFix({ on, objectId, appId, key }: ManualFixFacts): ManualFix {
  const [id, keyId] = [guidOr(objectId, '<object id>'), guidOr(key, '<key id>')];
  const isApplication = on === 'application';
  const path = `/${isApplication ? 'applications' : 'servicePrincipals'}/${id}`;
  const home = isApplication ? portalPaths.appRegistration : portalPaths.enterpriseApp;
  const page = isApplication ? 'Certificates & secrets' : 'Single sign-on';
  const others = ['<every other entry, as the GET returned it>'];
  return {
    portal: `${home(guidOr(appId, '<app id>'))} > ${page} > delete the key ${keyId}. If the page does not list the key, use PowerShell or Graph`,
    powershell: [
      isApplication
        ? `Remove-EntraApplicationKeyCredential -ApplicationId ${id} -KeyId ${keyId}`
        : `Remove-EntraServicePrincipalKeyCredential -ServicePrincipalId ${id} -KeyId ${keyId}`,
    ],
    graph: [
      { method: 'GET', path: `${path}?$select=keyCredentials` },
      { method: 'PATCH', path, body: { keyCredentials: others } },
    ],
  };
}
