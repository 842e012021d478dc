import {
  type GraphRequestForm,
  guidOr,
  type ManualFix,
  type ManualFixFacts,
  portalPaths,
} from '../../model/remediation/manual-fix.js';

/**
 * Adds a credential, and removes the old one when the client uses the new one.
 * Sources: Graph, addPassword, removePassword, and "Add a certificate to an app using Microsoft Graph" (the PATCH replaces
 * all keys); Microsoft Entra PowerShell, New-EntraApplicationKeyCredential.
 */
export function manualFix({ on, objectId, appId, key, evidence }: ManualFixFacts): ManualFix {
  const [id, keyId] = [guidOr(objectId, '<object id>'), guidOr(key, '<key id>')];
  const isApplication = on === 'application';
  const isCertificate = evidence.credential === 'certificate';
  const path = `/${isApplication ? 'applications' : 'servicePrincipals'}/${id}`;
  const type = isApplication ? 'Application' : 'ServicePrincipal';
  const blade = isApplication
    ? `${portalPaths.appRegistration(guidOr(appId, '<app id>'))} > Certificates & secrets > ${isCertificate ? 'Certificates > Upload certificate' : 'Client secrets > New client secret'}`
    : `${portalPaths.enterpriseApp(guidOr(appId, '<app id>'))} > Overview. The admin center does not show credentials of a service principal: use PowerShell or Graph`;
  return {
    portal: `${blade}. Give it to the client, then remove the credential ${keyId}`,
    powershell: isCertificate ? certificateCommands(type, id, keyId) : secretCommands(type, id, keyId),
    graph: isCertificate ? certificateRequests(path) : secretRequests(path, keyId),
  };
}

function secretCommands(type: string, id: string, keyId: string): string[] {
  return [
    `Add-Mg${type}Password -${type}Id ${id} -PasswordCredential @{ displayName = '<purpose>'; endDateTime = (Get-Date).AddMonths(6) }`,
    '# Give the secret to the client first.',
    `Remove-Mg${type}Password -${type}Id ${id} -KeyId ${keyId}`,
  ];
}

function certificateCommands(type: string, id: string, keyId: string): string[] {
  return [
    `New-Entra${type}KeyCredential -${type}Id ${id} -Type AsymmetricX509Cert -Usage Verify -Value '<certificate in base64>' -EndDate '<date>'`,
    '# Give the certificate to the client first.',
    `Remove-Entra${type}KeyCredential -${type}Id ${id} -KeyId ${keyId}`,
  ];
}

function secretRequests(path: string, keyId: string): GraphRequestForm[] {
  const passwordCredential = { displayName: '<purpose>', endDateTime: '<date>' };
  return [
    { method: 'POST', path: `${path}/addPassword`, body: { passwordCredential } },
    { method: 'POST', path: `${path}/removePassword`, body: { keyId } },
  ];
}

function certificateRequests(path: string): GraphRequestForm[] {
  const added = { type: 'AsymmetricX509Cert', usage: 'Verify', key: '<certificate in base64>' };
  return [
    { method: 'GET', path: `${path}?$select=keyCredentials` },
    {
      method: 'PATCH',
      path,
      body: { keyCredentials: ['<every entry that the client uses, as the GET returned it>', added] },
    },
  ];
}
