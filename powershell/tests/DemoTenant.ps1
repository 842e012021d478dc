# The demo tenant on this machine: the simulated Graph, an embedded storage in a new folder, and the settings for both.
$script:repository = Split-Path -Parent (Split-Path -Parent $PSScriptRoot)

# Starts a command that runs until it is stopped, and waits until it has printed a line.
function Start-Cli {
    param([string[]] $Argument, [string] $Until)
    $log = Join-Path (Get-Location).ProviderPath "$($Argument[0]).log"
    $script = '"' + (Join-Path $repository 'dist/cli.js') + '"'
    $process = Start-Process node -ArgumentList (@($script) + $Argument) -PassThru -RedirectStandardOutput $log -RedirectStandardError "$log.err"
    foreach ($try in 1..600) {
        if ((Test-Path $log) -and ((Get-Content $log -Raw) -match $Until)) { return @{ Process = $process; Text = (Get-Content $log -Raw) } }
        if ($process.HasExited) { break }
        Start-Sleep -Milliseconds 100
    }
    throw "consentinel $Argument did not start: $(Get-Content "$log.err" -Raw)"
}

# Opens a tenant, changes to its folder, and returns what Stop-DemoTenant needs.
function Start-DemoTenant {
    $folder = Join-Path ([IO.Path]::GetTempPath()) "consentinel-pester-$([guid]::NewGuid())"
    New-Item -ItemType Directory -Path $folder | Out-Null
    Push-Location $folder
    $env:CONSENTINEL_CLI = 'node "' + (Join-Path $repository 'dist/cli.js') + '"'
    $graph = Start-Cli -Argument 'simulate', '--shell', 'powershell' -Until 'REMEDIATOR_CLIENT_ID.*\n'
    Invoke-Expression $graph.Text
    # The storage runs while it has a client. With this client, no command waits for its start or stop. Without a remediator the
    # page executes no plan.
    $remediator = $env:REMEDIATOR_CLIENT_ID
    $env:REMEDIATOR_CLIENT_ID = $null
    $page = Start-Cli -Argument 'serve' -Until 'http'
    $env:REMEDIATOR_CLIENT_ID = $remediator
    return @{ Folder = $folder; Processes = @($page.Process, $graph.Process) }
}

# Starts a scan that waits for an answer which never comes, and returns its process. It holds the lease of the tenant.
function Start-HangingScan {
    Invoke-Simulator 'faults' @{ kind = 'hang'; match = @{ path = '/oauth2PermissionGrants' } } | Out-Null
    $before = @(Invoke-Simulator 'requests' | Where-Object path -eq '/servicePrincipals').Count
    $script = '"' + (Join-Path $repository 'dist/cli.js') + '"'
    $process = Start-Process node -ArgumentList $script, 'scan' -PassThru -RedirectStandardOutput scan.log -RedirectStandardError scan.log.err
    foreach ($try in 1..300) {
        if (@(Invoke-Simulator 'requests' | Where-Object path -eq '/servicePrincipals').Count -gt $before) { return $process }
        if ($process.HasExited) { break }
        Start-Sleep -Milliseconds 100
    }
    throw "The scan did not begin: $(Get-Content scan.log.err -Raw)"
}

# Changes one event of the audit trail in the storage of the present folder, as an attacker would.
function Edit-AuditTrail {
    $code = @'
const Database = require(process.argv[1]);
const storage = new Database('.consentinel/consentinel.db');
const event = `(SELECT min(id) FROM entities WHERE row_key LIKE 'audit%')`;
storage.exec(`UPDATE entities SET properties = json_set(properties, '$.summary', 'Nothing happened.') WHERE id = ${event}`);
storage.close();
'@
    node -e $code (Join-Path $repository 'node_modules/libsql')
    if ($LASTEXITCODE -ne 0) { throw 'The audit trail was not changed.' }
}

# Controls the simulated Graph: sends a value to, or reads one from, an address below /_simulator/.
function Invoke-Simulator {
    param([string] $Path, [object] $Body)
    $call = @{ Uri = "$env:GRAPH_ENDPOINT/_simulator/$Path" }
    if ($Body) { $call += @{ Method = 'Post'; ContentType = 'application/json'; Body = (ConvertTo-Json $Body -Depth 9) } }
    # The parentheses make each element of a JSON array an object of the pipeline.
    (Invoke-RestMethod @call)
}

# Runs a script in a folder of the present location, which has a storage of its own.
function Invoke-InFolder {
    param([string] $Name, [scriptblock] $Script)
    New-Item -ItemType Directory $Name -Force | Out-Null
    Push-Location $Name
    try { & $Script } finally { Pop-Location }
}

function Stop-DemoTenant {
    param([hashtable] $Tenant)
    foreach ($process in $Tenant.Processes) {
        Stop-Process -InputObject $process -Force
        $process.WaitForExit()
    }
    Pop-Location
    # The storage ends some moments after its last client.
    foreach ($try in 1..50) {
        Remove-Item -LiteralPath $Tenant.Folder -Recurse -Force -ErrorAction SilentlyContinue
        if (-not (Test-Path $Tenant.Folder)) { return }
        Start-Sleep -Milliseconds 100
    }
}
