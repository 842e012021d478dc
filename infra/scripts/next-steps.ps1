# After `azd provision`: which consents are still to be given, with the commands. It changes nothing.
Write-Host @'

Consentinel is provisioned. Two consents are yours to give (az login as a Privileged Role Administrator):

  1. The reader may read the directory. Without it the first scan cannot begin.
       infra/scripts/grant-permissions.ps1 reader
'@
if ($env:REMEDIATOR_PRINCIPAL_ID) {
    Write-Host @'
  2. The remediator may write what a person has approved.
       infra/scripts/grant-permissions.ps1 remediator
'@
}
else {
    Write-Host @'
  2. Writing is off: no identity that could write exists. To have one:
       azd env set ENABLE_REMEDIATION true; azd provision
'@
}
if (-not $env:AUTH_CLIENT_ID) {
    Write-Host @'

The review page is closed until people can sign in to it:
       infra/scripts/grant-permissions.ps1 sign-in
'@
}
$schedule = if ($env:SCAN_SCHEDULE) { $env:SCAN_SCHEDULE } else { '0 0 2 * * *' }
Write-Host "`nThe first scan runs at $schedule (second minute hour day month weekday, UTC). docs/deploy.md tells the rest."
