import { guidOr, type ManualFix, type ManualFixFacts, portalPaths } from '../../model/remediation/manual-fix.js';

/**
 * Reads one failing sign-in and diagnoses it: the fix follows from the cause.
 * Sources: Graph, list signIns; Microsoft Graph PowerShell, Get-MgAuditLogSignIn.
 */
export function manualFix({ appId }: Pick<ManualFixFacts, 'appId'>): ManualFix {
  const app = guidOr(appId, '<app id>');
  const filter = `appId eq '${app}' and status/errorCode eq 50000`;
  return {
    portal: `${portalPaths.enterpriseApp(app)} > Sign-in logs. Note the user and the resource of one failed sign-in, then run: consentinel diagnose --app ${app} --code AADSTS50000`,
    powershell: [
      `consentinel diagnose --app ${app} --code AADSTS50000`,
      `Get-MgAuditLogSignIn -Filter "${filter}" -Top 10`,
      '# With a failing request, the diagnosis finds more:',
      `consentinel diagnose --app ${app} --code AADSTS50000 --user '<user>' --request '<file>'`,
    ],
    graph: [{ method: 'GET', path: `/auditLogs/signIns?$filter=${filter}&$top=10` }],
  };
}
