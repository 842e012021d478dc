import { guidOr, type ManualFix, type ManualFixFacts, portalPaths } from '../../model/remediation/manual-fix.js';

/** Microsoft Graph and its delegated permission User.Read. Source: Microsoft Graph permissions reference. */
const graphAppId = '00000003-0000-0000-c000-000000000000';
const userRead = 'e1fe6dd8-ba31-4d61-89e7-88639da4683d';

/** Source: Microsoft Learn, "AADSTS650056: Misconfigured application"; Graph, application: `requiredResourceAccess`. */
export function manualFix({ appId, objectId }: ManualFixFacts): ManualFix {
  const id = guidOr(objectId, '<object id>');
  const requiredResourceAccess = [{ resourceAppId: graphAppId, resourceAccess: [{ id: userRead, type: 'Scope' }] }];
  return {
    portal: `${portalPaths.appRegistration(guidOr(appId, '<app id>'))} > API permissions > Add a permission > Microsoft Graph > Delegated permissions > User.Read > Add permissions > Grant admin consent`,
    powershell: [
      `Update-MgApplication -ApplicationId ${id} -RequiredResourceAccess @(@{ resourceAppId = '${graphAppId}'; resourceAccess = @(@{ id = '${userRead}'; type = 'Scope' }) })`,
    ],
    graph: [{ method: 'PATCH', path: `/applications/${id}`, body: { requiredResourceAccess } }],
  };
}
