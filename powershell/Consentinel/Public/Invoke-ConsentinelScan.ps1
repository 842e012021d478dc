function Invoke-ConsentinelScan {
    <#
    .SYNOPSIS
    Scans the tenant now.
    .DESCRIPTION
    Reads the tenant with read-only requests, and stores the findings and their changes. An incomplete scan is an object and an
    error; a failed scan is an error.
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
    $target = 'the configured tenant'
    if ($Tenant) { $target = "tenant $Tenant" }
    $action = 'Scan and store findings'
    $arguments = @('scan')
    if ($Alert) {
        $action += ', send alerts'
        $arguments += '--alert'
    }
    if (-not $PSCmdlet.ShouldProcess($target, $action)) { return }
    $scan = Invoke-CliCommand -Caller $PSCmdlet -Argument $arguments -TypeName 'Consentinel.Scan'
    if ($scan.status -ne 'complete') {
        $reasons = @($scan.errors | ForEach-Object { "$($_.code): $($_.message)" }) -join ' '
        $PSCmdlet.WriteError((New-CliError -ExitCode 1 -Message "The scan is $($scan.status). $reasons".Trim() -Target $scan))
    }
    $scan
}
