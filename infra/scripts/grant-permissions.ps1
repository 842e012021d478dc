# The same as grant-permissions.sh, for PowerShell. Every call to Microsoft Graph is shown before it is made; run it
# again at will: what is there already is left alone.
#
#   grant-permissions.ps1 reader | web | remediator | sign-in | tenants | role Consentinel.Approver USER [-DryRun]
[CmdletBinding()]
param(
    [Parameter(Mandatory)][ValidateSet('reader', 'web', 'remediator', 'sign-in', 'tenants', 'role')][string]$What,
    [ValidateSet('Consentinel.Reader', 'Consentinel.Approver')][string]$Role,
    [string]$User,
    [switch]$DryRun
)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest
$infra = Split-Path -Parent $PSScriptRoot
$graphApp = '00000003-0000-0000-c000-000000000000'
$graph = (az cloud show --query endpoints.microsoftGraphResourceId --output tsv).TrimEnd('/')

# A value by name: of the environment, else of the azd environment; nothing where there is none.
function Get-Optional([string]$Name) {
    $given = [Environment]::GetEnvironmentVariable($Name)
    if (-not $given) { $given = azd env get-value $Name 2>$null; if ($LASTEXITCODE -ne 0) { $given = $null } }
    $given
}

# The same, for a value that is needed.
function Get-Value([string]$Name) {
    $given = Get-Optional $Name
    if (-not $given) { throw "$Name is not known. Run this where azd has provisioned, or set it as an environment variable." }
    $given
}

# The token of az: `az rest` on Windows mangles quotes in bodies, so the calls are made here.
$token = az account get-access-token --resource $graph --query accessToken --output tsv
if ($LASTEXITCODE -ne 0) { throw 'Sign in with az login first.' }

function Invoke-Graph([string]$Method, [string]$Path, [object]$Body, [switch]$Optional) {
    $uri = "$graph/v1.0$Path"
    $json = if ($null -ne $Body) { ConvertTo-Json -InputObject $Body -Depth 10 -Compress }
    Write-Host "$Method $uri $json"
    if ($Method -ne 'GET' -and $DryRun) { Write-Host '(not sent)'; return $null }
    $call = @{ Method = $Method; Uri = $uri; Headers = @{ Authorization = "Bearer $token" } }
    if ($json) { $call.Body = $json; $call.ContentType = 'application/json' }
    try { Invoke-RestMethod @call }
    catch {
        if ($Optional -and $_.Exception.Response -and [int]$_.Exception.Response.StatusCode -eq 404) { return $null }
        throw
    }
}

# Assigns a role of a resource to a principal.
function Add-Role([string]$Resource, [string]$RoleId, [string]$Principal, [string]$Name) {
    $held = (Invoke-Graph GET "/servicePrincipals/$Principal/appRoleAssignments").value |
        Where-Object { $_.appRoleId -eq $RoleId -and $_.resourceId -eq $Resource }
    if ($held) { Write-Host "$Name is granted already."; return }
    $body = @{ principalId = $Principal; resourceId = $Resource; appRoleId = $RoleId }
    Invoke-Graph POST "/servicePrincipals/$Resource/appRoleAssignedTo" $body | Out-Null
    if (-not $DryRun) { Write-Host "$Name is granted." }
}

# The application permissions of a list of graph-roles.json, as Microsoft Graph has them.
function Get-GraphRoles([object]$Resource, [string]$List) {
    foreach ($name in (Get-Content -Raw "$infra/graph-roles.json" | ConvertFrom-Json).$List) {
        $found = $Resource.appRoles | Where-Object { $_.value -eq $name }
        if (-not $found) { throw "Microsoft Graph knows no application permission $name in this cloud." }
        $found
    }
}

# Grants every role of a list on Microsoft Graph.
function Add-GraphRoles([string]$List, [string]$Principal) {
    $resource = Invoke-Graph GET "/servicePrincipals(appId='$graphApp')"
    foreach ($found in Get-GraphRoles $resource $List) { Add-Role $resource.id $found.id $Principal $found.value }
}

# Lets a token of an identity prove that it is the application, instead of a secret.
function Add-Trust([string]$App, [string]$Name, [string]$Identity) {
    $subject = Get-Value $Identity
    $tenant = Get-Value AZURE_TENANT_ID
    $login = (az cloud show --query endpoints.activeDirectory --output tsv).TrimEnd('/')
    $audience = if ($env:TOKEN_EXCHANGE_AUDIENCE) { $env:TOKEN_EXCHANGE_AUDIENCE } else { 'api://AzureADTokenExchange' }
    $trusted = (Invoke-Graph GET "/applications/$App/federatedIdentityCredentials").value |
        Where-Object { $_.subject -eq $subject }
    if (-not $trusted) {
        Invoke-Graph POST "/applications/$App/federatedIdentityCredentials" @{
            name = $Name; issuer = "$login/$tenant/v2.0"; subject = $subject; audiences = @($audience)
        } | Out-Null
    }
}

