# The same as grant-permissions.sh, for PowerShell. Every call to Microsoft Graph is shown before it is made. A second run
# writes nothing, and a run after an interruption does the rest.
#
#   grant-permissions.ps1 reader | web | remediator | sign-in | tenants | role Consentinel.Approver USER | revoke [-DryRun]
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0)][ValidateSet('reader', 'web', 'remediator', 'sign-in', 'tenants', 'role', 'revoke')][string]$What,
    [Parameter(Position = 1)][ValidateSet('Consentinel.Reader', 'Consentinel.Approver')][string]$Role,
    [Parameter(Position = 2)][string]$User,
    [switch]$DryRun
)
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version Latest
$infra = Split-Path -Parent $PSScriptRoot
if ($What -eq 'role') {
    if (-not $Role -or -not $User) { throw 'Which role, and who? grant-permissions.ps1 role Consentinel.Approver USER_OBJECT_ID' }
}
elseif ($Role -or $User) { throw "Unknown argument: $Role $User. Only role takes a role and a user." }
. "$PSScriptRoot/lib/values.ps1"
. "$PSScriptRoot/lib/graph.ps1"

# Lets a token of an identity prove that it is the application, instead of a secret.
function Add-Trust([string]$App, [string]$Name, [string]$Identity) {
    $subject = Get-Value $Identity
    $tenant = Get-Value AZURE_TENANT_ID
    $login = az cloud show --query endpoints.activeDirectory --output tsv
    if ($LASTEXITCODE -ne 0) { throw 'az could not show the cloud.' }
    $audience = if ($env:TOKEN_EXCHANGE_AUDIENCE) { $env:TOKEN_EXCHANGE_AUDIENCE } else { 'api://AzureADTokenExchange' }
    $list = "$root/applications/$App/federatedIdentityCredentials"
    $old = Get-Entries $list | Where-Object { $_.name -eq $Name }
    if ($old -and $old.subject -eq $subject) { return }
    $content = @{ issuer = "$($login.TrimEnd('/'))/$tenant/v2.0"; subject = $subject; audiences = @($audience) }
    # The name is unique: one of an earlier deployment trusts an identity that no longer exists.
    if ($old) { Invoke-Graph PATCH "$list/$($old.id)" $content | Out-Null }
    else { Invoke-Graph POST $list ($content + @{ name = $Name }) | Out-Null }
}

# The service principal of an application in this tenant, made where there is none.
function Get-Principal([string]$Client) {
    $found = Invoke-Graph GET "$root/servicePrincipals(appId='$Client')" -Optional
    if ($found) { return $found }
    Invoke-Graph POST "$root/servicePrincipals" @{ appId = $Client; appRoleAssignmentRequired = $true }
}

# The application of a unique name, made where there is none: two runs at the same time make one. Nothing in a dry run.
function Get-Application([string]$Name, [hashtable]$Body) {
    $address = "$root/applications(uniqueName='$Name')"
    $app = Invoke-Graph GET $address -Optional
    if (-not $app) {
        $app = Invoke-Graph PATCH $address $Body -Headers @{ Prefer = 'create-if-missing' }
        # Another run has made it: Graph answers an update without a body.
        if (-not $app -and -not $DryRun) { $app = Invoke-Graph GET $address }
    }
    if (-not $app) { Write-Host 'The rest needs the id of the application, so it is not shown.' }
    $app
}

# Lets users of the Azure CLI get tokens for the application: the command line decides through the review page. Graph accepts a
# client only after the request that adds the scope (microsoft-graph-docs-contrib#1395).
function Add-AzureCli([string]$App, [object]$Api) {
    $azureCli = '04b07795-8ddb-461a-bbee-02f9e1bf7b46'
    $scope = $Api.oauth2PermissionScopes[0].id
    $held = (Invoke-Graph GET "$root/applications/$App").api
    $idsIn = { param($List, $Id) if ($held.PSObject.Properties[$List]) { $held.$List | ForEach-Object { $_.$Id } } }
    $scopes = @(& $idsIn 'oauth2PermissionScopes' 'id')
    $clients = @(& $idsIn 'preAuthorizedApplications' 'appId')
    if ($clients -contains $azureCli) { return }
    if ($clients -or ($scopes -and $scopes -notcontains $scope)) {
        Write-Host "The app registration has other scopes or clients, which this script does not change. Allow the Azure CLI by hand: Entra admin center, App registrations, Expose an API, Add a client application, $azureCli"
        return
    }
    if (-not $scopes) { Invoke-Graph PATCH "$root/applications/$App" @{ api = $Api } | Out-Null }
    $client = @{ appId = $azureCli; delegatedPermissionIds = @($scope) }
    $Api | Add-Member preAuthorizedApplications @($client)
    Invoke-Graph PATCH "$root/applications/$App" @{ api = $Api } | Out-Null
}

