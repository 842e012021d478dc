function Invoke-ConsentinelRemediation {
    <#
    .SYNOPSIS
    Executes the approved plans.
    .DESCRIPTION
    Reads each object again, compares it with the plan, sends the requests once, and verifies the result. It needs -Write or a
    remediator. A plan that failed is an object and an error.
    .PARAMETER Write
    Permits the command to change the directory with your signed-in credential.
    .PARAMETER DryRun
    Gets the approved plans with their requests, and sends nothing.
    .PARAMETER Tenant
    The directory (tenant) id. It is required if the setting TENANT_IDS has several.
    .PARAMETER Config
    A JSON file with settings. The environment takes precedence.
    .EXAMPLE
    Invoke-ConsentinelRemediation -DryRun

    The requests of all approved plans. Nothing is sent.
    .EXAMPLE
    Invoke-ConsentinelRemediation -Write

    Asks for a confirmation, then executes the approved plans.
    .OUTPUTS
    Consentinel.RemediationOutcome
    .OUTPUTS
    Consentinel.ApprovedPlan
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
    [OutputType('Consentinel.RemediationOutcome', 'Consentinel.ApprovedPlan')]
    param(
        [switch] $Write,
        [switch] $DryRun,
        [string] $Tenant,
        [string] $Config
    )
    $plans = @(Invoke-CliCommand -Caller $PSCmdlet -Argument 'remediate', '--dry-run' -TypeName 'Consentinel.ApprovedPlan')
    if ($DryRun) { return $plans }
    $requests = @($plans | ForEach-Object { $id = $_.id; $_.requests | ForEach-Object { "$id $($_.method) $($_.path)" } })
    if (-not $PSCmdlet.ShouldProcess("$($plans.Count) approved plans: $($requests -join ', ')", 'Execute')) { return }
    $arguments = @('remediate')
    if ($Write) { $arguments += '--write' }
    $run = Invoke-CliCommand -Caller $PSCmdlet -Argument $arguments -TypeName 'Consentinel.RemediationRun'
    foreach ($outcome in $run.outcomes) {
        $outcome.PSObject.TypeNames.Insert(0, 'Consentinel.RemediationOutcome')
        $outcome
        if ($outcome.status -eq 'failed') {
            $PSCmdlet.WriteError((New-CliError -ExitCode 1 -Message "$($outcome.id): $($outcome.note)" -Target $outcome))
        }
    }
    if ($run.left -gt 0) {
        $PSCmdlet.WriteError((New-CliError -ExitCode 1 -Message "$($run.left) plans were not executed: $($run.because)" -Target $run))
    }
}
