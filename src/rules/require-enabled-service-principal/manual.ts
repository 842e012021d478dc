import { guidOr, type ManualFix, type ManualFixFacts, portalPaths } from '../../model/remediation/manual-fix.js';

/** Source: Microsoft Learn, "Disable user sign-in for an application"; Graph, servicePrincipal: `accountEnabled`. */
export function manualFix({ appId, objectId }: ManualFixFacts): ManualFix {
  const id = guidOr(objectId, '<object id>');
  return {
    portal: `${portalPaths.enterpriseApp(guidOr(appId, '<app id>'))} > Properties > Enabled for users to sign-in: Yes > Save`,
    powershell: [`Update-MgServicePrincipal -ServicePrincipalId ${id} -AccountEnabled:$true`],
    graph: [{ method: 'PATCH', path: `/servicePrincipals/${id}`, body: { accountEnabled: true } }],
  };
}
