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
