import type { ManualFix } from '../../model/remediation/manual-fix.js';

/**
 * The synchronization runs on a server of the organization: Graph shows only when it ran.
 * Source: Microsoft Learn, "Troubleshoot password hash synchronization" (Invoke-ADSyncDiagnostics); Graph, organization.
 */
export function manualFix(): ManualFix {
  return {
    portal: 'Entra admin center > Entra ID > Entra Connect > Connect Sync: read the status, then check the server',
    powershell: ['# On the server of Microsoft Entra Connect:', 'Invoke-ADSyncDiagnostics -PasswordSync'],
    graph: [{ method: 'GET', path: '/organization?$select=onPremisesSyncEnabled,onPremisesLastPasswordSyncDateTime' }],
  };
}
