function Invoke-ConsentinelSentinel {
    <#
    .SYNOPSIS
    Finds symmetric signing keys now, with few requests.
    .DESCRIPTION
    Runs the sentinel of Consentinel once. It creates and reopens findings, and resolves none. While a scan runs, the sentinel skips
    its run. An incomplete, failed or skipped run is an object and an error.
    .PARAMETER Alert
    Sends alerts about new findings immediately.
    .PARAMETER Tenant
    The directory (tenant) id. It is required if the setting TENANT_IDS has several.
    .PARAMETER Config
    A JSON file with settings. The environment takes precedence.
    .EXAMPLE
    Invoke-ConsentinelSentinel

    Runs the sentinel, and shows the number of new and open findings.
    .EXAMPLE
    Invoke-ConsentinelSentinel -Alert -Tenant 0c0ffee0-7e57-4e57-8e57-0c0ffee00001
    .OUTPUTS
    Consentinel.SentinelRun
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'Low')]
    [OutputType('Consentinel.SentinelRun')]
    param(
        [switch] $Alert,
        [string] $Tenant,
        [string] $Config
    )
    $target = 'the configured tenant'
    if ($Tenant) { $target = "tenant $Tenant" }
    $action = 'Run the sentinel and store findings'
    $arguments = @('sentinel')
    if ($Alert) {
        $action += ', send alerts'
        $arguments += '--alert'
    }
    if (-not $PSCmdlet.ShouldProcess($target, $action)) { return }
    $run = Invoke-CliCommand -Caller $PSCmdlet -Argument $arguments -TypeName 'Consentinel.SentinelRun'
    if ($run.status -ne 'complete') {
        $reasons = @($run.errors | ForEach-Object { "$($_.code): $($_.message)" }) -join ' '
        $message = "The run of the sentinel is $($run.status). $reasons".Trim()
        $PSCmdlet.WriteError((New-CliError -ExitCode 1 -Message $message -Target $run))
    }
    $run
}
