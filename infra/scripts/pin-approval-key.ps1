# The same as pin-approval-key.sh, for PowerShell: pins the public key that verifies approvals.
#
#   pin-approval-key.ps1 [-Add] [-DryRun]
[CmdletBinding(PositionalBinding = $false)]
param([switch]$Add, [switch]$DryRun)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest
. "$PSScriptRoot/lib/values.ps1"

$key = Get-Value APPROVAL_KEY_ID
$file = Join-Path ([IO.Path]::GetTempPath()) "$([Guid]::NewGuid()).pem"
try {
    az keyvault key download --id $key --encoding PEM --file $file --output none
    if ($LASTEXITCODE -ne 0) { throw "az could not read the public key of $key." }
    $pem = ([IO.File]::ReadAllText($file) -replace "`r", '').TrimEnd() + "`n"
}
finally { if (Test-Path $file) { Remove-Item $file } }
if (-not $pem.StartsWith('-----BEGIN PUBLIC KEY-----')) { throw "az did not return a public key for $key." }
$public = [Convert]::ToBase64String([Text.Encoding]::ASCII.GetBytes($pem))

$pinned = Get-Optional APPROVAL_PUBLIC_KEYS
if ($pinned -and ($pinned -split ',') -contains $public) { Write-Host "The public key of $key is pinned already."; return }
if ($pinned) {
    if (-not $Add) { throw 'Another key is pinned. If you have rotated the key of the vault, run this with -Add. If you have not, find out who replaced it (docs/security.md).' }
    $public = "$pinned,$public"
}
if ($DryRun) { Write-Host "Not pinned. This would be: azd env set APPROVAL_PUBLIC_KEYS $public"; return }
azd env set APPROVAL_PUBLIC_KEYS $public
if ($LASTEXITCODE -ne 0) { throw 'azd could not store APPROVAL_PUBLIC_KEYS.' }
Write-Host "Pinned the public key of $key. Now run: azd provision"
