function Resume-ConsentinelFinding {
    <#
    .SYNOPSIS
    Ends the suppression of a finding before its date.
    .DESCRIPTION
    The finding is open again, and alerts contain it again.
    .PARAMETER Id
    The id of a finding, or its first digits (at least four). It can come from the pipeline.
    .PARAMETER Reason
    Why, at most 500 characters.
    .PARAMETER Tenant
    The directory (tenant) id. It is required if the setting TENANT_IDS has several.
    .PARAMETER Config
    A JSON file with settings. The environment takes precedence.
    .EXAMPLE
    Get-ConsentinelFinding -Status suppressed | Resume-ConsentinelFinding -Reason 'review of the quarter'
    .OUTPUTS
    Consentinel.Decision
    #>
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'Medium')]
    [OutputType('Consentinel.Decision')]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline, ValueFromPipelineByPropertyName)]
        [Alias('FindingId')] [ValidatePattern('^[0-9a-fA-F]{4,16}$')] [string] $Id,
        [string] $Reason,
        [string] $Tenant,
        [string] $Config
    )
    process {
        $finding = Get-Subject -Caller $PSCmdlet -Id $Id -Piped $_
        if (-not $finding) { return }
        if (-not $PSCmdlet.ShouldProcess((Get-SubjectText $finding), 'End suppression')) { return }
        $arguments = @('unsuppress', $finding.id)
        if ($Reason) { $arguments += "--reason=$Reason" }
        Invoke-CliCommand -Caller $PSCmdlet -Argument $arguments -TypeName 'Consentinel.Decision' -Target $Id -Continue
    }
}
