import { guidOr, type ManualFix, type ManualFixFacts, portalPaths } from '../../model/remediation/manual-fix.js';

/** The id of the default role, for apps without app roles. Source: Graph, appRoleAssignment: `appRoleId`. */
const defaultAccess = '00000000-0000-0000-0000-000000000000';

/** Source: Microsoft Learn, "Manage users and groups assignment to an application"; Graph, grant an appRoleAssignment. */
export function manualFix({ appId, objectId }: ManualFixFacts): ManualFix {
  const id = guidOr(objectId, '<object id>');
  const assignment = { principalId: '<user or group>', resourceId: id, appRoleId: defaultAccess };
  return {
    portal: `${portalPaths.enterpriseApp(guidOr(appId, '<app id>'))} > Users and groups > Add user/group > Assign. Then Permissions > Grant admin consent`,
    powershell: [
      `New-MgServicePrincipalAppRoleAssignedTo -ServicePrincipalId ${id} -PrincipalId <user or group> -ResourceId ${id} -AppRoleId ${defaultAccess}`,
    ],
    graph: [{ method: 'POST', path: `/servicePrincipals/${id}/appRoleAssignedTo`, body: assignment }],
  };
}
