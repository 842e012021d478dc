function Export-ConsentinelData {
    <#
    .SYNOPSIS
    Writes findings, suppressions, scans and audit trails to a file, to move them to another installation.
    .DESCRIPTION
    Import-ConsentinelData writes the file into another storage. An existing file is replaced. Only you can read the new file,
    because it shows how to attack the tenant. Approvals do not move. The command checks the audit trail first, and writes no file
    if it is broken.
    .PARAMETER Path
    The output file.
    .PARAMETER WithBrokenTrail
    Exports a broken audit trail as it is.
    .PARAMETER Tenant
    The directory (tenant) id. Without it, the file has the tenants of TENANT_ID or TENANT_IDS, else all but the simulated one.
    .PARAMETER Config
    A JSON file with settings. The environment takes precedence.
    .EXAMPLE
    Export-ConsentinelData trial.jsonl
    .EXAMPLE
    (Export-ConsentinelData trial.jsonl).sha256

    The SHA-256 of the file. Compare it with the one that Import-ConsentinelData returns.
    .OUTPUTS
    Consentinel.Export
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'Medium')]
    [OutputType('Consentinel.Export')]
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Path,
        [switch] $WithBrokenTrail,
        [string] $Tenant,
        [string] $Config
    )
    $file = $PSCmdlet.GetUnresolvedProviderPathFromPSPath($Path)
    if (-not $PSCmdlet.ShouldProcess($file, 'Export findings, scans and audit trails')) { return }
    $arguments = @('export', $file)
    if ($WithBrokenTrail) { $arguments += '--with-broken-trail' }
    Invoke-CliCommand -Caller $PSCmdlet -Argument $arguments -TypeName 'Consentinel.Export' -Target $file
}
