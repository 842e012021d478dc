function Test-ConsentinelAudit {
    <#
    .SYNOPSIS
    Checks the audit trail for changed, removed and inserted rows.
    .DESCRIPTION
    Checks the chain of each rule, and compares it with the anchors of all scans.
    .PARAMETER Quiet
    Returns true if the audit trail is intact, otherwise false.
    .PARAMETER Tenant
    The directory (tenant) id. It is required if the setting TENANT_IDS has several.
    .PARAMETER Config
    A JSON file with settings. The environment takes precedence.
    .EXAMPLE
    Test-ConsentinelAudit
    .EXAMPLE
    (Test-ConsentinelAudit).chains

    The number of events of each rule, and the fault of a chain that is not intact.
    .OUTPUTS
    Consentinel.Audit
    #>
    [CmdletBinding()]
    [OutputType('Consentinel.Audit')]
    [OutputType([bool])]
    param(
        [switch] $Quiet,
        [string] $Tenant,
        [string] $Config
    )
    $audit = Invoke-CliCommand -Caller $PSCmdlet -Argument 'verify-audit' -TypeName 'Consentinel.Audit'
    if ($Quiet) { return $audit.intact }
    $audit
}
