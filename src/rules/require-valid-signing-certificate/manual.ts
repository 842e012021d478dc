import { guidOr, type ManualFix, type ManualFixFacts, portalPaths } from '../../model/remediation/manual-fix.js';

/**
 * Creates a certificate, and makes it active when the service knows it.
 * Source: Microsoft Learn, "Manage federation certificates"; Graph, servicePrincipal: addTokenSigningCertificate and
 * `preferredTokenSigningKeyThumbprint`.
 */
export function manualFix({ appId, objectId }: ManualFixFacts): ManualFix {
  const id = guidOr(objectId, '<object id>');
  const path = `/servicePrincipals/${id}`;
  return {
    portal: `${portalPaths.enterpriseApp(guidOr(appId, '<app id>'))} > Single sign-on > SAML certificates > Edit > New Certificate > Save. Give the certificate to the service, then choose Make certificate active`,
    powershell: [
      `$certificate = Add-MgServicePrincipalTokenSigningCertificate -ServicePrincipalId ${id} -DisplayName 'CN=<name>' -EndDateTime (Get-Date).AddYears(3)`,
      '# Give the certificate to the service first.',
      `Update-MgServicePrincipal -ServicePrincipalId ${id} -PreferredTokenSigningKeyThumbprint $certificate.Thumbprint`,
    ],
    graph: [
      {
        method: 'POST',
        path: `${path}/addTokenSigningCertificate`,
        body: { displayName: 'CN=<name>', endDateTime: '<date>' },
      },
      { method: 'PATCH', path, body: { preferredTokenSigningKeyThumbprint: '<thumbprint of the answer>' } },
    ],
  };
}