# Makes the app registration, its service principal and the trust in the identity of the web app. No secret is made.
function Add-SignIn {
    $name = "consentinel-$(Get-Value AZURE_ENV_NAME)"
    $endpoint = Get-Value SERVICE_WEB_ENDPOINT
    $api = Get-Content -Raw "$infra/page-api.json" | ConvertFrom-Json
    $app = Get-Application $name @{
        displayName = "Consentinel ($name)"; signInAudience = 'AzureADMyOrg'
        appRoles = @(Get-Content -Raw "$infra/app-roles.json" | ConvertFrom-Json)
        api = $api
        web = @{
            redirectUris = @("$endpoint/.auth/login/aad/callback")
            implicitGrantSettings = @{ enableIdTokenIssuance = $true }
        }
    }
    if (-not $app) { return }
    Add-Trust $app.id 'app-service' WEB_PRINCIPAL_ID
    Get-Principal $app.appId | Out-Null
    Add-AzureCli $app.id $api
    Write-Host "Now run: azd env set AUTH_CLIENT_ID $($app.appId); azd provision"
}

# Makes the app that reads several tenants: it requests what the reader has, trusts the reader and the web app, and gets a
# service principal in this tenant. No secret is made.
function Add-Tenants {
    $name = "consentinel-tenants-$(Get-Value AZURE_ENV_NAME)"
    $access = @(Get-GraphRoles (Get-GraphPrincipal) 'reader' | ForEach-Object { @{ id = $_.id; type = 'Role' } })
    $app = Get-Application $name @{
        displayName = "Consentinel ($name)"; signInAudience = 'AzureADMultipleOrgs'
        requiredResourceAccess = @(@{ resourceAppId = $graphApp; resourceAccess = $access })
        web = @{ redirectUris = @('https://entra.microsoft.com/') }
    }
    if (-not $app) { return }
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
    Write-Host "Not granted, because ADMIN_CONSENT_REVIEWERS is not set: $((Get-RoleNames 'remediatorWithReviewers') -join ' ')"
}

# Gives a person, or a group, a role of the review page.
function Add-PageRole {
    $client = Get-Value AUTH_CLIENT_ID
    $page = Invoke-Graph GET "$root/servicePrincipals(appId='$client')"
    $found = $page.appRoles | Where-Object { $_.value -eq $Role }
    if (-not $found) { throw "The app registration $client has no role $Role. Is AUTH_CLIENT_ID what sign-in printed?" }
    Add-Role $page.id $found.id $User $Role "$root/servicePrincipals/$($page.id)/appRoleAssignedTo"
}

# Removes the permissions in Microsoft Graph, and says which app registrations are left.
function Remove-Permissions {
    foreach ($identity in 'READER', 'WEB', 'REMEDIATOR') {
        $principal = Get-Optional "${identity}_PRINCIPAL_ID"
        if ($principal) { Remove-GraphRoles $principal $identity.ToLowerInvariant() }
        else { Write-Host "${identity}_PRINCIPAL_ID is not known: nothing revoked from the $($identity.ToLowerInvariant())." }
    }
    $environment = Get-Optional AZURE_ENV_NAME
    if (-not $environment) { Write-Host 'AZURE_ENV_NAME is not known: no app registration was looked up.'; return }
    foreach ($name in "consentinel-tenants-$environment", "consentinel-$environment") {
        $app = Invoke-Graph GET "$root/applications(uniqueName='$name')" -Optional
        if (-not $app) { continue }
        $principal = Invoke-Graph GET "$root/servicePrincipals(appId='$($app.appId)')" -Optional
        if ($principal) { Remove-GraphRoles $principal.id "app $name" }
        Write-Host "The app registration $name is left. To delete it: az ad app delete --id $($app.appId)"
    }
}

switch ($What) {
    'reader' { Add-GraphRoles 'reader' (Get-Value READER_PRINCIPAL_ID) }
    'web' { Add-GraphRoles 'web' (Get-Value WEB_PRINCIPAL_ID) }
    'remediator' { Add-RemediatorRoles }
    'sign-in' { Add-SignIn }
    'tenants' { Add-Tenants }
    'role' { Add-PageRole }
    'revoke' { Remove-Permissions }
}
