# Dot-sourced by grant-permissions.ps1: calls to Microsoft Graph. Each call is shown before it is made. With $DryRun no
# write is sent. The script sets $infra, the folder infra/.
$graphApp = '00000003-0000-0000-c000-000000000000'
$graph = az cloud show --query endpoints.microsoftGraphResourceId --output tsv
if ($LASTEXITCODE -ne 0) { throw 'az could not show the cloud.' }
$root = "$($graph.TrimEnd('/'))/v1.0"

# The token of az: `az rest` on Windows mangles quotes in bodies, so the calls are made here.
$token = az account get-access-token --resource $graph.TrimEnd('/') --query accessToken --output tsv
if ($LASTEXITCODE -ne 0) { throw 'Sign in with az login first.' }

# One call. With -Optional a 404 gives nothing. No other answer means that something is absent.
function Invoke-Graph([string]$Method, [string]$Uri, [object]$Body, [switch]$Optional, [hashtable]$Headers = @{}) {
    $json = if ($null -ne $Body) { ConvertTo-Json -InputObject $Body -Depth 10 -Compress }
    Write-Host "$Method $Uri $json"
    if ($Method -ne 'GET' -and $DryRun) { Write-Host '(not sent)'; return $null }
    $call = @{ Method = $Method; Uri = $Uri; Headers = @{ Authorization = "Bearer $token" } + $Headers }
    if ($json) { $call.Body = [Text.Encoding]::UTF8.GetBytes($json); $call.ContentType = 'application/json' }
    try { Invoke-RestMethod @call }
    catch {
        $answer = if ($_.Exception.PSObject.Properties['Response']) { $_.Exception.Response }
        if ($Optional -and $answer -and [int]$answer.StatusCode -eq 404) { return $null }
        throw "$Method ${Uri}: $($_.Exception.Message) $($_.ErrorDetails)"
    }
}

# The entries of a list, which may have several pages.
function Get-Entries([string]$Uri) {
    while ($Uri) {
        $page = Invoke-Graph GET $Uri
        $page.value
        $Uri = if ($page.PSObject.Properties['@odata.nextLink']) { $page.'@odata.nextLink' }
    }
}

# Assigns a role of a resource to a principal, where it is not assigned. $List is where to look.
function Add-Role([string]$Resource, [string]$RoleId, [string]$Principal, [string]$Name, [string]$List) {
    $held = Get-Entries $List |
        Where-Object { $_.appRoleId -eq $RoleId -and $_.resourceId -eq $Resource -and $_.principalId -eq $Principal }
    if ($held) { Write-Host "$Name is granted already."; return }
    $body = @{ principalId = $Principal; resourceId = $Resource; appRoleId = $RoleId }
    Invoke-Graph POST "$root/servicePrincipals/$Resource/appRoleAssignedTo" $body | Out-Null
    if (-not $DryRun) { Write-Host "$Name is granted." }
}

# The service principal of Microsoft Graph.
function Get-GraphPrincipal { Invoke-Graph GET "$root/servicePrincipals(appId='$graphApp')" }

# The names in one list of graph-roles.json.
function Get-RoleNames([string]$List) { (Get-Content -Raw "$infra/graph-roles.json" | ConvertFrom-Json).$List }

# The application permissions of a list, as Microsoft Graph has them.
function Get-GraphRoles([object]$Resource, [string]$List) {
    foreach ($name in Get-RoleNames $List) {
        $found = $Resource.appRoles | Where-Object { $_.value -eq $name }
        if (-not $found) { throw "Microsoft Graph has no application permission $name in this cloud." }
        $found
    }
}

# Grants every role of a list on Microsoft Graph.
function Add-GraphRoles([string]$List, [string]$Principal) {
    $resource = Get-GraphPrincipal
    foreach ($found in Get-GraphRoles $resource $List) {
        Add-Role $resource.id $found.id $Principal $found.value "$root/servicePrincipals/$Principal/appRoleAssignments"
    }
}

# Removes every role on Microsoft Graph from a principal.
function Remove-GraphRoles([string]$Principal, [string]$Name) {
    $resource = Get-GraphPrincipal
    if (-not (Invoke-Graph GET "$root/servicePrincipals/$Principal" -Optional)) {
        Write-Host "The $Name has no service principal: nothing to revoke."
        return
    }
    $held = @(Get-Entries "$root/servicePrincipals/$Principal/appRoleAssignments" | Where-Object { $_.resourceId -eq $resource.id })
    foreach ($assignment in $held) {
        Invoke-Graph DELETE "$root/servicePrincipals/$($resource.id)/appRoleAssignedTo/$($assignment.id)" | Out-Null
    }
    if ($DryRun) { Write-Host "The $Name has $($held.Count) permissions in Microsoft Graph." }
    else { Write-Host "The ${Name}: $($held.Count) permissions in Microsoft Graph revoked." }
}
