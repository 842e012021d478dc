import { guidOr, type ManualFix, type ManualFixFacts, portalPaths } from '../../model/remediation/manual-fix.js';

/**
 * Names the client in the API, so that one consent covers both apps.
 * Source: Microsoft identity platform, On-Behalf-Of flow, gaining consent for the middle-tier application; Graph, apiApplication.
 */
export function manualFix({ appId, objectId }: ManualFixFacts): ManualFix {
  const id = guidOr(objectId, '<object id>');
  const client = '<app id of the client>';
  return {
    portal: `${portalPaths.appRegistration(guidOr(appId, '<app id>'))} > Expose an API > Add a client application > the app id of the client > Add application`,
    powershell: [`Update-MgApplication -ApplicationId ${id} -Api @{ knownClientApplications = @('${client}') }`],
    graph: [{ method: 'PATCH', path: `/applications/${id}`, body: { api: { knownClientApplications: [client] } } }],
  };
}
