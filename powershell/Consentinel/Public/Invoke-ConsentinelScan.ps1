function Invoke-ConsentinelScan {
    <#
    .SYNOPSIS
    Scans the tenant now.
    .DESCRIPTION
    Reads the tenant with read-only requests, and stores the findings and their changes. An incomplete or failed scan, or one
    with an alert that was not delivered, is an object and an error.
    .PARAMETER Alert
    Sends alerts about the changes immediately.
    .PARAMETER Tenant
    The directory (tenant) id. It is required if the setting TENANT_IDS has several.
    .PARAMETER Config
    A JSON file with settings. The environment takes precedence.
    .EXAMPLE
    Invoke-ConsentinelScan

    Scans the tenant, and shows the number of new, open and resolved findings.
    .EXAMPLE
    Invoke-ConsentinelScan -Alert -Tenant 0c0ffee0-7e57-4e57-8e57-0c0ffee00001
    .OUTPUTS
    Consentinel.Scan
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'Low')]
    [OutputType('Consentinel.Scan')]
    param(
        [switch] $Alert,
        [string] $Tenant,
        [string] $Config
    )
    $scan = @{ Command = 'scan'; Action = 'Scan and store findings'; Subject = 'The scan'; TypeName = 'Consentinel.Scan' }
    Invoke-ScanCommand -Caller $PSCmdlet @scan
}
