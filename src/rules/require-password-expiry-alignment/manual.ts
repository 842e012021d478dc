import type { ManualFix } from '../../model/remediation/manual-fix.js';

/**
 * Lets the password policy of the cloud apply to synchronized users.
 * Source: Microsoft Learn, "Implement password hash synchronization", CloudPasswordPolicyForPasswordSyncedUsersEnabled; Graph,
 * update onPremisesDirectorySynchronization.
 */
export function manualFix(): ManualFix {
  const features = { cloudPasswordPolicyForPasswordSyncedUsersEnabled: true };
  return {
    portal: 'Entra admin center > Entra ID > Entra Connect has no switch for this feature: use PowerShell or Graph',
    powershell: [
      '$sync = Get-MgDirectoryOnPremiseSynchronization',
      '$sync.Features.CloudPasswordPolicyForPasswordSyncedUsersEnabled = $true',
      'Update-MgDirectoryOnPremiseSynchronization -OnPremisesDirectorySynchronizationId $sync.Id -Features $sync.Features',
    ],
    graph: [
      { method: 'GET', path: '/directory/onPremisesSynchronization' },
      { method: 'PATCH', path: '/directory/onPremisesSynchronization/<id of the GET>', body: { features } },
    ],
  };
}
