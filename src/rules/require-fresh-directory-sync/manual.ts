import type { ManualFix } from '../../model/remediation/manual-fix.js';

/**
 * The synchronization runs on a server of the organization: Graph shows only when it ran.
 * Source: Microsoft Learn, "Microsoft Entra Connect Sync: Scheduler" (Start-ADSyncSyncCycle); Graph, organization.
 */
export function manualFix(): ManualFix {
  return {
    portal: 'Entra admin center > Entra ID > Entra Connect > Connect Sync: read the status, then check the server',
    powershell: [
      '# On the server of Microsoft Entra Connect:',
      'Get-ADSyncScheduler',
      'Start-ADSyncSyncCycle -PolicyType Delta',
    ],
    graph: [{ method: 'GET', path: '/organization?$select=onPremisesSyncEnabled,onPremisesLastSyncDateTime' }],
  };
}
