# Runs a command that reads the tenant and stores findings, for a caller with the parameters Alert and Tenant. A run that is
# not complete, or whose alert was not delivered, is an object and an error: the program ends with exit code 1 there.
function Invoke-ScanCommand {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [Management.Automation.PSCmdlet] $Caller,
        [Parameter(Mandatory)] [string] $Command,
        [Parameter(Mandatory)] [string] $Action,
        # The subject of the sentence in the error.
        [Parameter(Mandatory)] [string] $Subject,
        [Parameter(Mandatory)] [string] $TypeName
    )
    $bound = $Caller.MyInvocation.BoundParameters
    $target = 'the configured tenant'
    if ($bound.ContainsKey('Tenant') -and $bound['Tenant']) { $target = "tenant $($bound['Tenant'])" }
    $arguments = @($Command)
    if ($bound.ContainsKey('Alert') -and $bound['Alert']) {
        $Action += ', send alerts'
        $arguments += '--alert'
    }
    if (-not $Caller.ShouldProcess($target, $Action)) { return }
    $outcome = @{ ExitCode = 0; Messages = @() }
    $run = Invoke-CliCommand -Caller $Caller -Argument $arguments -TypeName $TypeName -Outcome $outcome
    $problems = @(Get-RunProblem -Run $run -Subject $Subject -Outcome $outcome)
    foreach ($problem in $problems) { $Caller.WriteError((New-CliError -ExitCode 1 -Message $problem -Target $run)) }
    # The errors contain these messages.
    $others = @($outcome.Messages | Where-Object { $line = $_; $line -cnotmatch $script:undeliveredMessage -and -not ($problems | Where-Object { $_.Contains($line) }) })
    if ($others.Count -gt 0) { Write-CliMessage -Message ($others -join "`n") }
    $run
}

# A delivery that failed, and a channel that has still to receive an alert.
$script:undeliveredMessage = '^(alert|pending) '

# What went wrong in a run that has a result: one text for each error.
function Get-RunProblem {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [object] $Run,
        [Parameter(Mandatory)] [string] $Subject,
        [Parameter(Mandatory)] [hashtable] $Outcome
    )
    if ($Run.status -ne 'complete') {
        $reasons = @($Run.errors | ForEach-Object { "$($_.code): $($_.message)" }) -join ' '
        "$Subject is $($Run.status). $reasons".Trim()
    }
    $undelivered = @($Outcome.Messages | Where-Object { $_ -cmatch $script:undeliveredMessage })
    if ($undelivered.Count -gt 0) {
        # The line of a channel that has still to receive an alert contains the error of its delivery.
        $pending = @($undelivered | Where-Object { $_ -cmatch '^pending ' })
        if ($pending.Count -gt 0) { $undelivered = $pending }
        "An alert was not delivered. $(@($undelivered | ForEach-Object { $_ -creplace $script:undeliveredMessage }) -join ' ')"
    }
    elseif ($Outcome.ExitCode -ne 0 -and $Run.status -eq 'complete') {
        "$Subject is complete, but the command failed. $($Outcome.Messages -join ' ')".Trim()
    }
}
