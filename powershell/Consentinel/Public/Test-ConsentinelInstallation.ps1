function Test-ConsentinelInstallation {
    <#
    .SYNOPSIS
    Checks settings, storage, identities, permissions, clock, telemetry and alerts.
    .DESCRIPTION
    Each check is an object with its outcome, a detail, and a fix for a problem.
    .PARAMETER Quiet
    Returns true if no check failed, otherwise false.
    .PARAMETER Tenant
    The directory (tenant) id. It is required if the setting TENANT_IDS has several.
    .PARAMETER Config
    A JSON file with settings. The environment takes precedence.
    .EXAMPLE
    Test-ConsentinelInstallation | Where-Object outcome -ne 'ok'
    .OUTPUTS
    Consentinel.Check
    #>
    [CmdletBinding()]
    [OutputType('Consentinel.Check')]
    [OutputType([bool])]
    param(
        [switch] $Quiet,
        [string] $Tenant,
        [string] $Config
    )
    $checks = @(Invoke-CliCommand -Caller $PSCmdlet -Argument 'doctor' -TypeName 'Consentinel.Check')
    if ($Quiet) { return @($checks | Where-Object { $_.outcome -eq 'fails' }).Count -eq 0 }
    $checks
}
