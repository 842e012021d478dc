# The same as lock-anchors.sh, for PowerShell: locks the immutability policy of the anchors. This CANNOT be undone.
#
#   lock-anchors.ps1 [-Yes] [-DryRun]
[CmdletBinding(PositionalBinding = $false)]
param([switch]$Yes, [switch]$DryRun)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest
. "$PSScriptRoot/lib/values.ps1"

$at = @(
    '--resource-group', (Get-Value AZURE_RESOURCE_GROUP), '--account-name', (Get-Value STORAGE_ACCOUNT_NAME),
    '--container-name', (Get-Value AUDIT_ANCHOR_CONTAINER_NAME)
)
$found = az storage container immutability-policy show @at --output json
if ($LASTEXITCODE -ne 0) { throw 'The policy could not be read.' }
$policy = $found | ConvertFrom-Json
$days = $policy.immutabilityPeriodSinceCreationInDays
Write-Host "$($at[3])/$($at[5]): $($policy.state), $days days, appends allowed: $($policy.allowProtectedAppendWrites)"
if ($policy.state -eq 'Unlocked') {
    # Locked without it, no further anchor could be written.
    if (-not $policy.allowProtectedAppendWrites) { throw 'The policy does not allow appends. Run azd provision first: the template sets allowProtectedAppendWrites.' }
    if ($DryRun) { Write-Host 'Not locked. With -Yes it is locked, and this cannot be undone.'; return }
    if (-not $Yes) { throw "Not locked. Locking cannot be undone: for $days days after the newest anchor, no user can delete $($at[3]). To lock it: lock-anchors.ps1 -Yes" }
    az storage container immutability-policy lock @at --if-match $policy.etag --output none
    if ($LASTEXITCODE -ne 0) { throw 'The policy could not be locked.' }
    Write-Host 'Locked.'
}
elseif ($policy.state -ne 'Locked') { throw 'The container has no policy. Run azd provision first.' }
# A locked policy cannot be written again, so the next deployment leaves it out.
if ((Get-Optional ANCHORS_LOCKED) -eq 'true') { return }
if ($DryRun) { Write-Host 'Not stored. This would be: azd env set ANCHORS_LOCKED true'; return }
azd env set ANCHORS_LOCKED true
if ($LASTEXITCODE -ne 0) { throw 'azd could not store ANCHORS_LOCKED.' }
