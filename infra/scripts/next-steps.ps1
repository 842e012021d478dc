# After `azd provision`: which steps are left, with the commands. It changes nothing.
Write-Host @'

Consentinel is provisioned. These steps are left (az login as a Privileged Role Administrator for the grants):

  1. The reader may read the directory. Without it the first scan cannot begin.
       infra/scripts/grant-permissions.ps1 reader
'@
if ($env:REMEDIATOR_PRINCIPAL_ID) {
    Write-Host @'
  2. The remediator may write what a person has approved.
       infra/scripts/grant-permissions.ps1 remediator
'@
    if (-not $env:APPROVAL_PUBLIC_KEYS) {
        Write-Host @'
     It executes nothing until the key that verifies approvals is pinned:
       infra/scripts/pin-approval-key.ps1; azd provision
'@
    }
}
else {
    Write-Host @'
  2. Writing is off: no identity that could write exists. To have one:
       azd env set ENABLE_REMEDIATION true; azd up
'@
}
if (-not $env:AUTH_CLIENT_ID) {
    Write-Host @'

The review page is closed until people can sign in to it:
       infra/scripts/grant-permissions.ps1 sign-in
       infra/scripts/grant-permissions.ps1 web
'@
}
if ($env:ANCHORS_LOCKED -ne 'true') {
    Write-Host @'

The anchors of the audit trail can still be deleted. To make that impossible (it cannot be undone):
       infra/scripts/lock-anchors.ps1
'@
}
$schedule = if ($env:SCAN_SCHEDULE) { $env:SCAN_SCHEDULE } else { '0 0 2 * * *' }
Write-Host "`nThe first scan runs at $schedule (second minute hour day month weekday, UTC). See docs/deploy.md."
