import { guidOr, type ManualFix, type ManualFixFacts, portalPaths } from '../../model/remediation/manual-fix.js';

/**
 * Removes the permission that the API does not publish. `requiredResourceAccess` is replaced as a whole.
 * Source: Microsoft Learn, "AADSTS650056: Misconfigured application"; Graph, update application.
 */
export function manualFix({ appId, objectId }: ManualFixFacts): ManualFix {
  const id = guidOr(objectId, '<object id>');
  const path = `/applications/${id}`;
  return {
    portal: `${portalPaths.appRegistration(guidOr(appId, '<app id>'))} > API permissions > remove the permission that has no name, and add the one that the API publishes`,
    powershell: [
      `$access = (Get-MgApplication -ApplicationId ${id}).RequiredResourceAccess`,
      '# Remove the permission from $access first.',
      `Update-MgApplication -ApplicationId ${id} -RequiredResourceAccess $access`,
    ],
    graph: [
      { method: 'GET', path: `${path}?$select=requiredResourceAccess` },
      { method: 'PATCH', path, body: { requiredResourceAccess: ['<the entries of the GET without the permission>'] } },
    ],
  };
}