# The service principal of an application in this tenant, made where there is none.
function Get-Principal([string]$Client) {
    $found = Invoke-Graph GET "/servicePrincipals(appId='$Client')" -Optional
    if ($found) { return $found }
    Invoke-Graph POST '/servicePrincipals' @{ appId = $Client; appRoleAssignmentRequired = $true }
}

# Makes the app registration, its service principal and the trust in the identity of the web app. No secret is made.
function Add-SignIn {
    $name = "consentinel-$(Get-Value AZURE_ENV_NAME)"
    $endpoint = Get-Value SERVICE_WEB_ENDPOINT
    $app = Invoke-Graph GET "/applications(uniqueName='$name')" -Optional
    if (-not $app) {
        $app = Invoke-Graph POST '/applications' @{
            uniqueName = $name; displayName = "Consentinel ($name)"; signInAudience = 'AzureADMyOrg'
            appRoles = @(Get-Content -Raw "$infra/app-roles.json" | ConvertFrom-Json)
            web = @{
                redirectUris = @("$endpoint/.auth/login/aad/callback")
                implicitGrantSettings = @{ enableIdTokenIssuance = $true }
            }
        }
        if (-not $app) { Write-Host 'The rest needs the id of the application, so it is not shown.'; return }
    }
    Add-Trust $app.id 'app-service' WEB_PRINCIPAL_ID
    Get-Principal $app.appId | Out-Null
    Write-Host "Now run: azd env set AUTH_CLIENT_ID $($app.appId); azd provision"
}

# Makes the app that reads several tenants: it requests what the reader has, trusts the reader and the web app, and gets a
# service principal in this tenant. No secret is made.
function Add-Tenants {
    $name = "consentinel-tenants-$(Get-Value AZURE_ENV_NAME)"
    $app = Invoke-Graph GET "/applications(uniqueName='$name')" -Optional
    if (-not $app) {
        $resource = Invoke-Graph GET "/servicePrincipals(appId='$graphApp')"
        $access = @(Get-GraphRoles $resource 'reader' | ForEach-Object { @{ id = $_.id; type = 'Role' } })
        $app = Invoke-Graph POST '/applications' @{
            uniqueName = $name; displayName = "Consentinel ($name)"; signInAudience = 'AzureADMultipleOrgs'
            requiredResourceAccess = @(@{ resourceAppId = $graphApp; resourceAccess = $access })
            web = @{ redirectUris = @('https://entra.microsoft.com/') }
        }
        if (-not $app) { Write-Host 'The rest needs the id of the application, so it is not shown.'; return }
    }
    Add-Trust $app.id 'reader' READER_PRINCIPAL_ID
    # The page diagnoses in every tenant.
    Add-Trust $app.id 'web' WEB_PRINCIPAL_ID
    $principal = Get-Principal $app.appId
    if (-not $principal) { Write-Host 'The rest needs the id of its service principal, so it is not shown.'; return }
    Add-GraphRoles 'reader' $principal.id
    Write-Host "Now run: azd env set MULTI_TENANT_CLIENT_ID $($app.appId); azd env set TENANT_IDS <ids>; azd provision"
}

# Grants what the enabled remedies need. Without ADMIN_CONSENT_REVIEWERS the remedy of the consent workflow has no plan.
function Add-RemediatorRoles {
    $principal = Get-Value REMEDIATOR_PRINCIPAL_ID
    Add-GraphRoles 'remediator' $principal
    if (Get-Optional ADMIN_CONSENT_REVIEWERS) { Add-GraphRoles 'remediatorWithReviewers' $principal; return }
    $left = (Get-Content -Raw "$infra/graph-roles.json" | ConvertFrom-Json).remediatorWithReviewers -join ', '
    Write-Host "Not granted, because ADMIN_CONSENT_REVIEWERS is not set: $left"
}

# Gives a person, or a group, a role of the review page.
function Add-PageRole {
    if (-not $Role -or -not $User) { throw 'Which role, and who? grant-permissions.ps1 role Consentinel.Approver USER_OBJECT_ID' }
    $page = Invoke-Graph GET "/servicePrincipals(appId='$(Get-Value AUTH_CLIENT_ID)')"
    $found = $page.appRoles | Where-Object { $_.value -eq $Role }
    $body = @{ principalId = $User; resourceId = $page.id; appRoleId = $found.id }
    Invoke-Graph POST "/servicePrincipals/$($page.id)/appRoleAssignedTo" $body | Out-Null
}

switch ($What) {
    'reader' { Add-GraphRoles 'reader' (Get-Value READER_PRINCIPAL_ID) }
    'web' { Add-GraphRoles 'reader' (Get-Value WEB_PRINCIPAL_ID) }
    'remediator' { Add-RemediatorRoles }
    'sign-in' { Add-SignIn }
    'tenants' { Add-Tenants }
    'role' { Add-PageRole }
}
