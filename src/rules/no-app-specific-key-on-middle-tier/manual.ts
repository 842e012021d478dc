import { guidOr, type ManualFix, type ManualFixFacts, portalPaths } from '../../model/remediation/manual-fix.js';

/**
 * Removes the app's own signing key. SAML sign-in to the app needs that key: then a separate registration for the API is the fix.
 * Source: Microsoft identity platform, On-Behalf-Of flow; Microsoft Entra PowerShell, Remove-EntraServicePrincipalKeyCredential;
 * Graph, update servicePrincipal (`keyCredentials` is replaced as a whole).
 */
export function manualFix({ appId, objectId, key }: ManualFixFacts): ManualFix {
  const [id, keyId] = [guidOr(objectId, '<object id>'), guidOr(key, '<key id>')];
  const path = `/servicePrincipals/${id}`;
  const others = ['<every other entry, as the GET returned it>'];
  return {
    portal: `${portalPaths.enterpriseApp(guidOr(appId, '<app id>'))} > Single sign-on > delete the certificate. If users sign in to the app with SAML, register the API as a separate app instead`,
    powershell: [`Remove-EntraServicePrincipalKeyCredential -ServicePrincipalId ${id} -KeyId ${keyId}`],
    graph: [
      { method: 'GET', path: `${path}?$select=keyCredentials` },
      { method: 'PATCH', path, body: { keyCredentials: others } },
    ],
  };
}
