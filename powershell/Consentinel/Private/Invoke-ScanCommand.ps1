# Runs a command that reads the tenant and stores findings, for a caller with the parameters Alert and Tenant. A run that is
# not complete is an object and an error.
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
    $run = Invoke-CliCommand -Caller $Caller -Argument $arguments -TypeName $TypeName
    if ($run.status -ne 'complete') {
        $reasons = @($run.errors | ForEach-Object { "$($_.code): $($_.message)" }) -join ' '
        $message = "$Subject is $($run.status). $reasons".Trim()
        $Caller.WriteError((New-CliError -ExitCode 1 -Message $message -Target $run))
    }
    $run
}
