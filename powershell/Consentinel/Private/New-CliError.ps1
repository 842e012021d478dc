# The error of a run, with the message of the program. Exit code 2 means wrong arguments or settings.
function New-CliError {
    [Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSUseShouldProcessForStateChangingFunctions', '')]
    [CmdletBinding()]
    param([int] $ExitCode, [string] $Message, [object] $Target)
    $text = $Message
    if (-not $text) { $text = "The program ended with exit code $ExitCode." }
    $category = [Management.Automation.ErrorCategory]::OperationStopped
    $id = 'ConsentinelFailed'
    if ($ExitCode -eq 2) {
        $category = [Management.Automation.ErrorCategory]::InvalidArgument
        $id = 'ConsentinelUsage'
    }
    $exception = New-Object System.InvalidOperationException -ArgumentList $text
    return New-Object System.Management.Automation.ErrorRecord -ArgumentList $exception, $id, $category, $Target
}

# Runs the program for a caller, and returns its objects. Without JSON the run failed: that ends the caller after wrong
# arguments or settings, or if its command is not about one of several findings; otherwise the caller goes on.
function Invoke-CliCommand {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [Management.Automation.PSCmdlet] $Caller,
        [Parameter(Mandatory)] [string[]] $Argument,
        [Parameter(Mandatory)] [string] $TypeName,
        [object] $Target,
        [switch] $Continue,
        # Receives the exit code and the messages of a run that has a result. Then the caller shows the messages.
        [hashtable] $Outcome
    )
    $bound = $Caller.MyInvocation.BoundParameters
    $place = @{}
    foreach ($name in 'Tenant', 'Config') { if ($bound.ContainsKey($name)) { $place[$name] = $bound[$name] } }
    try { $run = Invoke-Cli -Argument ($Argument + '--output=json') @place }
    catch { $Caller.ThrowTerminatingError($_) }
    if ($run.Text.Trim()) {
        if ($Outcome) {
            $Outcome.ExitCode = $run.ExitCode
            $Outcome.Messages = @($run.Message -split "`n" | Where-Object { $_ })
        }
        elseif ($run.Message) { Write-CliMessage -Message $run.Message }
        return ConvertFrom-CliJson -Text $run.Text -TypeName $TypeName
    }
    if ($run.ExitCode -eq 0) { return }
    # Of the checks before a failure, only those that found something explain it.
    $message = @($run.Message -split "`n" | Where-Object { $_ -notmatch $script:routineMessage }) -join "`n"
    $failure = New-CliError -ExitCode $run.ExitCode -Message $message -Target $Target
    if ($Continue -and $run.ExitCode -ne 2) { $Caller.WriteError($failure) }
    else { $Caller.ThrowTerminatingError($failure) }
}

# Messages that ask for no action: what a result says too, and a check of the audit trail that found nothing.
$script:routineMessage = '^(Alert sent:|No alert:|Compared with \d|Not compared with anchors: there are none)' +
'|findings (read$|written)|chain intact$'

# The messages of a run that has a result. Routine messages are for -Verbose.
function Write-CliMessage {
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $Message)
    foreach ($line in $Message -split "`n") {
        if ($line -match $script:routineMessage) { Write-Verbose $line } else { Write-Warning $line }
    }
}
