function Invoke-ConsentinelSentinel {
    <#
    .SYNOPSIS
    Finds symmetric signing keys now, with few requests.
    .DESCRIPTION
    Runs the sentinel of Consentinel once. It creates and reopens findings, and resolves none. While a scan runs, the sentinel skips
    its run. An incomplete, failed or skipped run, or one with an alert that was not delivered, is an object and an error.
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
    $scan = @{ Command = 'sentinel'; Action = 'Run the sentinel and store findings'; Subject = 'The run of the sentinel'; TypeName = 'Consentinel.SentinelRun' }
    Invoke-ScanCommand -Caller $PSCmdlet @scan
}
